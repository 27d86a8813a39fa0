#include "castaway/sim/fault_plan.h"

#include <gmock/gmock.h>

namespace castaway::sim {
namespace {

using check::EventKind;
using check::History;

TEST(FaultPlan, CallsThingsByTheirKeysInAScenario) {
  EXPECT_EQ(to_string(Edge::request), "request");
  EXPECT_EQ(to_string(Edge::reply), "reply");
  EXPECT_EQ(to_string(Edge::ack), "ack");
  EXPECT_EQ(to_string(Edge::confirm), "confirm");
  EXPECT_EQ(to_string(Edge::link), "link");
  EXPECT_EQ(to_string(Edge::process), "process");
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
  for (check::EventIndex i = 0; i < history.events().size(); ++i) {
    if (matches(pattern, history, i)) kinds.push_back(history[i].kind);
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
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], static_cast<EventKind>(i));
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

// What may happen where.

const std::vector<Action> every_action = {Drop{},
                                          Delay{{.a = 1ms}},
                                          HoldUntil{{.ev = "execute"}},
                                          Duplicate{},
                                          Reorder{.overtake = 1},
                                          Disconnect{.who = "c1"},
                                          Kill{.who = "s1"},
                                          Pause{.who = "s1", .for_ = 1s},
                                          JumpWall{.by = -1h}};

/// A rule that is sound but for what its edge makes of its action.
Rule rule_of(Edge edge, Hop hop, const Action& action) {
  Rule rule{.id = "r", .on = {.edge = edge, .hop = hop}, .action = action};
  if (edge >= Edge::link) rule.when.at = 1s;
  return rule;
}

const std::string fine;

std::string foreign_to(std::string_view edge) {
  return std::string(edge) == "ack" ? "an ack" : "a " + std::string(edge);
}

/// Of an edge over which messages go: what the last four actions come to.
std::vector<std::string> with_foreign_actions(std::vector<std::string> row, std::string_view edge) {
  row.push_back("\"disconnect\" happens on the link edge, not to " + foreign_to(edge) + ".");
  row.push_back("\"kill\" happens on the process edge, not to " + foreign_to(edge) + ".");
  row.push_back("\"pause\" happens on the process edge, not to " + foreign_to(edge) + ".");
  row.push_back("\"jump_wall\" happens on the clock edge, not to " + foreign_to(edge) + ".");
  return row;
}

std::vector<std::string> whys(Edge edge, Hop hop) {
  std::vector<std::string> result;
  for (const Action& action : every_action) {
    result.push_back(why_impossible(rule_of(edge, hop, action)));
  }
  return result;
}

TEST(WhatMayHappenWhere, ARequestOrReplyThatIsPublishedIsLostOrLate) {
  const std::vector<std::string> row = {
      fine, fine,
      "Only a queue can hold a message until an event: \"hold_until\" belongs to the deliver hop.",
      "A message cannot be duplicated on its publish hop: only a sender's own retry sends it "
      "twice.",
      "Messages cannot be reordered on their publish hop: a connection keeps its order."};
  EXPECT_EQ(whys(Edge::request, Hop::publish), with_foreign_actions(row, "request"));
  EXPECT_EQ(whys(Edge::reply, Hop::publish), with_foreign_actions(row, "reply"));
}

TEST(WhatMayHappenWhere, AnythingHappensToARequestOrReplyInAQueue) {
  const std::vector<std::string> row(5, fine);
  EXPECT_EQ(whys(Edge::request, Hop::deliver), with_foreign_actions(row, "request"));
  EXPECT_EQ(whys(Edge::reply, Hop::deliver), with_foreign_actions(row, "reply"));
}

TEST(WhatMayHappenWhere, AnAckIsLostOrLateOnItsOnlyHop) {
  const std::string start = "An ack can be dropped or delayed on its publish hop, never ";
  const std::vector<std::string> row = {fine, fine,
                                        start + "held until an event: it waits in no queue.",
                                        start + "duplicated: a receiver does not ack twice.",
                                        start + "reordered: a connection keeps its order."};
  EXPECT_EQ(whys(Edge::ack, Hop::publish), with_foreign_actions(row, "ack"));
  std::vector<std::string> wrong_hop = row;
  wrong_hop[0] = wrong_hop[1] = "An ack has only the publish hop: it goes to the broker.";
  EXPECT_EQ(whys(Edge::ack, Hop::deliver), with_foreign_actions(wrong_hop, "ack"));
}

TEST(WhatMayHappenWhere, AConfirmIsLostLateOrOutOfOrderOnItsOnlyHop) {
  const std::string start = "A confirm can be dropped, delayed or reordered, never ";
  const std::vector<std::string> row = {
      fine, fine, start + "held until an event: it waits in no queue.",
      start + "duplicated: a broker confirms a publication once.", fine};
  EXPECT_EQ(whys(Edge::confirm, Hop::deliver), with_foreign_actions(row, "confirm"));
  std::vector<std::string> wrong_hop = row;
  wrong_hop[0] = wrong_hop[1] = wrong_hop[4] =
      "A confirm has only the deliver hop: it comes from the broker.";
  EXPECT_EQ(whys(Edge::confirm, Hop::publish), with_foreign_actions(wrong_hop, "confirm"));
}

/// Of an edge without messages: what the first five actions come to.
std::vector<std::string> no_message(std::string_view edge) {
  std::vector<std::string> row;
  for (const char* action : {"drop", "delay", "hold_until", "duplicate", "reorder"}) {
    row.push_back("\"" + std::string(action) + "\" happens to a message, and a " +
                  std::string(edge) + " is none.");
  }
  return row;
}

TEST(WhatMayHappenWhere, ALinkIsCut) {
  std::vector<std::string> row = with_foreign_actions(no_message("link"), "link");
  row[1] =
      "A link is stalled by \"disconnect\" with \"half_open\": true and \"then\": \"flush\", not "
      "by \"delay\".";
  row[5] = fine;
  EXPECT_EQ(whys(Edge::link, Hop::deliver), row);
  row[5] = "A link rule has no hop: nothing is handed over.";
  EXPECT_EQ(whys(Edge::link, Hop::publish), row);
}

TEST(WhatMayHappenWhere, AProcessDiesOrRests) {
  std::vector<std::string> row = with_foreign_actions(no_message("process"), "process");
  row[6] = row[7] = fine;
  EXPECT_EQ(whys(Edge::process, Hop::deliver), row);
  row[6] = row[7] = "A process rule has no hop: nothing is handed over.";
  EXPECT_EQ(whys(Edge::process, Hop::publish), row);
}

TEST(WhatMayHappenWhere, AClockIsSet) {
  std::vector<std::string> row = with_foreign_actions(no_message("clock"), "clock");
  row[8] = fine;
  EXPECT_EQ(whys(Edge::clock, Hop::deliver), row);
  row[8] = "A clock rule has no hop: nothing is handed over.";
  EXPECT_EQ(whys(Edge::clock, Hop::publish), row);
}

struct WhyCase {
  Rule rule;
  std::string why;
};

TEST(WhatMayHappenWhere, MessagesAreChosenByWhatTheyAre) {
  const WhyCase table[] = {
      {{.on = {.edge = Edge::request, .op = "a", .method = "m", .from = "c1", .to = "s1"}}, fine},
      {{.on = {.edge = Edge::request, .copy = Copy::duplicate}}, fine},
      {{.on = {.edge = Edge::request, .copy = Copy::duplicate}, .action = Duplicate{}},
       "A copy is not copied again."},
      {{.on = {.edge = Edge::request, .hop = Hop::publish, .copy = Copy::original}}, fine},
      {{.on = {.edge = Edge::request, .hop = Hop::publish, .to = "s1"}},
       "A request on its publish hop goes to the broker, so it has no \"to\"."},
      {{.on = {.edge = Edge::reply, .hop = Hop::publish, .to = "c1"}},
       "A reply on its publish hop goes to the broker, so it has no \"to\"."},
      {{.on = {.edge = Edge::ack, .hop = Hop::publish, .to = "c1"}},
       "An ack on its publish hop goes to the broker, so it has no \"to\"."},
      {{.on = {.edge = Edge::confirm, .from = "c1"}},
       "A confirm comes from the broker, so it has no \"from\": \"to\" says who published."},
      {{.on = {.edge = Edge::request, .hop = Hop::publish, .copy = Copy::duplicate}},
       "Copies are made in queues: elsewhere every message is an original."},
      {{.on = {.edge = Edge::confirm, .copy = Copy::duplicate}},
       "Copies are made in queues: elsewhere every message is an original."},
      {{.on = {.edge = Edge::link, .op = "a"},
        .when = {.at = 1s},
        .action = Disconnect{.who = "c1"}},
       "A link rule looks at no message, so it has no \"op\"."},
      {{.on = {.edge = Edge::link, .method = "m"},
        .when = {.at = 1s},
        .action = Disconnect{.who = "c1"}},
       "A link rule looks at no message, so it has no \"method\"."},
      {{.on = {.edge = Edge::process, .copy = Copy::duplicate},
        .when = {.at = 1s},
        .action = Kill{.who = "s1"}},
       "A process rule looks at no message, so it has no \"copy\"."},
      {{.on = {.edge = Edge::link, .to = "c1"},
        .when = {.at = 1s},
        .action = Disconnect{.who = "c1"}},
       "A link rule looks at no message, so it has no \"to\"."},
      {{.on = {.edge = Edge::process, .from = "s1"},
        .when = {.at = 1s},
        .action = Kill{.who = "s1"}},
       "A process rule has no \"from\": the \"who\" of its action is the process."},
      {{.on = {.edge = Edge::clock, .from = "s1"},
        .when = {.at = 1s},
        .action = JumpWall{.by = 1h}},
       "A clock rule has no \"from\": the world has one wall clock."},
  };
  for (const auto& [rule, why] : table) EXPECT_EQ(why_impossible(rule), why);
}

TEST(WhatMayHappenWhere, OnlyLinksProcessesAndClocksHaveAMomentOfTheirOwn) {
  const EventPattern event{.ev = "execute"};
  const On clock{.edge = Edge::clock};
  const Action jump = JumpWall{.by = -1h};
  const WhyCase table[] = {
      {{.on = clock, .when = {.at = 1s}, .action = jump}, fine},
      {{.on = clock, .when = {.prob = Ratio{1, 2}, .at = 1s, .limit = 1}, .action = jump}, fine},
      {{.on = clock, .when = {.every = 2, .after = event, .limit = 1}, .action = jump}, fine},
      {{.when = {.nth = {1, 3}, .every = 2, .prob = Ratio{1, 2}, .after = event}}, fine},
      {{.when = {.at = 1s}},
       "\"at\" belongs to link, process and clock rules: a request is chosen by \"nth\", "
       "\"every\", \"prob\", \"burst\", \"window\" or \"after\"."},
      {{.on = {.edge = Edge::ack, .hop = Hop::publish}, .when = {.at = 1s}},
       "\"at\" belongs to link, process and clock rules: an ack is chosen by \"nth\", \"every\", "
       "\"prob\", \"burst\", \"window\" or \"after\"."},
      {{.on = clock, .action = jump},
       "A clock rule needs a moment: \"at\" a time, or \"after\" an event."},
      {{.on = {.edge = Edge::link},
        .when = {.prob = Ratio{1, 2}},
        .action = Disconnect{.who = "c1"}},
       "A link rule needs a moment: \"at\" a time, or \"after\" an event."},
      {{.on = clock, .when = {.at = 1s, .after = event}, .action = jump},
       "A clock rule has one moment: \"at\" a time, or \"after\" an event, not both."},
      {{.on = clock, .when = {.nth = {1}, .at = 1s}, .action = jump},
       "\"at\" comes once: \"nth\", \"every\", \"burst\" and \"window\" have nothing to choose "
       "from."},
      {{.when = {.nth = {1, 0}}}, "\"nth\" counts from 1."},
      {{.when = {.window = std::pair<Duration, Duration>(1s, 1s)}},
       "The window from 1s to 1s contains no time."},
      {{.when = {.window = std::pair<Duration, Duration>(1s, 2s)}}, fine},
  };
  for (const auto& [rule, why] : table) EXPECT_EQ(why_impossible(rule), why);
}

TEST(WhatMayHappenWhere, AnActionSaysEnough) {
  using Shape = Distribution::Shape;
  const On link{.edge = Edge::link, .from = "c1"};
  const When once{.at = 1s};
  const WhyCase table[] = {
      {{.on = link, .when = once, .action = Disconnect{}}, fine},
      {{.on = link, .when = once, .action = Disconnect{.who = "c1"}}, fine},
      {{.on = link, .when = once, .action = Disconnect{.who = "s1"}},
       "The rule is on the link of c1, and cuts the link of s1."},
      {{.on = {.edge = Edge::link}, .when = once, .action = Disconnect{}},
       "\"disconnect\" does not say whose link: give \"who\", or \"from\" in \"on\"."},
      {{.on = {.edge = Edge::process}, .when = once, .action = Kill{}},
       "\"kill\" does not say who."},
      {{.on = {.edge = Edge::process}, .when = once, .action = Pause{}},
       "\"pause\" does not say who."},
      {{.action = Duplicate{.copies = 0}}, "\"duplicate\" makes at least one copy."},
      {{.action = Reorder{.window = 2}}, fine},
      {{.action = Reorder{}},
       "\"reorder\" says either how large the window is, or how many messages are overtaken."},
      {{.action = Reorder{.window = 2, .overtake = 1}},
       "\"reorder\" says either how large the window is, or how many messages are overtaken."},
      {{.action = Reorder{.window = 1}}, "In a window of 1 message there is nothing to reorder."},
      {{.action = Delay{{.shape = Shape::uniform, .a = 1ms, .b = 1ms}}}, fine},
      {{.action = Delay{{.shape = Shape::uniform, .a = 2ms, .b = 1ms}}},
       "The range from 2ms to 1ms contains no duration."},
      {{.action = Delay{{.shape = Shape::exponential}}},
       "The mean of an exponential distribution is more than 0s."},
      {{.action = Delay{{.shape = Shape::lognormal, .b = 1ms}}},
       "The median of a lognormal distribution is more than 0s."},
      {{.action = Delay{{.shape = Shape::lognormal, .a = 2ms, .b = 1ms}}},
       "The 99th percentile, 1ms, is below the median, 2ms."},
  };
  for (const auto& [rule, why] : table) EXPECT_EQ(why_impossible(rule), why);
}

}  // namespace
}  // namespace castaway::sim
