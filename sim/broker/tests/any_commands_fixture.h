#pragma once
// AnyCommands: methods, publications and accidents for a broker, drawn from bytes.
//
// There are few names, so that most of what is drawn means something: the others are wrong in every
// way that a client can be wrong.

#include <array>
#include <cstdint>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "castaway/sim/broker.h"

namespace castaway::sim {

class AnyCommands final {
 public:
  explicit AnyCommands(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool done() const { return bytes_.empty(); }
  [[nodiscard]] std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return byte() % bound; }
  [[nodiscard]] bool one_in(std::uint64_t bound) { return below(bound) == bound - 1; }
  template <class T, std::size_t N>
  [[nodiscard]] T one_of(const std::array<T, N>& all) {
    return all[below(N)];
  }

  /// Less than `bound` hundredths of a second.
  [[nodiscard]] Duration time(std::uint64_t bound) {
    return std::chrono::milliseconds(10 * static_cast<std::int64_t>(below(bound)));
  }

  [[nodiscard]] std::string queue() {
    return one_of(std::to_array<const char*>(
        {"a", "b", "c", "d", "a", "b", "c", "", "amq.rabbitmq.reply-to", "amq.own"}));
  }
  [[nodiscard]] std::string exchange() {
    return one_of(std::to_array<const char*>({"x", "y", "z", "x", "y", "z", "x", "y", "z",
                                              "amq.own", "amq.direct", "amq.fanout", "amq.topic",
                                              "amq.headers", "w", ""}));
  }
  [[nodiscard]] std::string routing_key() {
    return one_of(std::to_array<const char*>(
        {"a", "b", "c", "d", "a.b", "*.b", "#", "a.#", "amq.rabbitmq.reply-to", ""}));
  }
  /// One of those that are there, most of the time.
  [[nodiscard]] std::uint64_t tag(const std::set<std::uint64_t>& outstanding) {
    const std::uint8_t drawn = byte();
    if (drawn < 16 || outstanding.empty()) return drawn;
    if (drawn == 255) return ~std::uint64_t{};
    return *std::next(outstanding.begin(), static_cast<std::ptrdiff_t>(drawn % outstanding.size()));
  }

  [[nodiscard]] amqp::FieldValue value() {
    switch (below(12)) {
      case 0:
        return std::int64_t{-1};
      case 1:
        return std::int64_t{0};
      case 2:
        return std::int32_t{2};
      case 3:
        return std::int64_t{1} << 62;
      case 4:
        return true;
      case 5:
        return 1.5;
      case 6:
        return {};
      case 7:
        return amqp::FieldArray{std::string("a"), std::string("b"), std::int32_t{1}};
      case 8:
        return amqp::FieldTable{{"a", std::int32_t{1}}};
      case 9:
        return one_of(
            std::to_array<const char*>({"quorum", "classic", "drop-head", "reject-publish",
                                        "reject-publish-dlx", "all", "any", "stream"}));
      default:
        return std::int32_t{1 + static_cast<std::int32_t>(below(5))};
    }
  }
  /// Of queues, exchanges, bindings and consumers: each of them may get those of the others.
  [[nodiscard]] amqp::FieldTable arguments() {
    amqp::FieldTable table;
    if (!one_in(3)) return table;
    for (std::uint64_t left = below(4); left > 0; --left) {
      const char* const key = one_of(std::to_array<const char*>(
          {"x-max-length", "x-max-length-bytes", "x-max-priority", "x-message-ttl", "x-expires",
           "x-overflow", "x-queue-type", "x-single-active-consumer", "x-delivery-limit",
           "x-priority", "x-match", "h", "x-unknown"}));
      table.set(key, value());
    }
    if (one_in(4)) table.set("x-dead-letter-exchange", exchange().c_str());
    if (one_in(8)) table.set("x-dead-letter-routing-key", routing_key().c_str());
    if (one_in(16)) table.set("alternate-exchange", exchange().c_str());
    return table;
  }

  /// `outstanding` are the deliveries of the channel that says it.
  [[nodiscard]] amqp::Method method(const std::set<std::uint64_t>& outstanding) {
    switch (below(32)) {
      case 0:
        return amqp::ExchangeDeclare{.exchange = exchange(),
                                     .type = type(),
                                     .auto_delete = one_in(4),
                                     .arguments = arguments()};
      case 1:
        return amqp::ExchangeDelete{.exchange = exchange(), .if_unused = one_in(3)};
      case 2:
      case 3:
        return amqp::ExchangeBind{.destination = exchange(),
                                  .source = exchange(),
                                  .routing_key = routing_key(),
                                  .arguments = arguments()};
      case 4:
        return amqp::ExchangeUnbind{
            .destination = exchange(), .source = exchange(), .routing_key = routing_key()};
      case 5:
      case 6:
      case 7:
        return declaration();
      case 8:
      case 9:
      case 10:
        return amqp::QueueBind{.queue = queue(),
                               .exchange = exchange(),
                               .routing_key = routing_key(),
                               .no_wait = one_in(8),
                               .arguments = arguments()};
      case 11:
        return amqp::QueueUnbind{
            .queue = queue(), .exchange = exchange(), .routing_key = routing_key()};
      case 12:
        return amqp::QueuePurge{.queue = queue(), .no_wait = one_in(4)};
      case 13:
        return amqp::QueueDelete{.queue = queue(), .if_unused = one_in(3), .if_empty = one_in(3)};
      case 14:
        return amqp::BasicQos{.prefetch_size = one_in(16) ? 1u : 0u,
                              .prefetch_count = static_cast<std::uint16_t>(below(4)),
                              .global = one_in(3)};
      case 15:
      case 16:
      case 17:
        return amqp::BasicConsume{.queue = queue(),
                                  .consumer_tag = consumer_tag(),
                                  .no_ack = one_in(3),
                                  .exclusive = one_in(6),
                                  .no_wait = one_in(8),
                                  .arguments = arguments()};
      case 18:
        return amqp::BasicCancel{.consumer_tag = consumer_tag(), .no_wait = one_in(4)};
      case 19:
        return amqp::BasicGet{.queue = queue(), .no_ack = one_in(3)};
      case 20:
      case 21:
      case 22:
        return amqp::BasicAck{.delivery_tag = tag(outstanding), .multiple = one_in(3)};
      case 23:
        return amqp::BasicReject{.delivery_tag = tag(outstanding), .requeue = one_in(2)};
      case 24:
      case 25:
        return amqp::BasicNack{
            .delivery_tag = tag(outstanding), .multiple = one_in(3), .requeue = one_in(2)};
      case 26:
        return amqp::BasicRecover{.requeue = !one_in(4)};
      case 27:
        return amqp::ConfirmSelect{.no_wait = one_in(4)};
      case 28:
        return amqp::TxSelect{};
      case 29:
        return amqp::TxCommit{};
      case 30:
        return amqp::TxRollback{};
      default:
        return seldom();
    }
  }

  [[nodiscard]] amqp::Publication publication() {
    using Where = std::pair<const char*, const char*>;
    const Where usual = one_of(std::to_array<Where>(
        {{"", "a"}, {"", "b"}, {"", "c"}, {"x", "a"}, {"y", ""}, {"z", "a.b"}}));
    const bool is_usual = one_in(2);
    amqp::Publication drawn{.exchange = is_usual ? usual.first : exchange(),
                            .routing_key = is_usual ? usual.second : routing_key(),
                            .mandatory = one_in(3),
                            .immediate = one_in(32),
                            .message = {.body = std::string(below(4), 'm')}};
    amqp::Properties& properties = drawn.message.properties;
    if (one_in(2)) properties.delivery_mode = std::uint8_t{2};
    if (one_in(3)) properties.priority = static_cast<std::uint8_t>(below(8));
    if (one_in(4)) {
      properties.expiration = one_of(
          std::to_array<const char*>({"0", "1", "50", "1000", "0", "200", "-1", "soon", ""}));
    }
    if (one_in(8)) properties.user_id = one_in(8) ? "somebody" : "guest";
    if (one_in(8)) properties.reply_to = queue();
    if (one_in(3)) {
      amqp::FieldTable headers = arguments();
      if (one_in(2)) headers.set("CC", keys());
      if (one_in(4)) headers.set("BCC", keys());
      if (one_in(4)) headers.set("x-death", value());
      properties.headers = std::move(headers);
    }
    return drawn;
  }

  [[nodiscard]] Placement placement() {
    using To = Placement::To;
    return {.ready = one_in(3) ? TimePoint(1s) + time(200) : TimePoint(),
            .after_messages = one_in(4) ? below(4) : 0,
            .overtakes = one_in(4) ? below(4) : 0,
            .held = one_in(8),
            .may_be_overtaken = one_in(3),
            .redelivered = one_in(8),
            .to = one_of(std::array{To::any, To::any, To::same, To::other})};
  }

 private:
  [[nodiscard]] std::string type() {
    return one_of(std::to_array<const char*>(
        {"direct", "fanout", "topic", "headers", "fanout", "topic", "x-delayed", ""}));
  }
  [[nodiscard]] amqp::FieldValue keys() {
    if (one_in(8)) return value();
    return amqp::FieldArray{routing_key(), routing_key()};
  }
  [[nodiscard]] std::string consumer_tag() {
    return one_of(std::to_array<const char*>({"", "s", "t", "u"}));
  }
  [[nodiscard]] amqp::QueueDeclare declaration() {
    const std::uint8_t flags = byte();
    return {.queue = queue(),
            .passive = (flags & 7) == 7,
            .durable = (flags & 8) != 0,
            .exclusive = (flags & 0x30) == 0x30,
            .auto_delete = (flags & 0xc0) == 0xc0,
            .no_wait = one_in(8),
            .arguments = arguments()};
  }
  /// What ends a channel or a connection, and what a client never says.
  [[nodiscard]] amqp::Method seldom() {
    switch (below(10)) {
      case 0:
      case 1:
        return amqp::ChannelClose{};
      case 2:
      case 3:
        return amqp::ChannelOpen{};
      case 4:
        return amqp::ChannelFlow{};
      case 5:
        return amqp::ChannelCloseOk{};
      case 6:
        return amqp::QueueDeclareOk{};
      case 7:
        return amqp::BasicCancelOk{};
      case 8:
        return amqp::BasicRecoverOk{};
      default:
        return amqp::ConnectionClose{};
    }
  }

  std::span<const std::uint8_t> bytes_;
};

}  // namespace castaway::sim
