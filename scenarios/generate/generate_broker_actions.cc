// What the rules of a generated fault plan do to the broker: to all of it, or to a queue, a
// consumer, a binding or a channel.

#include "generate_faults.h"

namespace castaway::scenario {
namespace {

using sim::Edge;
using sim::Hop;

/// Says which queue by its name or its role. Only that of a client if `servers` is false.
template <class Action>
void choose_queue(const Occasion& at, bool servers, Action& action) {
  constexpr bool has_replies = requires { action.replies_of; };
  const Dice dice = at.dice.of("queue");
  const Server& server = dice.one_of("server", at.draft.scenario.servers);
  const auto role = servers ? dice.below("role", has_replies ? 6 : 4) : 5;
  if (role == 0) action.queue = server.topic;
  if (role == 1) action.queue = server.topic + "." + server.target_name();
  if (role == 2) action.queue_of = server.id;
  if (role == 3) action.fanout_of = server.id;
  if constexpr (has_replies) {
    if (role > 3) action.replies_of = dice.one_of("whose", at.targets.clients);
  }
}

/// A server whose queue is gone, or whose consumer, begins anew on another connection.
bool may_begin_anew(const Occasion& at) { return !at.targets.breakable.empty(); }

sim::DeleteQueue delete_one(const Occasion& at) {
  sim::DeleteQueue gone;
  choose_queue(at, may_begin_anew(at), gone);
  return gone;
}

sim::PurgeQueue purge_one(const Occasion& at) {
  sim::PurgeQueue purged;
  choose_queue(at, true, purged);
  return purged;
}

sim::Unbind unbind_one(const Occasion& at) {
  sim::Unbind unbound;
  choose_queue(at, true, unbound);
  if (at.dice.happens("one-exchange", {1, 4}))
    unbound.exchange = at.dice.one_of("exchange", at.targets.exchanges);
  if (at.dice.happens("one-key", {1, 4}))
    unbound.routing_key = at.dice.one_of("key", at.targets.topics);
  return unbound;
}

sim::CancelConsumer cancel_one(const Occasion& at) {
  sim::CancelConsumer cancelled;
  const bool of_one = at.dice.happens("of-one", {1, 3});
  if (of_one) cancelled.who = anyone(at.dice, at.targets.breakable, at.targets.clients);
  // Of all its queues, or of one that it may consume from.
  if (!of_one || at.dice.happens("of-a-queue", {1, 2}))
    choose_queue(at, may_begin_anew(at), cancelled);
  return cancelled;
}

sim::CloseChannel close_one(const Occasion& at) {
  using Which = sim::CloseChannel::Which;
  return {.who = anyone(at.dice, at.targets.breakable, at.targets.clients),
          .code = at.dice.pick<std::uint64_t>("code", {403, 404, 406, 406, 320, 504, 541}),
          .which = at.dice.pick("which", {Which::all, Which::listen, Which::send})};
}

sim::RestartBroker restart(const Occasion& at) {
  const auto& [dice, draft, targets, edge] = at;
  sim::RestartBroker restart{.for_ = dice.pick<Duration>("for", {0s, 50ms, 1s, 5s, 40s}),
                             .keep_durable = !dice.happens("wiped", {1, 4})};
  const bool comes_back = draft.scenario.broker.durable && restart.keep_durable;
  if (draft.options.claims && comes_back && dice.happens("forgets", {3, 4})) {
    restart.forget_acks = dice.pick<Duration>("forgotten", {1ms, 50ms, 500ms, 10s});
  }
  return restart;
}

sim::StopNode stop_one(const Occasion& at) {
  return {.node = 1 + at.dice.below("node", at.draft.scenario.broker.nodes),
          .for_ = at.dice.pick<Duration>("for", {0s, 50ms, 1s, 5s, 40s}),
          .silent = at.dice.happens("silent", {1, 4})};
}

using sim::Action;
using Care = Act::Care;

constexpr Act blocked{[](const Occasion& at) -> Action {
  return sim::BlockPublish{at.dice.pick<Duration>("for", {5ms, 500ms, 2s, 6s})};
}};
constexpr Act deleted{[](const Occasion& at) -> Action { return delete_one(at); }};
constexpr Act purged{[](const Occasion& at) -> Action { return purge_one(at); }};
constexpr Act unbound{[](const Occasion& at) -> Action { return unbind_one(at); }};
constexpr Act cancelled{[](const Occasion& at) -> Action { return cancel_one(at); }};
constexpr Act closed{[](const Occasion& at) -> Action { return close_one(at); }};
constexpr Act restarted{[](const Occasion& at) -> Action { return restart(at); }, Care::restarts};
constexpr Act stopped{[](const Occasion& at) -> Action { return stop_one(at); }, Care::restarts};

constexpr Choice all_choices_of_the_broker[] = {
    {Edge::broker, Hop::deliver, blocked},   {Edge::broker, Hop::deliver, deleted},
    {Edge::broker, Hop::deliver, deleted},   {Edge::broker, Hop::deliver, purged},
    {Edge::broker, Hop::deliver, unbound},   {Edge::broker, Hop::deliver, cancelled},
    {Edge::broker, Hop::deliver, closed},    {Edge::broker, Hop::deliver, closed},
    {Edge::broker, Hop::deliver, restarted}, {Edge::broker, Hop::deliver, restarted},
    {Edge::broker, Hop::deliver, stopped},
};

}  // namespace

std::span<const Choice> choices_of_the_broker() { return all_choices_of_the_broker; }

}  // namespace castaway::scenario
