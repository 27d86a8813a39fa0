// What the rules of a generated fault plan do to messages, and on which hand-overs.

#include <set>
#include <utility>

#include "generate_faults.h"

namespace castaway::scenario {

using sim::Edge;
using sim::EventPattern;
using sim::Hop;

bool shares_a_topic(const Scenario& scenario) {
  std::set<std::pair<std::string, std::string>> topics;
  for (const Server& server : scenario.servers) {
    if (!topics.emplace(server.exchange, server.topic).second) return true;
  }
  return false;
}

EventPattern event(const Dice& dice, const Targets& targets) {
  if (!targets.calls.empty() && dice.happens("of-a-call", {1, 2})) {
    return {.ev = dice.pick<const char*>(
                "ev", {"invoke", "publish", "accept", "confirm", "deliver", "settle", "execute",
                       "done", "reply", "reply_accept", "reply_arrive", "complete"}),
            .op = dice.one_of("call", targets.calls)};
  }
  EventPattern event{
      .ev = dice.pick<const char*>("ev", {"invoke", "publish", "accept", "confirm", "deliver",
                                          "settle", "execute", "done", "complete"})};
  if (dice.happens("any-operation", {1, 2})) {
    event.n = 1 + dice.below("n", 20);
  } else {
    event.op = dice.one_of("operation", targets.operations);
  }
  return event;
}

sim::Distribution extra(const Dice& dice) {
  using Shape = sim::Distribution::Shape;
  const Duration most = dice.pick<Duration>("most", {2ms, 20ms, 100ms, 500ms, 1s, 3s, 6s, 20s});
  if (dice.happens("constant", {1, 2})) return {.a = most};
  return {.shape = Shape::uniform, .a = most / 100, .b = most};
}

namespace {

sim::Duplicate duplicate(const Dice& dice, const Draft& draft, Edge edge) {
  using To = sim::Duplicate::To;
  sim::Duplicate duplicate{
      .copies = dice.pick<std::uint64_t>("copies", {1, 1, 1, 2, 3}),
      .after_messages = dice.pick<std::uint64_t>("after", {0, 0, 1, 3, 16, 20}),
      .redelivered_flag = dice.happens("flag", {1, 4})};
  const bool stray = edge == Edge::request && draft.options.stray_copies;
  const bool shared = edge == Edge::request && shares_a_topic(draft.scenario);
  if (stray) {
    duplicate.to = dice.pick("to", {To::any, To::same, To::other});
  } else {
    duplicate.to = shared ? To::same : dice.pick("to", {To::any, To::same});
  }
  return duplicate;
}

sim::Reorder reorder(const Dice& dice) {
  if (dice.happens("window", {1, 2})) return {.window = 2 + dice.below("size", 6)};
  return {.overtake = 1 + dice.below("overtake", 5)};
}

/// Damage that no law can take for an answer: either the message cannot be read any more, or it
/// says what it said.
sim::Action damage(const Dice& dice) {
  if (dice.happens("short", {1, 2})) {
    return sim::TruncateTo{dice.pick<std::uint64_t>("bytes", {0, 1, 40, 150})};
  }
  return sim::Corrupt{.bits = 1 + dice.below("bits", 3), .field = "oslo.version"};
}

/// The connection that carries a message breaks.
sim::Disconnect cut_under(const Dice& dice) {
  using Frame = sim::Disconnect::Frame;
  sim::Disconnect cut{.for_ = dice.pick<Duration>("for", {0s, 0s, 5ms, 1s}),
                      .half_open = dice.happens("half-open", {1, 6}),
                      .frame = dice.pick("frame", {Frame::lost, Frame::arrives})};
  if (!cut.half_open && dice.happens("stale", {1, 6}))
    cut.stale = dice.pick<Duration>("stale-for", {50ms, 1s, 20s});
  return cut;
}

// Acts. What has no action of its own draws one of several.

using sim::Action;
using Care = Act::Care;

constexpr Act lost{[](const Occasion&) -> Action { return sim::Drop{}; }, Care::loses};
constexpr Act late{[](const Occasion& at) -> Action { return sim::Delay{extra(at.dice)}; },
                   Care::delays};
constexpr Act copied{
    [](const Occasion& at) -> Action { return duplicate(at.dice, at.draft, at.edge); },
    Care::copies};
constexpr Act reordered{[](const Occasion& at) -> Action { return reorder(at.dice); }};
constexpr Act held{[](const Occasion& at) -> Action {
  return sim::HoldUntil{event(at.dice.of("until"), at.targets)};
}};
constexpr Act damaged{[](const Occasion& at) { return damage(at.dice); }};
constexpr Act unroutable{[](const Occasion&) -> Action { return sim::Unroutable{}; }};
constexpr Act refused{[](const Occasion&) -> Action { return sim::Nack{}; }};
constexpr Act said_otherwise{[](const Occasion& at) -> Action {
  using How = sim::ConfirmAs::How;
  return sim::ConfirmAs{
      at.dice.pick("how", {How::multiple, How::multiple, How::twice, How::unknown})};
}};
constexpr Act requeued{[](const Occasion&) -> Action { return sim::Requeue{}; }};
constexpr Act cut_under_it{[](const Occasion& at) -> Action { return cut_under(at.dice); },
                           Care::cuts};
constexpr Choice all_choices_of_messages[] = {
    {Edge::request, Hop::deliver, lost},
    {Edge::request, Hop::deliver, late},
    {Edge::request, Hop::deliver, copied},
    {Edge::request, Hop::deliver, copied},
    {Edge::request, Hop::deliver, copied},
    {Edge::request, Hop::deliver, copied},
    {Edge::request, Hop::deliver, reordered},
    {Edge::request, Hop::deliver, held},
    {Edge::request, Hop::publish, lost},
    {Edge::request, Hop::publish, late},
    {Edge::reply, Hop::deliver, lost},
    {Edge::reply, Hop::deliver, late},
    {Edge::reply, Hop::deliver, copied},
    {Edge::reply, Hop::deliver, reordered},
    {Edge::reply, Hop::deliver, held},
    {Edge::reply, Hop::publish, lost},
    {Edge::reply, Hop::publish, late},
    {Edge::ack, Hop::publish, lost},
    {Edge::ack, Hop::publish, lost},
    {Edge::ack, Hop::publish, late},
    {Edge::confirm, Hop::deliver, lost},
    {Edge::confirm, Hop::deliver, lost},
    {Edge::confirm, Hop::deliver, late},
    {Edge::confirm, Hop::deliver, late},
    {Edge::confirm, Hop::deliver, reordered},
    {Edge::confirm, Hop::deliver, said_otherwise},
    {Edge::confirm, Hop::deliver, said_otherwise},
    {Edge::request, Hop::publish, damaged},
    {Edge::request, Hop::deliver, damaged},
    {Edge::reply, Hop::publish, damaged},
    {Edge::reply, Hop::deliver, damaged},
    {Edge::request, Hop::publish, unroutable},
    {Edge::reply, Hop::publish, unroutable},
    {Edge::request, Hop::publish, refused},
    {Edge::reply, Hop::publish, refused},
    {Edge::heartbeat, Hop::publish, lost},
    {Edge::heartbeat, Hop::deliver, lost},
    {Edge::heartbeat, Hop::deliver, late},
    {Edge::heartbeat, Hop::deliver, copied},
    {Edge::request, Hop::deliver, requeued},
    {Edge::reply, Hop::deliver, requeued},
    {Edge::request, Hop::publish, cut_under_it},
    {Edge::request, Hop::deliver, cut_under_it},
    {Edge::reply, Hop::publish, cut_under_it},
    {Edge::reply, Hop::deliver, cut_under_it},
    {Edge::ack, Hop::publish, cut_under_it},
    {Edge::ack, Hop::publish, cut_under_it},
    {Edge::confirm, Hop::deliver, cut_under_it},
};

constexpr Choice all_choices_of_claims[] = {
    {Edge::claim, Hop::publish, lost},
    {Edge::claim, Hop::publish, late},
    {Edge::claim, Hop::deliver, lost},
    {Edge::claim, Hop::deliver, late},
};

}  // namespace

std::span<const Choice> choices_of_messages() { return all_choices_of_messages; }
std::span<const Choice> choices_of_claims() { return all_choices_of_claims; }

}  // namespace castaway::scenario
