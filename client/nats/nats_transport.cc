#include "castaway/nats_transport.h"

#include <stdexcept>
#include <utility>

#include "link.h"

namespace castaway {
namespace {

using nats::Link;

class NatsConnection final : public Connection {
 public:
  explicit NatsConnection(std::shared_ptr<Link> link) : link_(std::move(link)) {}
  ~NatsConnection() override { link_->abandon(); }
  NatsConnection(const NatsConnection&) = delete;
  NatsConnection& operator=(const NatsConnection&) = delete;

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return link_->request([=](Link& link) { link.subjects().declare(declaration); });
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    return link_->request([=](Link& link) { link.subjects().declare(declaration); });
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return link_->request([=](Link& link) { link.subjects().bind(queue, exchange, routing_key); });
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return link_->delete_queue(queue);
  }
  /// Without acks nobody knows what is unacknowledged.
  RequestNumber prefetch(std::uint16_t) override {
    return link_->request([](Link&) {});
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    return link_->request([=](Link& link) { link.consume(queue, consumer_tag); });
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return link_->cancel(consumer_tag);
  }
  RequestNumber confirm_select() override {
    return link_->request([](Link& link) { link.confirm_select(); });
  }
  std::uint64_t publish(Publication publication) override {
    return link_->publish(std::move(publication));
  }
  /// The server forgot it when it sent it.
  void acknowledge(std::uint64_t, bool) override {}
  /// Publishing it again, to requeue it, would be a publication of which nobody knows what became.
  void reject(std::uint64_t, bool) override {}
  void close() override { link_->close(); }
  [[nodiscard]] std::uint64_t sent_through() const override { return link_->sent_through(); }

 private:
  const std::shared_ptr<Link> link_;
};

NatsSettings checked(NatsSettings settings) {
  if (settings.servers.empty()) throw std::invalid_argument("NatsSettings without a server");
  for (const Duration length : {settings.connect_timeout, settings.heartbeat_timeout_threshold}) {
    if (length < 3ms)
      throw std::invalid_argument("NatsSettings with a time of " + to_string(length) +
                                  ", and 3ms are the least");
  }
  return settings;
}

}  // namespace

/// Keeps the tasks of links: a connection that is destroyed by its own handler cannot wait for its
/// task to end.
class NatsTransport::Impl {
 public:
  Impl(Runtime& runtime, NatsSettings settings)
      : runtime_(runtime), settings_(checked(std::move(settings))), links_(runtime, "nats-links") {}

  std::shared_ptr<Link> connect(const std::string& name, ConnectionEvents& events) {
    auto link = std::make_shared<Link>(runtime_, settings_, name, events);
    auto links = links_.lock();
    std::erase_if(*links, [](const Running& running) { return running.link->finished(); });
    links->push_back({.link = link, .task = runtime_.spawn("nats", [link] { link->run(); })});
    return link;
  }

 private:
  struct Running {
    std::shared_ptr<Link> link = {};
    std::unique_ptr<Task> task = {};
  };
  Runtime& runtime_;
  const NatsSettings settings_;
  Guarded<std::vector<Running>> links_;
};

NatsTransport::NatsTransport(Runtime& runtime, NatsSettings settings)
    : impl_(std::make_unique<Impl>(runtime, std::move(settings))) {}

NatsTransport::~NatsTransport() = default;

std::unique_ptr<Connection> NatsTransport::connect(Purpose, const std::string& name,
                                                   ConnectionEvents& events) {
  return std::make_unique<NatsConnection>(impl_->connect(name, events));
}

Capabilities NatsTransport::capabilities() const {
  return {.missing = {
              {"delivery-count", "no message is delivered twice"},
              {"durable", "nothing is stored: durable queues and exchanges are refused (540)"},
              {"prefetch", "without acks a consumer is sent all there is; the count is ignored"},
              {"requeue",
               "a message that was sent is forgotten: what a server was given and does not "
               "run is lost"},
              {"queue-arguments", "there are no queues that could be bounded: they are ignored"},
              {"ttl", "no message waits at the server, and in a consumer none expires"},
              {"turns", "who of those that consume a queue gets a message is left to chance"}}};
}

}  // namespace castaway
