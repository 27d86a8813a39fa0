// What a link is as a Connection, and the transport over any net.

#include <stdexcept>
#include <utility>

#include "castaway/amqp/transport_words.h"
#include "castaway/rabbit_net.h"

#include "link.h"
#include "shared.h"

namespace castaway {
namespace {

using namespace rabbit;

class RabbitConnection final : public Connection {
 public:
  RabbitConnection(const std::shared_ptr<Shared>& shared, std::unique_ptr<Line> line,
                   const std::string& name, ConnectionEvents& events)
      : link_(std::make_shared<Link>(shared, std::move(line), name, events)) {
    link_->start();
  }
  ~RabbitConnection() override { link_->abandon(); }
  RabbitConnection(const RabbitConnection&) = delete;
  RabbitConnection& operator=(const RabbitConnection&) = delete;

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return request<amqp::ExchangeDeclareOk>(amqp::to_amqp(declaration));
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    return request<amqp::QueueDeclareOk>(amqp::to_amqp(declaration));
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return request<amqp::QueueBindOk>(
        amqp::QueueBind{.queue = queue, .exchange = exchange, .routing_key = routing_key});
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return request<amqp::QueueDeleteOk>(amqp::QueueDelete{.queue = queue});
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return request<amqp::BasicQosOk>(amqp::BasicQos{.prefetch_count = count});
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    return request<amqp::BasicConsumeOk>(
        amqp::BasicConsume{.queue = queue, .consumer_tag = consumer_tag}, consumer_tag);
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return request<amqp::BasicCancelOk>(amqp::BasicCancel{.consumer_tag = consumer_tag},
                                        consumer_tag);
  }
  RequestNumber confirm_select() override {
    return request<amqp::ConfirmSelectOk>(amqp::ConfirmSelect{});
  }

  std::uint64_t publish(Publication publication) override {
    return link_->publish(amqp::to_amqp(std::move(publication)));
  }
  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    link_->say(amqp::BasicAck{.delivery_tag = delivery_tag, .multiple = multiple});
  }
  void reject(std::uint64_t delivery_tag, bool requeue) override {
    link_->say(amqp::BasicReject{.delivery_tag = delivery_tag, .requeue = requeue});
  }
  void close() override { link_->close(); }
  [[nodiscard]] std::uint64_t sent_through() const override { return link_->sent_through(); }

 private:
  template <class Ok>
  RequestNumber request(const amqp::Method& method, const std::string& consumer_tag = {}) {
    return link_->request(method,
                          {.method = amqp::Method(Ok{}).index(), .consumer_tag = consumer_tag});
  }

  const std::shared_ptr<Link> link_;
};

RabbitSettings checked(Runtime& runtime, RabbitSettings settings) {
  if (settings.hosts.empty()) throw std::invalid_argument("RabbitSettings without a host");
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(settings.heartbeat_timeout_threshold);
  if (seconds < 0s || seconds > std::chrono::seconds(0xFFFF)) {
    throw std::invalid_argument("heartbeat_timeout_threshold is " +
                                to_string(settings.heartbeat_timeout_threshold) +
                                ", and must be 0s or more and at most 65535s");
  }
  if (settings.connect_timeout <= Duration::zero()) {
    throw std::invalid_argument("connect_timeout is " + to_string(settings.connect_timeout) +
                                ", and must be more than 0s");
  }
  for (std::size_t left = settings.hosts.size(); left > 1; --left)
    std::swap(settings.hosts[left - 1], settings.hosts[runtime.random_bits("hosts") % left]);
  return settings;
}

class TransportOver final : public Transport {
 public:
  TransportOver(Net& net, Runtime& runtime, RabbitSettings settings)
      : net_(net),
        shared_(new Shared{.runtime = runtime, .settings = checked(runtime, std::move(settings))}) {
  }

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    return std::make_unique<RabbitConnection>(
        shared_, net_.make_line(), name + ":" + std::to_string(net_.process_id()), events);
  }

 private:
  Net& net_;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<Transport> rabbit::transport_over(Net& net, Runtime& runtime,
                                                  RabbitSettings settings) {
  return std::make_unique<TransportOver>(net, runtime, std::move(settings));
}

}  // namespace castaway
