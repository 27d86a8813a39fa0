#pragma once
// Defects: bugs planted between the library and its world, for the laws to find. Only tests include
// this.
//
// The library itself stays as it is: a defective Transport changes what crosses the seam, a
// defective Runtime what time it is told.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/transport.h"

#include "deaf_fixture.h"

namespace castaway::sim {

class PlantedTransport final : public Transport {
 public:
  struct Defect {
    /// Sees each request before it is published. False keeps it back.
    std::function<bool(PlantedTransport&, const Publication&)> request = {};
    /// Sees how many deliveries at a time are asked for.
    std::function<void(std::uint16_t)> prefetch = {};
    /// May change each reply before the library gets it.
    std::function<void(Delivery&)> reply = {};
    /// Sees each delivery before the library does. False keeps it from the library.
    std::function<bool(Connection&, const Delivery&)> delivery = {};
    /// Tells the library at once that each publication was confirmed.
    bool confirms_early = false;
    /// Tells the library that the broker refused what it accepted.
    bool confirms_are_nacks = false;
    /// Never tells the library that a consumer was cancelled.
    bool cancels_hang = false;
    /// Cancels each consumer as soon as it has one, and tells nobody.
    bool consumes_nothing = false;
  };

  PlantedTransport(Runtime& runtime, Transport& inner, Defect defect)
      : runtime_(runtime), inner_(inner), defect_(std::move(defect)) {}

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    auto tap = std::make_unique<Tap>(*this, purpose, events);
    tap->connection = inner_.connect(purpose, name, *tap);
    taps_.insert(tap.get());
    if (purpose == Purpose::listen) listening_ = tap.get();
    return tap;
  }

  /// Hands the library a reply that no server sent, in a moment.
  void forge(Message message) {
    forgers_.push_back(runtime_.spawn("forger", [this, message = std::move(message)] {
      runtime_.sleep_until(runtime_.now() + 1ms);
      if (listening_ == nullptr) return;
      listening_->events.delivered(
          {.consumer_tag = "1", .delivery_tag = forged_tag, .message = message});
    }));
  }

  /// Publishes besides the library, on a connection of its own.
  void publish(Publication publication) {
    if (!copies_) copies_ = inner_.connect(Purpose::send, "copies", nobody_);
    copies_->publish(std::move(publication));
  }

 private:
  static constexpr std::uint64_t forged_tag = 1'000'000;

  /// Passes everything on, both ways, but for what the defect does.
  struct Tap final : Connection, ConnectionEvents {
    Tap(PlantedTransport& transport_of, Purpose purpose_of, ConnectionEvents& events_of)
        : transport(transport_of), purpose(purpose_of), events(events_of) {}
    ~Tap() override {
      transport.taps_.erase(this);
      if (transport.listening_ == this) transport.listening_ = nullptr;
    }

    void opened() override { events.opened(); }
    void completed(RequestNumber request) override {
      if (!hanging.contains(request)) events.completed(request);
    }
    void confirmed(std::uint64_t tag, bool multiple, bool ack) override {
      if (transport.defect_.confirms_early) return;
      events.confirmed(tag, multiple, ack && !transport.defect_.confirms_are_nacks);
    }
    void returned(Returned message) override { events.returned(std::move(message)); }
    void delivered(Delivery delivery) override {
      const auto& seen = transport.defect_.delivery;
      if (seen && !seen(*connection, delivery)) return;
      if (transport.defect_.reply) transport.defect_.reply(delivery);
      events.delivered(std::move(delivery));
    }
    void cancelled(const std::string& tag) override { events.cancelled(tag); }
    void closed(Closed why) override { events.closed(std::move(why)); }

    RequestNumber declare_exchange(const ExchangeDeclaration& d) override {
      return connection->declare_exchange(d);
    }
    RequestNumber declare_queue(const QueueDeclaration& d) override {
      return connection->declare_queue(d);
    }
    RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                             const std::string& key) override {
      return connection->bind_queue(queue, exchange, key);
    }
    RequestNumber delete_queue(const std::string& queue) override {
      return connection->delete_queue(queue);
    }
    RequestNumber prefetch(std::uint16_t count) override {
      if (transport.defect_.prefetch) transport.defect_.prefetch(count);
      return connection->prefetch(count);
    }
    RequestNumber consume(const std::string& queue, const std::string& tag) override {
      const RequestNumber request = connection->consume(queue, tag);
      if (transport.defect_.consumes_nothing) hanging.insert(connection->cancel(tag));
      return request;
    }
    RequestNumber cancel(const std::string& tag) override {
      const RequestNumber request = connection->cancel(tag);
      if (transport.defect_.cancels_hang) hanging.insert(request);
      return request;
    }
    RequestNumber confirm_select() override { return connection->confirm_select(); }
    std::uint64_t publish(Publication publication) override {
      const auto& request = transport.defect_.request;
      if (request && !request(transport, publication)) publication.routing_key += ".kept-back";
      const std::uint64_t tag = connection->publish(std::move(publication));
      if (transport.defect_.confirms_early) transport.confirm(*this, tag);
      return tag;
    }
    void acknowledge(std::uint64_t tag, bool multiple) override {
      if (tag != forged_tag) connection->acknowledge(tag, multiple);
    }
    void reject(std::uint64_t tag, bool requeue) override { connection->reject(tag, requeue); }
    void close() override { connection->close(); }
    [[nodiscard]] std::uint64_t sent_through() const override { return connection->sent_through(); }

    PlantedTransport& transport;
    Purpose purpose;
    ConnectionEvents& events;
    std::unique_ptr<Connection> connection = {};
    std::set<RequestNumber> hanging = {};
  };

  /// Confirms a publication, once the library has heard its number.
  void confirm(Tap& tap, std::uint64_t tag) {
    forgers_.push_back(runtime_.spawn("forger", [this, &tap, tag] {
      if (taps_.contains(&tap)) tap.events.confirmed(tag, false, true);
    }));
  }

  Runtime& runtime_;
  Transport& inner_;
  Defect defect_;
  Tap* listening_ = nullptr;
  std::set<Tap*> taps_;
  Deaf nobody_;
  std::unique_ptr<Connection> copies_;
  std::vector<std::unique_ptr<Task>> forgers_;
};

/// Tells the library a wrong deadline in every wait that has one: `wrong(now, deadline)`.
class DefectiveRuntime final : public Runtime {
 public:
  using Wrong = std::function<TimePoint(TimePoint now, TimePoint deadline)>;
  DefectiveRuntime(Runtime& inner, Wrong wrong) : inner_(inner), wrong_(std::move(wrong)) {}

  [[nodiscard]] TimePoint now() const override { return inner_.now(); }
  [[nodiscard]] CalendarTime calendar() const override { return inner_.calendar(); }
  void sleep_until(TimePoint when) override { inner_.sleep_until(when); }
  void checkpoint(std::string_view name) override { inner_.checkpoint(name); }
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view name) override {
    return std::make_unique<WrongSignal>(*this, inner_.make_signal(name));
  }
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override {
    return inner_.spawn(std::move(name), std::move(body));
  }
  [[nodiscard]] std::uint64_t random_bits(std::string_view purpose) override {
    return inner_.random_bits(purpose);
  }

 private:
  class WrongSignal final : public Signal {
   public:
    WrongSignal(DefectiveRuntime& runtime, std::unique_ptr<Signal> inner)
        : runtime_(runtime), inner_(std::move(inner)) {}
    [[nodiscard]] Ticket ticket() const override { return inner_->ticket(); }
    void notify() override { inner_->notify(); }
    bool wait(Ticket ticket, TimePoint deadline) override {
      return inner_->wait(ticket,
                          deadline == never ? never : runtime_.wrong_(runtime_.now(), deadline));
    }

   private:
    DefectiveRuntime& runtime_;
    std::unique_ptr<Signal> inner_;
  };

  Runtime& inner_;
  Wrong wrong_;
};

}  // namespace castaway::sim
