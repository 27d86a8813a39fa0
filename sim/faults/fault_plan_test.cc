#include "castaway/sim/fault_plan.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace castaway::sim {
namespace {

using check::EventKind;
using check::History;

TEST(FaultPlan, CallsThingsByTheirKeysInAScenario) {
  EXPECT_EQ(to_string(Edge::request), "request");
  EXPECT_EQ(to_string(Edge::reply), "reply");
  EXPECT_EQ(to_string(Edge::heartbeat), "heartbeat");
  EXPECT_EQ(to_string(Edge::ack), "ack");
  EXPECT_EQ(to_string(Edge::confirm), "confirm");
  EXPECT_EQ(to_string(Edge::claim), "claim");
  EXPECT_EQ(to_string(Edge::link), "link");
  EXPECT_EQ(to_string(Edge::process), "process");
  EXPECT_EQ(to_string(Edge::broker), "broker");
  EXPECT_EQ(to_string(Edge::clock), "clock");
  EXPECT_EQ(to_string(Hop::publish), "publish");
  EXPECT_EQ(to_string(Hop::deliver), "deliver");
  EXPECT_EQ(name_of(Drop{}), "drop");
  EXPECT_EQ(name_of(Delay{}), "delay");
  EXPECT_EQ(name_of(HoldUntil{}), "hold_until");
  EXPECT_EQ(name_of(Duplicate{}), "duplicate");
  EXPECT_EQ(name_of(Reorder{}), "reorder");
  EXPECT_EQ(name_of(Disconnect{}), "disconnect");
  EXPECT_EQ(name_of(Kill{}), "kill");
  EXPECT_EQ(name_of(Pause{}), "pause");
  EXPECT_EQ(name_of(JumpWall{}), "jump_wall");
  EXPECT_EQ(name_of(Corrupt{}), "corrupt");
  EXPECT_EQ(name_of(TruncateTo{}), "truncate_to");
  EXPECT_EQ(name_of(Unroutable{}), "unroutable");
  EXPECT_EQ(name_of(Nack{}), "nack");
  EXPECT_EQ(name_of(Requeue{}), "requeue");
  EXPECT_EQ(name_of(BlockPublish{}), "block_publish");
  EXPECT_EQ(name_of(DeleteQueue{}), "delete_queue");
  EXPECT_EQ(name_of(RestartBroker{}), "restart_broker");
  EXPECT_EQ(name_of(CancelConsumer{}), "cancel_consumer");
  EXPECT_EQ(name_of(Unbind{}), "unbind");
  EXPECT_EQ(name_of(CloseChannel{}), "close_channel");
  EXPECT_EQ(name_of(PurgeQueue{}), "purge_queue");
  EXPECT_EQ(name_of(SlowLink{}), "slow_link");
}

struct OpCase {
  std::string_view pattern;
  std::string_view op;
  bool matches;
};

TEST(FaultPlan, NamesOneCopyOrAllOfThem) {
  const OpCase table[] = {
      {"", "ping", true},         {"", "", true},
      {"ping", "ping", true},     {"ping", "ping#3", true},
      {"ping", "pin", false},     {"ping", "pingpong", false},
      {"ping", "pong#3", false},  {"ping", "", false},
      {"ping#*", "ping#3", true}, {"ping#*", "ping#12", true},
      {"ping#*", "ping", false},  {"ping#*", "pingpong#3", false},
      {"ping#3", "ping#3", true}, {"ping#3", "ping#30", false},
      {"ping#3", "ping", false},  {"ping", "ping-3", false},
      {"ping", "ping#", false},   {"ping", "ping#x", false},
  };
  for (const auto& [pattern, op, expected] : table) {
    EXPECT_EQ(matches_op(pattern, op), expected) << pattern << " and " << op;
  }
}

/// A history with one event of each kind, of operation "ping#1" and actor "s1".
History one_of_each() {
  History history;
  const check::Symbol actor = history.intern("s1");
  const check::Symbol op = history.intern("ping#1");
  for (int kind = 0; kind < check::event_kinds; ++kind) {
    history.add({.kind = static_cast<EventKind>(kind), .actor = actor, .op = op});
  }
  return history;
}

std::vector<EventKind> matched(const EventPattern& pattern, const History& history) {
  std::vector<EventKind> kinds;
  for (const check::Event& event : history.events()) {
    if (matches(pattern, history, event)) kinds.push_back(event.kind);
  }
  return kinds;
}

TEST(EventPattern, NamesEachKindOfEventButNotes) {
  const History history = one_of_each();
  std::vector<EventKind> all;
  for (const std::string_view ev : event_names()) {
    const std::vector<EventKind> kinds = matched({.ev = std::string(ev)}, history);
    if (ev == "complete") {
      EXPECT_THAT(kinds, testing::ElementsAre(EventKind::returned, EventKind::error,
                                              EventKind::timeout, EventKind::failure));
    } else {
      ASSERT_EQ(kinds.size(), 1U) << ev;
      all.push_back(kinds.front());
    }
  }
  ASSERT_EQ(all.size(), check::event_kinds - 1U);
  EXPECT_EQ(std::ranges::count(all, EventKind::note), 0);
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST(EventPattern, CallsAReturnByItsNameInAScenario) {
  const History history = one_of_each();
  EXPECT_THAT(matched({.ev = "return"}, history), testing::ElementsAre(EventKind::returned));
  EXPECT_THAT(matched({.ev = "returned"}, history), testing::IsEmpty());
  EXPECT_THAT(matched({.ev = "note"}, history), testing::IsEmpty());
}

TEST(EventPattern, LooksAtOperationActorAndRule) {
  const History history = one_of_each();
  const auto one = testing::SizeIs(1);
  const auto none = testing::IsEmpty();
  EXPECT_THAT(matched({.ev = "execute", .op = "ping"}, history), one);
  EXPECT_THAT(matched({.ev = "execute", .op = "ping#2"}, history), none);
  EXPECT_THAT(matched({.ev = "execute", .server = "s1"}, history), one);
  EXPECT_THAT(matched({.ev = "execute", .server = "s2"}, history), none);
  EXPECT_THAT(matched({.ev = "fault", .fault = "s1"}, history), one);
  EXPECT_THAT(matched({.ev = "fault", .fault = "echo"}, history), none);
}

TEST(EventPattern, LeavesCountingToWhoCounts) {
  EXPECT_THAT(matched({.ev = "execute", .n = 7}, one_of_each()), testing::SizeIs(1));
}

}  // namespace
}  // namespace castaway::sim
