#include "race_transport.h"

#include <utility>

#include "edges.h"

namespace castaway::sim::races {
namespace {

/// The library is called back with values that were made for it: memory that the simulator used
/// has a past.
class Ears final : public ConnectionEvents {
 public:
  explicit Ears(ConnectionEvents& events) : events_(events) {}

  void opened() override {
    tell([&] { events_.opened(); });
  }
  void completed(RequestNumber request) override {
    tell([&] { events_.completed(request); });
  }
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override {
    tell([&] { events_.confirmed(tag, multiple, ack); });
  }
  void returned(Returned returned) override {
    tell([&] { events_.returned(Returned(std::as_const(returned))); });
  }
  void delivered(Delivery delivery) override {
    tell([&] { events_.delivered(Delivery(std::as_const(delivery))); });
  }
  void cancelled(const std::string& consumer_tag) override {
    tell([&] { events_.cancelled(std::string(consumer_tag)); });
  }
  void blocked(const std::string& reason) override {
    tell([&] { events_.blocked(std::string(reason)); });
  }
  void unblocked() override {
    tell([&] { events_.unblocked(); });
  }
  void closed(Closed closed) override {
    tell([&] { events_.closed(Closed(std::as_const(closed))); });
  }

 private:
  template <class Say>
  void tell(Say say) {
    const Seen seen;
    acquire(this);
    say();
    release(this);
  }

  ConnectionEvents& events_;
};

class RaceConnection final : public Connection {
  template <class Act>
  auto hand_over(Act act) {
    release(&ears_);
    const Unseen unseen;
    return act();
  }

 public:
  RaceConnection(Transport& transport, Purpose purpose, const std::string& name,
                 ConnectionEvents& events)
      : ears_(events) {
    hand_over([&] { inner_ = transport.connect(purpose, name, ears_); });
  }
  ~RaceConnection() override {
    {
      const Unseen unseen;
      inner_.reset();
    }
    acquire(&ears_);  // no event comes any more
  }

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return hand_over([&] { return inner_->declare_exchange(declaration); });
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    return hand_over([&] { return inner_->declare_queue(declaration); });
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return hand_over([&] { return inner_->bind_queue(queue, exchange, routing_key); });
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return hand_over([&] { return inner_->delete_queue(queue); });
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return hand_over([&] { return inner_->prefetch(count); });
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    return hand_over([&] { return inner_->consume(queue, consumer_tag); });
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return hand_over([&] { return inner_->cancel(consumer_tag); });
  }
  RequestNumber confirm_select() override {
    return hand_over([&] { return inner_->confirm_select(); });
  }
  std::uint64_t publish(Publication publication) override {
    return hand_over([&] { return inner_->publish(std::move(publication)); });
  }
  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    hand_over([&] { inner_->acknowledge(delivery_tag, multiple); });
  }
  void reject(std::uint64_t delivery_tag, bool requeue) override {
    hand_over([&] { inner_->reject(delivery_tag, requeue); });
  }
  void close() override {
    hand_over([&] { inner_->close(); });
  }
  [[nodiscard]] std::uint64_t sent_through() const override {
    const Unseen unseen;
    return inner_->sent_through();
  }

 private:
  Ears ears_;
  std::unique_ptr<Connection> inner_;
};

}  // namespace

std::unique_ptr<Connection> RaceTransport::connect(Purpose purpose, const std::string& name,
                                                   ConnectionEvents& events) {
  return std::make_unique<RaceConnection>(inner_, purpose, name, events);
}

}  // namespace castaway::sim::races
