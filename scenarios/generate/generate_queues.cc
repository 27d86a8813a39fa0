// What kind of queues the servers of a generated world declare.

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

using Make = Object (*)(const Dice& dice);

Object full_refuses(const Dice& dice) {
  return Object(
      {{"x-max-length", dice.pick("length", {1, 3, 10})}, {"x-overflow", "reject-publish"}});
}
Object full_drops(const Dice& dice) {
  return Object({{"x-max-length", dice.pick("length", {1, 3, 10})}});
}
Object with_priorities(const Dice& dice) {
  return Object({{"x-max-priority", dice.pick("priorities", {1, 9})}});
}
Object with_one_consumer(const Dice&) { return Object({{"x-single-active-consumer", true}}); }
Object that_lapses(const Dice& dice) {
  return Object({{"x-expires", dice.pick("lapses-after", {500, 2'000, 30'000})}});
}
/// Nobody is bound to that exchange: what is rejected, expires or is too much is gone all the same.
Object with_dead_letters(const Dice&) {
  return Object({{"x-dead-letter-exchange", "amq.fanout"}, {"x-max-length", 3}});
}
Object quorum(const Dice&) { return Object({{"x-queue-type", "quorum"}}); }
Object quorum_with_limit(const Dice& dice) {
  return Object(
      {{"x-queue-type", "quorum"}, {"x-delivery-limit", dice.pick("deliveries", {1, 3})}});
}

/// Never drawn: x-message-ttl. A cast that is gone for it looks like one to which its client gave a
/// time to live, which no client may do.
constexpr Make of_most_worlds[] = {full_refuses,      full_drops,  with_priorities,
                                   with_one_consumer, that_lapses, with_dead_letters};
/// A quorum queue is durable.
constexpr Make of_durable_worlds[] = {quorum,       quorum_with_limit, quorum_with_limit,
                                      full_refuses, with_priorities,   with_one_consumer};
/// Where a request is dropped and its copies are not, these go to any server.
constexpr Make of_worlds_with_copies[] = {with_priorities, that_lapses, with_one_consumer};
constexpr Make of_durable_worlds_with_copies[] = {quorum, with_priorities};

Object queue_arguments(const Dice& dice, const Draft& draft) {
  const bool durable = draft.scenario.broker.durable;
  if (draft.kind == Kind::copies) {
    return durable ? dice.one_of("durable-with-copies", of_durable_worlds_with_copies)(dice)
                   : dice.one_of("with-copies", of_worlds_with_copies)(dice);
  }
  const Make make = durable ? dice.one_of("durable-kind", of_durable_worlds)
                            : dice.one_of("kind", of_most_worlds);
  // A copy that waits for messages which never come would keep a queue full for good.
  const bool stays_full = draft.scenario.clock.quiet && draft.kind == Kind::both;
  return stays_full && make == full_refuses ? with_one_consumer(dice) : make(dice);
}

}  // namespace

void generate_queues(Draft& draft) {
  const Dice dice = draft.dice.of("queues");
  BrokerWorld& broker = draft.scenario.broker;
  if (dice.happens("all", {1, 8})) broker.queue_arguments = queue_arguments(dice, draft);
  // All servers of a topic agree, or the broker would have only the first of them. Topics of one
  // name are one queue, unless names carry the exchange.
  for (Server& server : draft.scenario.servers) {
    const Dice own = dice.of("topic " + server.topic);
    const bool has_own = broker.queue_arguments.json().empty() && own.happens("own", {1, 8});
    if (has_own) server.queue_arguments = queue_arguments(own, draft);
  }
}

}  // namespace castaway::scenario
