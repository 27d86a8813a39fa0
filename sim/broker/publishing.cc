// basic.publish, and what the broker says of it: returned, confirmed, refused.

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "dead_letters.h"
#include "state.h"
#include "words/arguments.h"

namespace castaway::sim {

void Broker::State::on(Channel& channel, const amqp::ConfirmSelect& method, TimePoint /*now*/) {
  if (channel.transaction.has_value())
    throw replies::precondition_failed("cannot switch from tx to confirm mode");
  channel.confirms = true;
  if (!method.no_wait) output.say(channel.id(), amqp::ConfirmSelectOk{});
}

std::optional<Refusal> Broker::State::refusal(const Channel& channel,
                                              const amqp::Publication& publication) const {
  if (publication.immediate) return replies::not_implemented("immediate=true");
  const std::string& exchange = publication.exchange;
  for (const std::string* name : {&exchange, &publication.routing_key}) {
    if (auto refused = replies::bad_name(*name)) return refused;
  }
  if (!exchange.empty()) {
    const auto place = exchanges.find(exchange);
    if (place == exchanges.end()) return replies::not_found(exchange_words(exchange));
    if (place->second.declaration().internal)
      return replies::internal_exchange(exchange_words(exchange));
  }
  const amqp::Properties& properties = publication.message.properties;
  if (properties.reply_to == direct_reply_to && !channel.reply_consumer.has_value())
    return replies::precondition_failed("fast reply consumer does not exist");
  const std::string& user = channel.connection.user;
  if (properties.user_id.has_value() && !user.empty() && *properties.user_id != user) {
    return replies::precondition_failed(fmt::format(
        "user_id property set to '{}' but authenticated user was '{}'", *properties.user_id, user));
  }
  const auto& expiration = properties.expiration;
  if (expiration.has_value()) {
    if (auto refused = bad_expiration(*expiration)) return refused;
  }
  return bad_keys(properties);
}

void Broker::State::publish(Channel& channel, const CarriedPtr& message,
                            amqp::Publication publication, TimePoint now) {
  if (!rights.empty() && !publication.immediate)
    check_right_to_publish(channel, publication.exchange);
  if (const auto refused = refusal(channel, publication)) throw *refused;
  amqp::Properties& properties = publication.message.properties;
  if (properties.reply_to == direct_reply_to) properties.reply_to = channel.reply_consumer->address;
  HiddenKeys hidden = take_hidden_keys(properties);
  const Arrival arrival = {
      .message = message,
      .publication = std::make_shared<const amqp::Publication>(std::move(publication)),
      .hidden = std::move(hidden)};
  const std::uint64_t tag = channel.confirms ? ++channel.published : 0;
  static const std::vector<Queue*> nowhere;
  const bool goes_nowhere = message->refused || message->unroutable;
  const std::vector<Queue*>& queues =
      goes_nowhere ? nowhere : route(*arrival.publication, arrival.hidden);
  const std::vector<std::string> replies(replies_.begin(), replies_.end());
  if (channel.transaction.has_value()) {
    channel.transaction->keep(arrival, queues);
  } else {
    static_cast<void>(post(channel, arrival, queues, tag, now));
  }
  // As in RabbitMQ, a transaction does not keep these.
  for (const std::string& address : replies) answer(address, arrival);
  finish(now);
}

bool Broker::State::post(Channel& channel, Arrival arrival, const std::vector<Queue*>& queues,
                         std::uint64_t tag, TimePoint now) {
  const CarriedPtr& message = arrival.message;
  const amqp::Publication& sent = *arrival.publication;
  const auto confirm = [&](bool ack) {
    if (channel.confirms) output.confirmed(channel.id(), tag, false, ack, message);
  };
  if (message->refused) {
    confirm(false);
    return false;
  }
  arrival.expires = expiry_time(sent.message.properties.expiration, now);
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
  const bool all = took == queues.size();
  for (Queue* queue : queues) drain(*queue, now);
  return all;
}

}  // namespace castaway::sim
