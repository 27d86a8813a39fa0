#include "reasons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// "fault lost", "event s1: killed", "limit ..."
std::vector<std::string> grounds(const Reason& reason) {
  std::vector<std::string> all;
  for (const Ground& ground : reason.grounds)
    all.push_back(std::string(to_string(ground.kind)) + " " + ground.name);
  return all;
}

/// A call that was published and accepted; what becomes of it then is the test's.
struct Accepted : HistoryBuilder {
  Accepted() {
    process("s1", "serving");
    invoke("c1/main", "ping", call, 5s, {.topic = "t"});
    publish("c1", "ping", {.cause = 1});
    accept("ping", {.cause = 2});
  }
  [[nodiscard]] EventIndex end() const { return static_cast<EventIndex>(history.events().size()); }
};

std::vector<std::string> no_further(const Accepted& h) {
  const Reasons reasons(h.history);
  return grounds(reasons.no_further(h.history[1].op, h.end()));
}

TEST(Reasons, ARequestThatAFaultTookAway) {
  Accepted h;
  h.fault("lost", "ping", "drop", {.edge = Edge::request});
  EXPECT_THAT(no_further(h), ElementsAre("fault lost"));
}

TEST(Reasons, AFaultOfItsConfirmTakesAwayNoRequest) {
  Accepted h;
  h.fault("lost", "ping", "drop", {.edge = Edge::confirm});
  h.process("s1", "killed");
  EXPECT_THAT(no_further(h), ElementsAre("event s1: killed"));
}

TEST(Reasons, AServerThatWasKilledByAFault) {
  Accepted h;
  h.deliver("s1", "ping", {.cause = 3});
  h.execute("s1", "ping", {.cause = 4});
  const EventIndex fault = h.fault("crash", "", "kill");
  h.process("s1", "killed", {.cause = fault});
  EXPECT_THAT(no_further(h), ElementsAre("fault crash"));
}

TEST(Reasons, NobodyTakesRequestsOfThatTopic) {
  Accepted h;
  h.invoke("c1/other", "news", cast, {}, {.topic = "other"});
  h.deliver("s1", "news");
  EXPECT_THAT(no_further(h), ElementsAre("limit no server ever took a request for topic t"));
}

TEST(Reasons, TheOnlyServerOfTheTopicIsBusy) {
  // It began before the request came, and goes on.
  HistoryBuilder other;
  other.process("s1", "serving");
  other.invoke("c2/main", "long", call, 5s, {.topic = "t"});
  other.deliver("s1", "long");
  other.execute("s1", "long");
  other.invoke("c1/main", "ping", call, 5s, {.topic = "t"});
  other.publish("c1", "ping");
  other.accept("ping");
  const Reasons reasons(other.history);
  EXPECT_THAT(grounds(reasons.no_further(other.history[4].op, 7)),
              ElementsAre("limit s1 was busy with long"));
}

TEST(Reasons, AServerThatRepliesToADeadCaller) {
  HistoryBuilder h;
  h.process("s1", "serving");
  h.invoke("c2/main", "old", call, 5s, {.topic = "t"});
  h.deliver("s1", "old");
  h.execute("s1", "old");
  h.process("c2", "killed");
  h.done("s1", "old");
  h.reply("s1", "old");
  const EventIndex ping = h.invoke("c1/main", "ping", call, 5s, {.topic = "t"});
  h.publish("c1", "ping");
  h.accept("ping");
  const EventIndex last = h.at(60s).reply("s1", "old");
  const Reason reason = Reasons(h.history).no_further(h.history[ping].op, last);
  EXPECT_THAT(grounds(reason), ElementsAre("event c2: killed"));
  EXPECT_EQ(reason.steps.back().text, "s1 executed old, and replied to it until 1min");
}

TEST(Reasons, OfAFanoutTheServersThatNeverGotIt) {
  HistoryBuilder h;
  h.process("s1", "serving");
  h.process("s2", "serving");
  const EventIndex cut = h.fault("cut", "", "disconnect");
  h.link("s2", "cut", cut);
  const EventIndex all = h.invoke("c1/main", "all", fanout, {}, {.topic = "t"});
  const EventIndex last = h.execute("s1", "all");
  const Reason reason =
      Reasons(h.history).missing_servers(h.history[all].op, EventKind::execute, last + 1);
  EXPECT_THAT(grounds(reason), ElementsAre("fault cut"));
}

TEST(Reasons, ARequestThatTheBrokerDropped) {
  Accepted h;
  h.history.add({.at = TimePoint(6s),
                 .kind = EventKind::note,
                 .detail = Detail::dropped,
                 .edge = Edge::request,
                 .actor = h.history.intern("broker"),
                 .op = h.history[1].op,
                 .name = h.history.intern("expired")});
  EXPECT_THAT(no_further(h), ElementsAre("limit the broker: drops ping: expired"));
}

TEST(Reasons, AMethodThatIsStillAtWork) {
  Accepted h;
  h.deliver("s1", "ping", {.cause = 3});
  h.execute("s1", "ping", {.cause = 4});
  EXPECT_THAT(no_further(h), ElementsAre("limit the work of ping"));
}

TEST(Reasons, WhatTookLongestIsTheReason) {
  Accepted h;
  h.deliver("s1", "ping", {.cause = 3});
  h.execute("s1", "ping", {.cause = 4});
  h.at(4s).done("s1", "ping", {.cause = 5});
  h.reply("s1", "ping", {.cause = 6});
  h.reply_accept("ping", {.cause = 7});
  const EventIndex arrival = h.reply_arrive("c1", "ping", {.cause = 8});
  EXPECT_THAT(grounds(Reasons(h.history).slow(arrival)), ElementsAre("limit 3.995s of work"));
}

TEST(Reasons, AClientThatGaveUpItsConnectionPublishesAgain) {
  Accepted h;
  h.link("c1", "abandoned");
  const EventIndex again = h.publish("c1", "ping", {.copy = 2, .cause = 1});
  EXPECT_THAT(grounds(Reasons(h.history).published_again(again)),
              ElementsAre("limit c1 had waited 2ms for the confirm"));
}

TEST(Reasons, AConfirmThatWasLostIsWhyItIsPublishedAgain) {
  Accepted h;
  h.fault("mute", "ping", "drop", {.edge = Edge::confirm});
  h.link("c1", "abandoned");
  const EventIndex again = h.publish("c1", "ping", {.copy = 2, .cause = 1});
  EXPECT_THAT(grounds(Reasons(h.history).published_again(again)), ElementsAre("fault mute"));
}

TEST(Reasons, WhatStruckAfterItHadGivenUpIsNotWhy) {
  Accepted h;
  h.link("c1", "abandoned");
  h.fault("mute", "ping", "drop", {.edge = Edge::confirm});
  const EventIndex again = h.publish("c1", "ping", {.copy = 2, .cause = 1});
  EXPECT_THAT(grounds(Reasons(h.history).published_again(again)),
              ElementsAre("limit c1 had waited 2ms for the confirm"));
}

TEST(Reasons, ABrokerThatWentDownIsBehindTheConnectionsItClosed) {
  Accepted h;
  const EventIndex fault = h.fault("restart", "", "restart_broker");
  const EventIndex was_down = h.process("broker", "down for 1s", {.cause = fault});
  h.link("c1", "lost", was_down);
  const EventIndex again = h.publish("c1", "ping", {.copy = 2, .cause = 1});
  const Reason reason = Reasons(h.history).published_again(again);
  EXPECT_THAT(grounds(reason), ElementsAre("fault restart"));
  ASSERT_EQ(reason.steps.size(), 3U);
  EXPECT_THAT(reason.steps[1].text, HasSubstr("the broker: down for 1s"));
}

TEST(Reasons, AMessageInFrontThatIsLateKeepsBackTheRest) {
  HistoryBuilder h;
  h.process("s1", "serving");
  h.invoke("c1/t1", "slow", call, 5s, {.topic = "t"});
  h.publish("c1", "slow");
  h.fault("jam", "slow", "delay", {.edge = Edge::request});
  const EventIndex ping = h.invoke("c1/t2", "ping", call, 5s, {.topic = "t"});
  const EventIndex sent = h.publish("c1", "ping");
  EXPECT_THAT(grounds(Reasons(h.history).no_further(h.history[ping].op, sent + 1)),
              ElementsAre("fault jam"));
  // Once it has arrived, it keeps back nothing more.
  h.accept("slow");
  const EventIndex pong = h.invoke("c1/t2", "pong", call, 5s, {.topic = "t"});
  const EventIndex next = h.publish("c1", "pong");
  EXPECT_FALSE(Reasons(h.history).no_further(h.history[pong].op, next + 1).known());
}

TEST(Reasons, AHistoryThatTellsNothingHasNone) {
  HistoryBuilder h;
  const EventIndex invoke = h.invoke("c1/main", "ping", call, 5s);
  EXPECT_FALSE(Reasons(h.history).no_further(h.history[invoke].op, 1).known());
}

}  // namespace
}  // namespace castaway::check
