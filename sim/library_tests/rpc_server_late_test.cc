// Servers that acknowledge a request when it has run, and what becomes of one that is rejected.

#include <gmock/gmock.h>

#include "world_fixture.h"

namespace castaway::sim {
namespace {

/// What a call of "ask" comes to where one server of topic "compute" serves it, which
/// rejects the first `times`.
struct Outcome {
  nlohmann::json result = {};
  bool timed_out = false;
  int rejected = 0;
};

Outcome outcome_of_a_rejection(Profile profile, bool requeue, int times, bool acks_late) {
  Simulation sim({.profile = profile});
  Outcome outcome;
  const Endpoint busy{.methods = {{"ask", [&](const Object&, const Object&) -> nlohmann::json {
                                     if (outcome.rejected == times) return "late";
                                     ++outcome.rejected;
                                     throw RejectRequest(requeue);
                                   }}}};
  sim.serve({.topic = "compute", .server = "busy"}, {busy}, {.acks_late = acks_late});
  sim.client("nova-1", {.target = {.topic = "compute"}, .timeout = 5s}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    try {
      outcome.result = client.call({}, "ask");
    } catch (const MessagingTimeout&) {
      outcome.timed_out = true;
    } catch (const RemoteError& error) {
      outcome.result = error.what();
    }
  });
  sim.run();
  return outcome;
}

TEST(LateAcks, LetAMethodGiveItsRequestBack) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    const Outcome outcome = outcome_of_a_rejection(profile, true, 3, true);
    EXPECT_EQ(outcome.result, "late");
    EXPECT_EQ(outcome.rejected, 3);
  }
}

TEST(LateAcks, LetAMethodDropItsRequestAndAnswerNothing) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    const Outcome outcome = outcome_of_a_rejection(profile, false, 3, true);
    EXPECT_TRUE(outcome.timed_out);
    EXPECT_EQ(outcome.rejected, 1);
  }
}

TEST(LateAcks, AreWhatARejectionNeedsElseItIsAnError) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    const Outcome outcome = outcome_of_a_rejection(profile, true, 3, false);
    EXPECT_THAT(outcome.result.dump(), testing::HasSubstr("RejectRequest"));
    EXPECT_EQ(outcome.rejected, 1);
  }
}

}  // namespace
}  // namespace castaway::sim
