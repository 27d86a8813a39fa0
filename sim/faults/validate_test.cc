// The table of what may happen where, and what else makes a rule impossible.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "castaway/sim/fault_plan.h"

namespace castaway::sim {
namespace {

/// One at a time, as the rules below: all at once they take a compiler more memory than most
/// machines have.
std::vector<Action> make_every_action() {
  std::vector<Action> all;
  all.emplace_back(Drop{});
  all.emplace_back(Delay{{.a = 1ms}});
  all.emplace_back(HoldUntil{{.ev = "execute"}});
  all.emplace_back(Duplicate{});
  all.emplace_back(Reorder{.overtake = 1});
  all.emplace_back(Corrupt{});
  all.emplace_back(TruncateTo{7});
  all.emplace_back(Unroutable{});
  all.emplace_back(Nack{});
  all.emplace_back(Requeue{});
  all.emplace_back(Disconnect{});
  all.emplace_back(Kill{.who = "s1"});
  all.emplace_back(Pause{.who = "s1", .for_ = 1s});
  all.emplace_back(BlockPublish{1s});
  all.emplace_back(DeleteQueue{.queue = "t"});
  all.emplace_back(RestartBroker{});
  all.emplace_back(JumpWall{.by = -1h});
  all.emplace_back(CancelConsumer{.queue = "t"});
  all.emplace_back(Unbind{.queue = "t"});
  all.emplace_back(CloseChannel{.who = "s1", .code = 406});
  all.emplace_back(PurgeQueue{.queue = "t"});
  all.emplace_back(SlowLink{.by = {.a = 1ms}});
  all.emplace_back(StopNode{.node = 1});
  return all;
}
const std::vector<Action> every_action = make_every_action();
constexpr std::size_t of_messages = 11;

/// A rule that is sound but for what its edge makes of its action.
Rule rule_of(Edge edge, Hop hop, const Action& action) {
  Rule rule{.id = "r", .on = {.edge = edge, .hop = hop}, .action = action};
  if (!is_message(edge)) rule.when.at = 1s;
  if (edge == Edge::link) rule.on.from = "c1";
  return rule;
}

const std::string fine;

std::string foreign_to(std::string_view edge) {
  return std::string(edge) == "ack" ? "an ack" : "a " + std::string(edge);
}

/// What the last actions come to, which happen to no message.
std::vector<std::string> with_foreign_actions(std::vector<std::string> row, std::string_view edge) {
  for (const auto& [action, home] : {std::pair{"kill", "process"},
                                     {"pause", "process"},
                                     {"block_publish", "broker"},
                                     {"delete_queue", "broker"},
                                     {"restart_broker", "broker"},
                                     {"jump_wall", "clock"},
                                     {"cancel_consumer", "broker"},
                                     {"unbind", "broker"},
                                     {"close_channel", "broker"},
                                     {"purge_queue", "broker"},
                                     {"slow_link", "link"},
                                     {"stop_node", "broker"}}) {
    row.push_back("\"" + std::string(action) + "\" happens on the " + home + " edge, not to " +
                  foreign_to(edge) + ".");
  }
  return row;
}

std::vector<std::string> whys(Edge edge, Hop hop) {
  std::vector<std::string> result;
  for (const Action& action : every_action) {
    result.push_back(validate(rule_of(edge, hop, action)));
  }
  return result;
}

constexpr Edge with_a_body[] = {Edge::request, Edge::reply, Edge::heartbeat};

TEST(WhatMayHappenWhere, AMessageThatIsPublishedIsLostLateDamagedUnroutableOrRefused) {
  std::vector<std::string> row(of_messages, fine);
  row[2] =
      "Only a queue can hold a message until an event: \"hold_until\" belongs to the deliver hop.";
  row[3] =
      "A message cannot be duplicated on its publish hop: only a sender's own retry sends it "
      "twice.";
  row[4] = "Messages cannot be reordered on their publish hop: a connection keeps its order.";
  row[9] = "Nobody has had a message on its publish hop: \"requeue\" belongs to the deliver hop.";
  for (const Edge edge : with_a_body)
    EXPECT_EQ(whys(edge, Hop::publish), with_foreign_actions(row, to_string(edge)));
}

TEST(WhatMayHappenWhere, NearlyAnythingHappensToAMessageInAQueue) {
  std::vector<std::string> row(of_messages, fine);
  row[7] = "What stands in a queue was routed: \"unroutable\" belongs to the publish hop.";
  row[8] = "What stands in a queue was not refused: \"nack\" belongs to the publish hop.";
  for (const Edge edge : with_a_body)
    EXPECT_EQ(whys(edge, Hop::deliver), with_foreign_actions(row, to_string(edge)));
}

TEST(WhatMayHappenWhere, AnAckIsLostOrLateOnItsOnlyHop) {
  const std::string start = "An ack can be dropped or delayed on its publish hop, never ";
  const std::vector<std::string> row = {fine,
                                        fine,
                                        start + "held until an event: it waits in no queue.",
                                        start + "duplicated: a receiver does not ack twice.",
                                        start + "reordered: a connection keeps its order.",
                                        start + "damaged: it has no body.",
                                        start + "damaged: it has no body.",
                                        start + "unroutable: it is not routed.",
                                        start + "nacked: it is no publication.",
                                        start + "given back: it stands in no queue.",
                                        fine};
  EXPECT_EQ(whys(Edge::ack, Hop::publish), with_foreign_actions(row, "ack"));
  std::vector<std::string> wrong_hop = row;
  wrong_hop[0] = wrong_hop[1] = wrong_hop[10] =
      "An ack has only the publish hop: it goes to the broker.";
  EXPECT_EQ(whys(Edge::ack, Hop::deliver), with_foreign_actions(wrong_hop, "ack"));
}

TEST(WhatMayHappenWhere, AConfirmIsLostLateOrOutOfOrderOnItsOnlyHop) {
  const std::string start = "A confirm can be dropped, delayed or reordered, never ";
  const std::vector<std::string> row = {fine,
                                        fine,
                                        start + "held until an event: it waits in no queue.",
                                        start + "duplicated: a broker confirms a publication once.",
                                        fine,
                                        start + "damaged: it has no body.",
                                        start + "damaged: it has no body.",
                                        start + "unroutable: it is not routed.",
                                        start + "nacked: it is no publication.",
                                        start + "given back: it stands in no queue.",
                                        fine};
  EXPECT_EQ(whys(Edge::confirm, Hop::deliver), with_foreign_actions(row, "confirm"));
  std::vector<std::string> wrong_hop = row;
  for (const std::size_t action : {0, 1, 4, 10})
    wrong_hop[action] = "A confirm has only the deliver hop: it comes from the broker.";
  EXPECT_EQ(whys(Edge::confirm, Hop::publish), with_foreign_actions(wrong_hop, "confirm"));
}

TEST(WhatMayHappenWhere, AClaimIsLostOrLateOnItsWayAndBack) {
  const std::string start = "A claim can be dropped or delayed, never ";
  const std::vector<std::string> row = {fine,
                                        fine,
                                        start + "held until an event: it waits in no queue.",
                                        start + "duplicated: a server asks once for what it takes.",
                                        start + "reordered: it has a server waiting.",
                                        start + "damaged: it has no body.",
                                        start + "damaged: it has no body.",
                                        start + "unroutable: it is not routed.",
                                        start + "nacked: it is no publication.",
                                        start + "given back: it stands in no queue.",
                                        "\"disconnect\" happens on the link edge, not to a claim."};
  for (const Hop hop : {Hop::publish, Hop::deliver})
    EXPECT_EQ(whys(Edge::claim, hop), with_foreign_actions(row, "claim"));
}

/// Of an edge without messages: what the actions come to that happen to messages.
std::vector<std::string> no_message(std::string_view edge) {
  std::vector<std::string> row;
  for (std::size_t action = 0; action + 1 < of_messages; ++action) {
    row.push_back("\"" + std::string(name_of(every_action[action])) +
                  "\" happens to a message, and a " + std::string(edge) + " is none.");
  }
  row.push_back("\"disconnect\" happens on the link edge, not to a " + std::string(edge) + ".");
  return row;
}

/// Only these actions are possible, on the one hop there is.
void expect_only(Edge edge, std::initializer_list<std::size_t> possible) {
  std::vector<std::string> row = with_foreign_actions(no_message(to_string(edge)), to_string(edge));
  if (edge == Edge::link) {
    row[1] =
        "A link is slowed by \"slow_link\", and stalled by \"disconnect\" with \"half_open\": true "
        "and \"then\": \"flush\", not by \"delay\".";
  }
  for (const std::size_t action : possible) row[action] = fine;
  EXPECT_EQ(whys(edge, Hop::deliver), row);
  const auto no_hop = fmt::format("A {} rule has no hop: nothing is handed over.", to_string(edge));
  for (const std::size_t action : possible) row[action] = no_hop;
  EXPECT_EQ(whys(edge, Hop::publish), row);
}

TEST(WhatMayHappenWhere, ALinkIsCutOrSlowed) { expect_only(Edge::link, {10, 21}); }
TEST(WhatMayHappenWhere, AProcessDiesOrRests) { expect_only(Edge::process, {11, 12}); }
TEST(WhatMayHappenWhere, ABrokerStallsRestartsOrBreaksInPart) {
  expect_only(Edge::broker, {13, 14, 15, 17, 18, 19, 20, 22});
}
TEST(WhatMayHappenWhere, AClockIsSet) { expect_only(Edge::clock, {16}); }
void expect_why(const Rule& rule, const std::string& why) { EXPECT_EQ(validate(rule), why); }

TEST(WhatMayHappenWhere, MessagesAreChosenByWhatTheyAre) {
  expect_why({.on = {.edge = Edge::request, .op = "a", .method = "m", .from = "c1", .to = "s1"}},
             fine);
  expect_why({.on = {.edge = Edge::request, .copy = Copy::duplicate}}, fine);
  expect_why({.on = {.edge = Edge::request, .copy = Copy::duplicate}, .action = Duplicate{}},
             "A copy is not copied again.");
  expect_why({.on = {.edge = Edge::request, .copy = Copy::redelivery}, .action = Drop{}}, fine);
  expect_why({.on = {.edge = Edge::request, .copy = Copy::redelivery}, .action = Duplicate{}},
             "A redelivery goes back to where it stood: it can be lost, late or damaged, no more.");
  expect_why({.on = {.edge = Edge::reply, .copy = Copy::any}, .action = Reorder{.overtake = 1}},
             "A redelivery goes back to where it stood: it can be lost, late or damaged, no more.");
  expect_why({.on = {.edge = Edge::heartbeat, .hop = Hop::publish, .to = "c1"}},
             "A heartbeat on its publish hop goes to the broker, so it has no \"to\".");
  expect_why(
      {.on = {.edge = Edge::broker, .from = "c1"}, .when = {.at = 1s}, .action = RestartBroker{}},
      "A broker rule has no \"from\": the world has one broker.");
  expect_why({.on = {.edge = Edge::request, .hop = Hop::publish, .copy = Copy::original}}, fine);
  expect_why({.on = {.edge = Edge::request, .hop = Hop::publish, .to = "s1"}},
             "A request on its publish hop goes to the broker, so it has no \"to\": \"topic\" says "
             "to whose servers.");
  expect_why({.on = {.edge = Edge::reply, .hop = Hop::publish, .to = "c1"}},
             "A reply on its publish hop goes to the broker, so it has no \"to\".");
  expect_why({.on = {.edge = Edge::ack, .hop = Hop::publish, .to = "c1"}},
             "An ack on its publish hop goes to the broker, so it has no \"to\".");
  expect_why({.on = {.edge = Edge::confirm, .from = "c1"}},
             "A confirm comes from the broker, so it has no \"from\": \"to\" says who published.");
  expect_why(
      {.on = {.edge = Edge::claim, .hop = Hop::publish, .op = "a", .method = "m", .from = "s1"}},
      fine);
  expect_why({.on = {.edge = Edge::claim, .to = "s1"}}, fine);
  expect_why({.on = {.edge = Edge::claim, .from = "s1"}},
             "A claim on its deliver hop comes from the store, so it has no \"from\": \"to\" says "
             "who asked.");
  expect_why({.on = {.edge = Edge::claim, .hop = Hop::publish, .to = "s1"}},
             "A claim on its publish hop goes to the store, so it has no \"to\".");
  expect_why({.on = {.edge = Edge::claim, .copy = Copy::duplicate}},
             "Copies are made in queues: elsewhere every message is an original.");
  expect_why({.on = {.edge = Edge::request, .hop = Hop::publish, .copy = Copy::duplicate}},
             "Copies are made in queues: elsewhere every message is an original.");
  expect_why({.on = {.edge = Edge::confirm, .copy = Copy::duplicate}},
             "Copies are made in queues: elsewhere every message is an original.");
  expect_why({.on = {.edge = Edge::link, .op = "a"},
              .when = {.at = 1s},
              .action = Disconnect{.who = "c1"}},
             "A link rule looks at no message, so it has no \"op\".");
  expect_why({.on = {.edge = Edge::link, .method = "m"},
              .when = {.at = 1s},
              .action = Disconnect{.who = "c1"}},
             "A link rule looks at no message, so it has no \"method\".");
  expect_why({.on = {.edge = Edge::process, .copy = Copy::duplicate},
              .when = {.at = 1s},
              .action = Kill{.who = "s1"}},
             "A process rule looks at no message, so it has no \"copy\".");
  expect_why({.on = {.edge = Edge::link, .to = "c1"},
              .when = {.at = 1s},
              .action = Disconnect{.who = "c1"}},
             "A link rule looks at no message, so it has no \"to\".");
  expect_why({.on = {.edge = Edge::process, .from = "s1"},
              .when = {.at = 1s},
              .action = Kill{.who = "s1"}},
             "A process rule has no \"from\": the \"who\" of its action is the process.");
  expect_why(
      {.on = {.edge = Edge::clock, .from = "s1"}, .when = {.at = 1s}, .action = JumpWall{.by = 1h}},
      "A clock rule has no \"from\": the world has one wall clock.");
}

TEST(WhatMayHappenWhere, OnlyLinksProcessesAndClocksHaveAMomentOfTheirOwn) {
  const EventPattern event{.ev = "execute"};
  const On clock{.edge = Edge::clock};
  const Action jump = JumpWall{.by = -1h};
  expect_why({.on = clock, .when = {.at = 1s}, .action = jump}, fine);
  expect_why({.on = clock, .when = {.prob = Ratio{1, 2}, .at = 1s, .limit = 1}, .action = jump},
             fine);
  expect_why({.on = clock, .when = {.every = 2, .after = event, .limit = 1}, .action = jump}, fine);
  expect_why({.when = {.nth = {1, 3}, .every = 2, .prob = Ratio{1, 2}, .after = event}}, fine);
  expect_why(
      {.when = {.at = 1s}},
      "\"at\" belongs to link, process, broker and clock rules: a request is chosen by \"nth\", "
      "\"every\", \"prob\", \"burst\", \"window\" or \"after\".");
  expect_why(
      {.on = {.edge = Edge::ack, .hop = Hop::publish}, .when = {.at = 1s}},
      "\"at\" belongs to link, process, broker and clock rules: an ack is chosen by \"nth\", "
      "\"every\", "
      "\"prob\", \"burst\", \"window\" or \"after\".");
  expect_why({.on = clock, .action = jump},
             "A clock rule needs a moment: \"at\" a time, or \"after\" an event.");
  expect_why({.on = {.edge = Edge::link},
              .when = {.prob = Ratio{1, 2}},
              .action = Disconnect{.who = "c1"}},
             "A link rule needs a moment: \"at\" a time, or \"after\" an event.");
  expect_why({.on = clock, .when = {.at = 1s, .after = event}, .action = jump},
             "A clock rule has one moment: \"at\" a time, or \"after\" an event, not both.");
  expect_why(
      {.on = clock, .when = {.nth = {1}, .at = 1s}, .action = jump},
      "\"at\" comes once: \"nth\", \"every\", \"burst\" and \"window\" have nothing to choose "
      "from.");
  expect_why({.on = clock, .when = {.at = 1s, .repeat = Repeat{1s, 5}}, .action = jump}, fine);
  expect_why({.on = clock, .when = {.at = 1s, .repeat = Repeat{}}, .action = jump},
             "\"repeat\" has to leave some time between.");
  expect_why({.on = clock, .when = {.repeat = Repeat{1s, 1}, .after = event}, .action = jump},
             "\"repeat\" goes with \"at\": after which time?");
  expect_why({.when = {.nth = {1, 0}}}, "\"nth\" counts from 1.");
  expect_why({.when = {.window = std::pair<Duration, Duration>(1s, 1s)}},
             "The window from 1s to 1s contains no time.");
  expect_why({.when = {.window = std::pair<Duration, Duration>(1s, 2s)}}, fine);
}

std::string one_of_four(const std::string& action) {
  return "\"" + action +
         "\" says which queue by one of \"queue\", \"queue_of\", \"fanout_of\" and "
         "\"replies_of\".";
}

TEST(WhatMayHappenWhere, AnActionSaysEnough) {
  using Shape = Distribution::Shape;
  using Way = Disconnect::Way;
  const On link{.edge = Edge::link, .from = "c1"};
  const On broker{.edge = Edge::broker};
  const When once{.at = 1s};
  expect_why({.on = link, .when = once, .action = Disconnect{}}, fine);
  expect_why({.on = link, .when = once, .action = Disconnect{.who = "c1"}}, fine);
  expect_why({.on = link, .when = once, .action = Disconnect{.who = "s1"}},
             "The rule is on the link of c1, and cuts the link of s1.");
  expect_why({.on = {.edge = Edge::link}, .when = once, .action = Disconnect{}},
             "\"disconnect\" does not say whose link: give \"who\", or \"from\" in \"on\".");
  expect_why({.on = {.edge = Edge::process}, .when = once, .action = Kill{}},
             "\"kill\" does not say who.");
  expect_why({.on = {.edge = Edge::process}, .when = once, .action = Pause{}},
             "\"pause\" does not say who.");
  expect_why(
      {.on = link, .when = once, .action = Disconnect{.half_open = true, .way = Way::to_broker}},
      fine);
  expect_why({.on = link, .when = once, .action = Disconnect{.way = Way::to_broker}},
             "A link that is cut is cut both ways: one way alone it can only be half open.");
  expect_why({.on = link, .when = once, .action = Disconnect{.frame = Disconnect::Frame::arrives}},
             "A link rule looks at no message, so there is no \"frame\" that could arrive.");
  expect_why({.action = Disconnect{.frame = Disconnect::Frame::arrives}}, fine);
  expect_why(
      {.action = Disconnect{.who = "c1"}},
      "The connection that breaks is the one that carries the message, so there is no \"who\".");
  expect_why({.on = broker, .when = once, .action = DeleteQueue{}}, one_of_four("delete_queue"));
  expect_why({.on = broker, .when = once, .action = DeleteQueue{.queue = "t", .replies_of = "c1"}},
             one_of_four("delete_queue"));
  expect_why({.on = broker, .when = once, .action = DeleteQueue{.replies_of = "c1"}}, fine);
  expect_why({.on = broker, .when = once, .action = DeleteQueue{.fanout_of = "s1"}}, fine);
  expect_why({.on = broker, .when = once, .action = PurgeQueue{.queue_of = "s1"}}, fine);
  expect_why({.on = broker, .when = once, .action = PurgeQueue{}}, one_of_four("purge_queue"));
  expect_why({.on = broker, .when = once, .action = CancelConsumer{}},
             one_of_four("cancel_consumer"));
  expect_why({.on = broker, .when = once, .action = CancelConsumer{.who = "s1"}}, fine);
  expect_why({.on = broker, .when = once, .action = CancelConsumer{.queue = "t", .who = "s1"}},
             fine);
  expect_why({.on = broker, .when = once, .action = Unbind{.exchange = "t_fanout"}},
             "\"unbind\" says which queue by one of \"queue\", \"queue_of\" and \"fanout_of\".");
  expect_why({.on = broker, .when = once, .action = Unbind{.fanout_of = "s1", .routing_key = "t"}},
             fine);
  expect_why({.on = broker, .when = once, .action = CloseChannel{.code = 406}},
             "\"close_channel\" does not say whose.");
  expect_why({.on = broker, .when = once, .action = CloseChannel{.who = "s1", .code = 407}},
             "AMQP has no reply code 407: a channel is closed with 311, 403, 404, 405 or 406, a "
             "connection with 320, 402, 501 to 506, 530, 540 or 541.");
  expect_why({.on = {.edge = Edge::link}, .when = once, .action = SlowLink{.by = {.a = 1ms}}},
             "\"slow_link\" does not say whose link: give \"who\", or \"from\" in \"on\".");
  expect_why({.on = link, .when = once, .action = SlowLink{.who = "s1", .by = {.a = 1ms}}},
             "The rule is on the link of c1, and slows the link of s1.");
  expect_why({.on = {.edge = Edge::request, .hop = Hop::publish, .topic = "t", .exchange = "x"},
              .action = Drop{}},
             fine);
  expect_why({.on = {.edge = Edge::request, .topic = "t"}, .action = Drop{}},
             "Only a request on its publish hop has a \"topic\" to go by.");
  expect_why({.on = {.edge = Edge::reply, .hop = Hop::publish, .exchange = "x"}, .action = Drop{}},
             "Only a request on its publish hop has an \"exchange\" to go by.");
  expect_why({.on = broker, .when = once, .action = RestartBroker{.forget_acks = 1s}}, fine);
  expect_why({.on = broker,
              .when = once,
              .action = RestartBroker{.keep_durable = false, .forget_acks = 1s}},
             "A broker that keeps nothing delivers nothing again: \"forget_acks\" needs "
             "\"keep_durable\".");
  expect_why({.action = Corrupt{.bits = 0}}, "\"corrupt\" flips at least one bit.");
  expect_why({.action = Duplicate{.copies = 0}}, "\"duplicate\" makes at least one copy.");
  expect_why({.action = Reorder{.window = 2}}, fine);
  expect_why(
      {.action = Reorder{}},
      "\"reorder\" says either how large the window is, or how many messages are overtaken.");
  expect_why(
      {.action = Reorder{.window = 2, .overtake = 1}},
      "\"reorder\" says either how large the window is, or how many messages are overtaken.");
  expect_why({.action = Reorder{.window = 1}},
             "In a window of 1 message there is nothing to reorder.");
  expect_why({.action = Delay{{.shape = Shape::uniform, .a = 1ms, .b = 1ms}}}, fine);
  expect_why({.action = Delay{{.shape = Shape::uniform, .a = 2ms, .b = 1ms}}},
             "The range from 2ms to 1ms contains no duration.");
  expect_why({.action = Delay{{.shape = Shape::exponential}}},
             "The mean of an exponential distribution is more than 0s.");
  expect_why({.action = Delay{{.shape = Shape::lognormal, .b = 1ms}}},
             "The median of a lognormal distribution is more than 0s.");
  expect_why({.action = Delay{{.shape = Shape::lognormal, .a = 2ms, .b = 1ms}}},
             "The 99th percentile, 1ms, is below the median, 2ms.");
}

}  // namespace
}  // namespace castaway::sim
