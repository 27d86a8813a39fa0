// What a broker may say of publications, whether there are such or not: each has one outcome.

#include "publish_link.h"

#include <gtest/gtest.h>

#include "castaway/testing/hostile_acts.h"
#include "castaway/thread_runtime.h"

namespace castaway {
namespace {

using testing::hostile_acts;
using testing::HostileAct;
using testing::ScriptedTransport;

/// A link that has published "1", "2", and "3", of which the broker has heard nothing yet.
class Published {
 public:
  Published() {
    broker_.links().front()->tell_next();
    for (const char* body : {"1", "2", "3"}) {
      fates_.push_back(std::make_shared<Publishing>(runtime_, runtime_.make_signal(body)));
      link_->publish({.mandatory = true, .message = {.body = body}}, nullptr, false, fates_.back());
    }
  }

  [[nodiscard]] ScriptedTransport::Link& broker() { return *broker_.links().front(); }
  void confirm(std::uint64_t tag, bool multiple, bool ack) {
    broker().tell([=](ConnectionEvents& to) { to.confirmed(tag, multiple, ack); });
  }
  void close() { link_->close(runtime_.now()); }
  [[nodiscard]] std::vector<PublishOutcome> outcomes() {
    std::vector<PublishOutcome> outcomes;
    for (const auto& publishing : fates_) outcomes.push_back(publishing->state().outcome);
    return outcomes;
  }

 private:
  ThreadRuntime runtime_;
  ScriptedTransport broker_;
  std::optional<PublishLink> link_{std::in_place, runtime_, broker_, "test"};
  std::vector<std::shared_ptr<Publishing>> fates_;
};

using Fates = std::vector<PublishOutcome>;
constexpr std::uint64_t beyond = testing::hostile::beyond;

Fates after(std::uint64_t tag, bool multiple, bool ack) {
  Published link;
  link.confirm(tag, multiple, ack);
  return link.outcomes();
}

TEST(PublishLink, SettlesWhatAConfirmNames) {
  EXPECT_EQ(after(2, false, true),
            (Fates{PublishOutcome::pending, PublishOutcome::accepted, PublishOutcome::pending}));
  EXPECT_EQ(after(2, true, true),
            (Fates{PublishOutcome::accepted, PublishOutcome::accepted, PublishOutcome::pending}));
  EXPECT_EQ(after(2, true, false),
            (Fates{PublishOutcome::refused, PublishOutcome::refused, PublishOutcome::pending}));
  EXPECT_EQ(after(beyond, true, true),
            (Fates{PublishOutcome::accepted, PublishOutcome::accepted, PublishOutcome::accepted}));
}

TEST(PublishLink, IgnoresAConfirmForAnUnknownTag) {
  const Fates nothing(3, PublishOutcome::pending);
  for (const bool multiple : {false, true}) {
    EXPECT_EQ(after(0, multiple, true), nothing);
    EXPECT_EQ(after(0, multiple, false), nothing);
  }
  EXPECT_EQ(after(4, false, true), nothing);
  EXPECT_EQ(after(beyond, false, false), nothing);
}

TEST(PublishLink, IgnoresAnotherConfirmForWhatIsSettledWhileOthersWait) {
  Published link;
  link.confirm(1, false, true);
  link.confirm(1, false, false);
  link.confirm(2, true, false);
  link.confirm(1, true, true);
  EXPECT_EQ(link.outcomes(),
            (Fates{PublishOutcome::accepted, PublishOutcome::refused, PublishOutcome::pending}));
}

TEST(PublishLink, GivesEveryPublicationAFateWhateverTheBrokerSays) {
  for (const HostileAct& act : hostile_acts()) {
    Published link;
    act.on(link.broker());
    const Fates before = link.outcomes();
    link.close();
    const Fates outcomes = link.outcomes();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      EXPECT_NE(outcomes[i], PublishOutcome::pending) << act.name;
      EXPECT_TRUE(before[i] == PublishOutcome::pending || before[i] == outcomes[i]) << act.name;
    }
  }
}

}  // namespace
}  // namespace castaway
