// basic.publish, and what the broker says of it: returned, confirmed, refused.

#include <memory>
#include <utility>

#include "arguments.h"
#include "dead_letters.h"
#include "state.h"

namespace castaway::sim {

void Broker::State::on(Channel& channel, const amqp::ConfirmSelect& method, TimePoint /*now*/) {
  channel.confirms = true;
  if (!method.no_wait) output.say(channel.id(), amqp::ConfirmSelectOk{});
}

std::optional<Refusal> Broker::State::refusal(const amqp::Publication& publication) const {
  if (publication.immediate) return replies::not_implemented("immediate=true");
  const std::string& exchange = publication.exchange;
  for (const std::string* name : {&exchange, &publication.routing_key}) {
    if (auto refused = replies::bad_name(*name)) return refused;
  }
  if (!exchange.empty()) {
    const auto place = exchanges.find(exchange);
    if (place == exchanges.end()) return replies::not_found(replies::exchange(exchange));
    if (place->second.declaration().internal) return replies::internal_exchange(exchange);
  }
  const auto& expiration = publication.message.properties.expiration;
  return expiration.has_value() ? bad_expiration(*expiration) : std::nullopt;
}

void Broker::State::publish(Channel& channel, const CarriedPtr& message,
                            amqp::Publication publication, TimePoint now) {
  if (const auto refused = refusal(publication)) throw *refused;
  const std::uint64_t tag = channel.confirms ? ++channel.published : 0;
  const auto confirm = [&](bool ack) {
    if (channel.confirms) output.confirmed(channel.id(), tag, false, ack, message);
  };
  const TimePoint expires = expiry_time(publication.message.properties.expiration, now);
  const Arrival arrival = {
      .message = message,
      .publication = std::make_shared<const amqp::Publication>(std::move(publication)),
      .expires = expires};
  const amqp::Publication& sent = *arrival.publication;
  if (message->refused) {
    confirm(false);
    return finish(now);
  }
  static const std::vector<Queue*> nowhere;
  const std::vector<Queue*>& queues = message->unroutable ? nowhere : route(sent);
  const std::size_t took = enqueue(arrival, queues, now);
  output.accepted(channel.connection.id, message, sent, took);
  if (!unbound.empty()) tell_unbound(message, sent, queues);
  if (queues.empty() && sent.mandatory) {
    output.returned(channel.id(), {.method = {.reply_code = 312,
                                              .reply_text = "NO_ROUTE",
                                              .exchange = sent.exchange,
                                              .routing_key = sent.routing_key},
                                   .content = {arrival.publication, &sent.message}});
  }
  // One queue that turned it away is enough for a nack.
  confirm(took == queues.size());
  for (Queue* queue : queues) drain(*queue, now);
  finish(now);
}

}  // namespace castaway::sim
