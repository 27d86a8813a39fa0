// What arrives at the broker: which channel it is for, who carries it out, and what becomes of whom
// asks for what cannot be had. Source: AMQP 0-9-1, 1.5 (class channel) and 2.2.4; RabbitMQ.

#include <utility>
#include <variant>

#include "state.h"

namespace castaway::sim {
namespace {

constexpr amqp::MethodNumber basic_publish{60, 40};

}  // namespace

void Broker::State::take(BrokerConnection& from, ChannelNumber number, const amqp::Method& method,
                         TimePoint now) {
  if (std::holds_alternative<amqp::ConnectionClose>(method))
    return end(from, amqp::ConnectionCloseOk{}, now);
  try {
    if (std::holds_alternative<amqp::ChannelOpen>(method)) return open_channel(from, number, now);
    Channel* const channel = readable(from, number);
    if (channel == nullptr) return take_while_closing(from, number, method);
    if (!rights.empty()) check_rights(*channel, method);
    std::visit(
        [&]<class Method>(const Method& asked) {
          if constexpr (requires { on(*channel, asked, now); }) {
            on(*channel, asked, now);
          } else {
            throw replies::not_implemented(amqp::name_of(method));
          }
        },
        method);
  } catch (const Refusal& refusal) {
    refuse(from, number, refusal, amqp::number_of(method), now);
  }
}

void Broker::State::take(BrokerConnection& from, ChannelNumber number, const CarriedPtr& message,
                         amqp::Publication publication, TimePoint now) {
  try {
    Channel* const channel = readable(from, number);
    if (channel != nullptr) publish(*channel, message, std::move(publication), now);
  } catch (const Refusal& refusal) {
    refuse(from, number, refusal, basic_publish, now);
  }
}

void Broker::State::open_channel(BrokerConnection& from, ChannelNumber number, TimePoint now) {
  const auto [place, is_new] = from.channels.try_emplace(
      number,
      Channel{.connection = from, .number = number, .opened = now, .timeout = conditions.timeout});
  if (is_new) return output.say({from.id, number}, amqp::ChannelOpenOk{});
  throw replies::channel_opened_twice();
}

/// Source: RabbitMQ, rabbit_reader, a channel that is closing.
void Broker::State::take_while_closing(BrokerConnection& from, ChannelNumber number,
                                       const amqp::Method& method) {
  if (std::holds_alternative<amqp::ChannelCloseOk>(method)) from.channels.erase(number);
  if (std::holds_alternative<amqp::ChannelClose>(method))
    output.say({from.id, number}, amqp::ChannelCloseOk{});
}

Channel* Broker::State::readable(BrokerConnection& from, ChannelNumber number) {
  const auto found = from.channels.find(number);
  if (found == from.channels.end()) throw replies::channel_not_open();
  return found->second.closing ? nullptr : &found->second;
}

void Broker::State::refuse(BrokerConnection& from, ChannelNumber number, const Refusal& refusal,
                           amqp::MethodNumber at_fault, TimePoint now) {
  const auto& [code, text] = refusal;
  const auto& [class_id, method_id] = at_fault;
  if (refusal.ends_connection())
    return end(from, amqp::ConnectionClose{code, text, class_id, method_id}, now);
  close(from.channels.at(number), {code, text, class_id, method_id}, now);
}

void Broker::State::block_publisher(BrokerConnection& from) {
  if (!conditions.shortage.has_value() || std::exchange(from.blocked, true)) return;
  output.say({from.id, 0}, amqp::ConnectionBlocked{*conditions.shortage});
}

void Broker::State::read_what_waits(ConnectionId id, TimePoint now) {
  // What is read may close the connection.
  for (auto* reader = connection(id); reader != nullptr && !reader->unread.empty();
       reader = connection(id)) {
    const auto work = std::move(reader->unread.front());
    reader->unread.pop_front();
    work(*reader, now);
  }
}

}  // namespace castaway::sim
