#include "castaway/sim/sim_transport.h"

#include <optional>

#include "castaway/amqp/transport_words.h"
#include "castaway/sim/network.h"

namespace castaway::sim {
namespace {

constexpr ChannelNumber our_channel = 1;

class SimConnection final : public Connection, private ClientEvents {
 public:
  SimConnection(Network& network, const Caller& caller, ConnectionEvents& events)
      : events_(events) {
    end_ = network.connect(caller, *this);
  }

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return request(amqp::to_amqp(declaration));
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    return request(amqp::to_amqp(declaration));
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return request(
        amqp::QueueBind{.queue = queue, .exchange = exchange, .routing_key = routing_key});
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return request(amqp::QueueDelete{.queue = queue});
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return request(amqp::BasicQos{.prefetch_count = count});
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    return request(amqp::BasicConsume{.queue = queue, .consumer_tag = consumer_tag});
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return request(amqp::BasicCancel{.consumer_tag = consumer_tag});
  }
  RequestNumber confirm_select() override {
    if (!unconfirmable_) unconfirmable_ = publications_;
    return request(amqp::ConfirmSelect{});
  }

  std::uint64_t publish(Publication publication) override {
    const std::uint64_t tag = ++publications_;
    if (end_->usable()) {
      sent_through_ = tag;
      end_->publish(our_channel, amqp::to_amqp(std::move(publication)));
    }
    return tag;
  }
  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    end_->say(our_channel, amqp::BasicAck{delivery_tag, multiple});
  }
  void reject(std::uint64_t delivery_tag, bool requeue) override {
    end_->say(our_channel, amqp::BasicReject{delivery_tag, requeue});
  }
  void close() override { end_->say(0, amqp::ConnectionClose{}); }
  [[nodiscard]] std::uint64_t sent_through() const override { return sent_through_; }

 private:
  RequestNumber request(const amqp::Method& method) {
    end_->say(our_channel, method);
    return ++requests_;
  }

  // ClientEvents
  void opened() override { events_.opened(); }
  void lost(const std::string& why) override { events_.closed({.text = why}); }
  void delivered(ChannelNumber /*channel*/, BrokerDelivery delivery) override {
    amqp::BasicDeliver& method = delivery.method;
    events_.delivered({.consumer_tag = std::move(method.consumer_tag),
                       .delivery_tag = method.delivery_tag,
                       .redelivered = method.redelivered,
                       .exchange = std::move(method.exchange),
                       .routing_key = std::move(method.routing_key),
                       .message = amqp::to_transport(*delivery.content)});
  }
  void returned(ChannelNumber /*channel*/, BrokerReturn returned) override {
    amqp::BasicReturn& method = returned.method;
    events_.returned({.reply_code = method.reply_code,
                      .reply_text = std::move(method.reply_text),
                      .exchange = std::move(method.exchange),
                      .routing_key = std::move(method.routing_key),
                      .message = amqp::to_transport(*returned.content)});
  }
  void said(ChannelNumber /*channel*/, const amqp::Method& method) override {
    if (const auto* ack = std::get_if<amqp::BasicAck>(&method))
      return confirmed(ack->delivery_tag, ack->multiple, true);
    if (const auto* nack = std::get_if<amqp::BasicNack>(&method))
      return confirmed(nack->delivery_tag, nack->multiple, false);
    if (const auto* cancel = std::get_if<amqp::BasicCancel>(&method))
      return events_.cancelled(cancel->consumer_tag);
    if (const auto* blocked = std::get_if<amqp::ConnectionBlocked>(&method))
      return events_.blocked(blocked->reason);
    if (std::holds_alternative<amqp::ConnectionUnblocked>(method)) return events_.unblocked();
    if (std::holds_alternative<amqp::ConnectionCloseOk>(method))
      return events_.closed({.code = 200, .text = "OK", .by_us = true});
    if (const auto* close = std::get_if<amqp::ConnectionClose>(&method))
      return events_.closed({.code = close->reply_code, .text = close->reply_text});
    // With its only channel, the connection ends, as that of a RabbitTransport does.
    if (const auto* close = std::get_if<amqp::ChannelClose>(&method)) {
      end_->hang_up({});
      return events_.closed({.code = close->reply_code, .text = close->reply_text});
    }
    // All else answers a request, and they are answered in their order.
    events_.completed(++completed_);
  }
  void confirmed(std::uint64_t tag, bool multiple, bool ack) {
    events_.confirmed(unconfirmable_.value_or(0) + tag, multiple, ack);
  }

  ConnectionEvents& events_;
  RequestNumber requests_ = 0;
  RequestNumber completed_ = 0;
  std::uint64_t publications_ = 0;
  std::uint64_t sent_through_ = 0;
  std::optional<std::uint64_t> unconfirmable_ = {};  ///< publications before confirm.select
  std::unique_ptr<ClientEnd> end_;                   // last: nothing is heard after it
};

}  // namespace

std::unique_ptr<Connection> SimTransport::connect(Purpose /*purpose*/, const std::string& name,
                                                  ConnectionEvents& events) {
  return std::make_unique<SimConnection>(
      network_, Caller{.id = id_, .process = process_, .name = name, .opens = our_channel}, events);
}

Capabilities simulated_capabilities() {
  return {.missing = {{"multi-host", "the simulated network has one broker"}}};
}

}  // namespace castaway::sim
