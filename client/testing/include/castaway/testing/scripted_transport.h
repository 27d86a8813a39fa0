#pragma once
// ScriptedTransport: a broker that says what a test tells it to, when the test says so.
//
//     ScriptedTransport transport;
//     RPCTransport messaging(runtime, transport);
//     transport.tell_all();                                   // what an honest broker says by now
//     transport.links()[0]->tell([](ConnectionEvents& to) { to.confirmed(0, true, true); });
//
// It routes messages as a broker does, and owes each connection the events that follow from that.
// The test tells them, skips them, or tells something else. Use it from one thread at a time.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "castaway/transport.h"

namespace castaway::testing {

class ScriptedTransport final : public Transport {
 public:
  using Event = std::function<void(ConnectionEvents&)>;

  /// A connection as the test sees it. Stays there when the connection is gone.
  class Link final {
   public:
    Link(Purpose of, std::string called, ConnectionEvents& events)
        : purpose(of), name(std::move(called)), events_(&events) {}

    [[nodiscard]] bool gone() const { return events_ == nullptr; }
    /// Nothing happens once the connection is gone.
    void tell(const Event& event) {
      if (events_ != nullptr) event(*events_);
    }
    /// The oldest event that is owed; false if there is none.
    bool tell_next() {
      if (gone() || owed_.empty()) return false;
      const Event event = take_next();
      tell(event);
      return true;
    }
    void skip_next() {
      if (!owed_.empty()) static_cast<void>(take_next());
    }

    const Purpose purpose;
    const std::string name;
    RequestNumber requests = 0;
    std::vector<Publication> published = {};
    std::vector<Delivery> delivered = {};               ///< honestly
    std::vector<std::string> settled = {};              ///< "ack 1", "reject 2", "requeue 3"
    std::map<std::string, std::string> consumers = {};  ///< queues by consumer tag
    std::uint64_t sent_through = 0;
    bool stuck = false;  ///< of what is published now no byte leaves

   private:
    friend class ScriptedTransport;
    Event take_next() {
      Event event = std::move(owed_.front());
      owed_.pop_front();
      return event;
    }

    ConnectionEvents* events_;
    std::deque<Event> owed_ = {};
  };

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    const auto link = std::make_shared<Link>(purpose, name, events);
    links_.push_back(link);
    link->owed_.emplace_back([](ConnectionEvents& to) { to.opened(); });
    if (on_connect) on_connect(*link);
    return std::make_unique<End>(*this, link);
  }

  /// Called inside connect(), before it returns.
  std::function<void(Link&)> on_connect = {};

  /// Those that are not gone, in the order of their making.
  [[nodiscard]] std::vector<std::shared_ptr<Link>> links() {
    std::erase_if(links_, [](const auto& link) { return link->gone(); });
    return links_;
  }
  /// Tells all that is owed, and what that leads to. Whether there was anything.
  bool tell_all() {
    bool any = false;
    for (bool more = true; more;) {
      more = false;
      for (const auto& link : links()) more = link->tell_next() || more;
      any = any || more;
    }
    return any;
  }

 private:
  struct Binding {
    std::string exchange = {};
    std::string routing_key = {};
    std::string queue = {};
    friend bool operator==(const Binding&, const Binding&) = default;
  };

  class End final : public Connection {
   public:
    End(ScriptedTransport& broker, std::shared_ptr<Link> link)
        : broker_(broker), link_(std::move(link)) {}
    ~End() override { link_->events_ = nullptr; }
    End(const End&) = delete;
    End& operator=(const End&) = delete;

    RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
      broker_.types_[declaration.exchange] = declaration.type;
      return done();
    }
    RequestNumber declare_queue(const QueueDeclaration& declaration) override {
      broker_.queues_[declaration.queue];
      return done();
    }
    RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                             const std::string& routing_key) override {
      const Binding binding{.exchange = exchange, .routing_key = routing_key, .queue = queue};
      if (std::ranges::find(broker_.bindings_, binding) == broker_.bindings_.end())
        broker_.bindings_.push_back(binding);
      return done();
    }
    RequestNumber delete_queue(const std::string& queue) override {
      broker_.queues_.erase(queue);
      return done();
    }
    RequestNumber prefetch(std::uint16_t) override { return done(); }
    RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
      link_->consumers[consumer_tag] = queue;
      const RequestNumber number = done();
      broker_.deliver(queue);
      return number;
    }
    RequestNumber cancel(const std::string& consumer_tag) override {
      link_->consumers.erase(consumer_tag);
      return done();
    }
    RequestNumber confirm_select() override { return done(); }

    std::uint64_t publish(Publication publication) override {
      link_->published.push_back(publication);
      const std::uint64_t tag = link_->published.size();
      if (link_->stuck) return tag;
      link_->sent_through = tag;
      if (!broker_.route(publication) && publication.mandatory) {
        owe([publication](ConnectionEvents& to) {
          to.returned({.exchange = publication.exchange,
                       .routing_key = publication.routing_key,
                       .message = publication.message});
        });
      }
      owe([tag](ConnectionEvents& to) { to.confirmed(tag, false, true); });
      return tag;
    }
    void acknowledge(std::uint64_t tag, bool multiple) override {
      link_->settled.push_back((multiple ? "ack through " : "ack ") + std::to_string(tag));
    }
    void reject(std::uint64_t tag, bool requeue) override {
      link_->settled.push_back((requeue ? "requeue " : "reject ") + std::to_string(tag));
    }
    void close() override {
      owe([](ConnectionEvents& to) { to.closed({.code = 200, .text = "OK", .by_us = true}); });
    }
    [[nodiscard]] std::uint64_t sent_through() const override { return link_->sent_through; }

   private:
    void owe(Event event) { link_->owed_.push_back(std::move(event)); }
    RequestNumber done() {
      const RequestNumber number = ++link_->requests;
      owe([number](ConnectionEvents& to) { to.completed(number); });
      return number;
    }

    ScriptedTransport& broker_;
    const std::shared_ptr<Link> link_;
  };

  /// False when no queue took it.
  bool route(const Publication& publication) {
    std::vector<std::string> queues;
    if (publication.exchange.empty() && queues_.contains(publication.routing_key))
      queues.push_back(publication.routing_key);
    for (const Binding& binding : bindings_) {
      const bool is_meant = binding.exchange == publication.exchange &&
                            (binding.routing_key == publication.routing_key ||
                             types_[publication.exchange] == "fanout");
      if (is_meant && queues_.contains(binding.queue)) queues.push_back(binding.queue);
    }
    for (const std::string& queue : queues) {
      queues_[queue].push_back({.exchange = publication.exchange,
                                .routing_key = publication.routing_key,
                                .message = publication.message});
      deliver(queue);
    }
    return !queues.empty();
  }

  /// What is in the queue, to its first consumer.
  void deliver(const std::string& queue) {
    for (const auto& link : links()) {
      for (const auto& [tag, consumed] : link->consumers) {
        if (consumed != queue) continue;
        for (Delivery& delivery : std::exchange(queues_[queue], {})) {
          delivery.consumer_tag = tag;
          delivery.delivery_tag = link->delivered.size() + 1;
          link->delivered.push_back(delivery);
          link->owed_.emplace_back([delivery](ConnectionEvents& to) { to.delivered(delivery); });
        }
      }
    }
  }

  std::vector<std::shared_ptr<Link>> links_ = {};
  std::map<std::string, std::string> types_ = {};  ///< of exchanges
  std::map<std::string, std::vector<Delivery>> queues_ = {};
  std::vector<Binding> bindings_ = {};
};

}  // namespace castaway::testing
