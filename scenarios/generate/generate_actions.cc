// What the rules of a generated fault plan do.

#include <set>

#include "generate_faults.h"

namespace castaway::scenario {

using sim::Edge;
using sim::EventPattern;

bool shares_a_topic(const Scenario& scenario) {
  std::set<std::string> topics;
  for (const Server& server : scenario.servers) {
    if (!topics.insert(server.topic).second) return true;
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

namespace {

sim::Distribution extra(const Dice& dice) {
  using Shape = sim::Distribution::Shape;
  const Duration most = dice.pick<Duration>("most", {2ms, 20ms, 100ms, 500ms, 1s, 3s, 6s, 20s});
  if (dice.happens("constant", {1, 2})) return {.a = most};
  return {.shape = Shape::uniform, .a = most / 100, .b = most};
}

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
  return {.for_ = dice.pick<Duration>("for", {0s, 0s, 5ms, 1s}),
          .half_open = dice.happens("half-open", {1, 6}),
          .frame = dice.pick("frame", {Frame::lost, Frame::arrives})};
}

std::string anyone(const Dice& dice, const Names& servers, const Names& clients) {
  if (servers.empty() || dice.happens("client", {1, 3})) return dice.one_of("who", clients);
  return dice.one_of("who", servers);
}

sim::Disconnect disconnect(const Dice& dice, const Targets& targets, bool half_open) {
  sim::Disconnect cut{.who = anyone(dice, targets.breakable, targets.clients),
                      .for_ = dice.pick<Duration>("for", {0s, 0s, 5ms, 100ms, 1s, 3s, 10s}),
                      .half_open = half_open};
  using Way = sim::Disconnect::Way;
  if (half_open) cut.way = dice.pick("way", {Way::both, Way::to_broker, Way::from_broker});
  const bool flush = half_open && cut.for_ > Duration::zero() && dice.happens("flush", {1, 2});
  if (flush) cut.then = sim::Disconnect::Then::flush;
  return cut;
}

sim::Kill kill(const Dice& dice, const Draft& draft, const Targets& targets) {
  const bool a_server =
      targets.mortal.empty() || (!targets.killable.empty() && !dice.happens("client", {1, 3}));
  sim::Kill kill{.who = dice.one_of("who", a_server ? targets.killable : targets.mortal)};
  // A client that came back would run its script again, under the same names. Who is asked in the
  // end has to be there.
  const bool needed = draft.scenario.clock.quiet.has_value();
  if (a_server && (needed || dice.happens("restarts", {3, 4}))) {
    kill.restart = dice.pick<Duration>("restart", {1ms, 50ms, 500ms, 2s, 5s});
  }
  return kill;
}

sim::DeleteQueue forget(const Dice& dice, const Draft& draft, const Targets& targets) {
  // A server whose queue is gone begins anew on another connection.
  const bool replies = targets.breakable.empty() || dice.happens("replies", {1, 2});
  if (replies) return {.replies_of = dice.one_of("whose", targets.clients)};
  const Server& server = dice.one_of("server", draft.scenario.servers);
  return {.queue = dice.happens("own", {1, 4}) ? server.topic + "." + server.id : server.topic};
}

sim::RestartBroker restart(const Dice& dice, const Draft& draft) {
  sim::RestartBroker restart{.for_ = dice.pick<Duration>("for", {0s, 50ms, 1s, 5s}),
                             .keep_durable = !dice.happens("wiped", {1, 4})};
  const bool comes_back = draft.scenario.broker.durable && restart.keep_durable;
  if (draft.options.claims && comes_back && dice.happens("forgets", {3, 4})) {
    restart.forget_acks = dice.pick<Duration>("forgotten", {1ms, 50ms, 500ms, 10s});
  }
  return restart;
}

}  // namespace

sim::Action message_action(const Dice& dice, const Draft& draft, const Targets& targets,
                           const Choice& choice) {
  switch (choice.act) {
    case Act::delay:
      return sim::Delay{extra(dice)};
    case Act::duplicate:
      return duplicate(dice, draft, choice.edge);
    case Act::reorder:
      return reorder(dice);
    case Act::hold:
      return sim::HoldUntil{event(dice.of("until"), targets)};
    case Act::damage:
      return damage(dice);
    case Act::unroutable:
      return sim::Unroutable{};
    case Act::requeue:
      return sim::Requeue{};
    case Act::cut:
      return cut_under(dice);
    default:
      return sim::Drop{};
  }
}

sim::Action world_action(const Dice& dice, const Draft& draft, const Targets& targets,
                         const Choice& choice) {
  switch (choice.act) {
    case Act::kill:
      return kill(dice, draft, targets);
    case Act::pause:
      return sim::Pause{.who = anyone(dice, targets.servers, targets.clients),
                        .for_ = dice.pick<Duration>("for", {5ms, 50ms, 500ms, 2s, 6s})};
    case Act::block:
      return sim::BlockPublish{dice.pick<Duration>("for", {5ms, 500ms, 2s, 6s})};
    case Act::forget:
      return forget(dice, draft, targets);
    case Act::restart:
      return restart(dice, draft);
    case Act::step:
      return sim::JumpWall{.by = dice.pick<Duration>("by", {-1h, -500ms, 500ms, 1h, 24h})};
    default:
      return disconnect(dice, targets, choice.act == Act::half_open);
  }
}

}  // namespace castaway::scenario
