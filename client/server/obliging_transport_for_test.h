#pragma once
// ObligingTransport: a transport for tests with real threads. It carries out every request at once,
// and delivers messages that a test puts in to a consumer. Or it never answers at all.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "castaway/guarded.h"
#include "castaway/mailbox.h"
#include "castaway/transport.h"

namespace castaway {

class ObligingTransport final : public Transport {
 public:
  explicit ObligingTransport(Runtime& runtime, bool answers = true)
      : runtime_(runtime), answers_(answers), state_(runtime, "obliging-transport") {}

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose, const std::string&,
                                                    ConnectionEvents& events) override {
    auto link = std::make_unique<Link>(*this, events);
    if (answers_) link->say([](ConnectionEvents& to) { to.opened(); });
    return link;
  }

  /// Delivers to the first connection that consumes; false if none does.
  bool deliver(const Message& message) {
    auto state = state_.lock();
    if (state->consumers.empty()) return false;
    const auto& [link, tag] = *state->consumers.begin();
    link->say([delivery = Delivery{.consumer_tag = tag,
                                   .delivery_tag = ++state->deliveries,
                                   .message = message}](ConnectionEvents& to) mutable {
      to.delivered(std::move(delivery));
    });
    return true;
  }

  [[nodiscard]] std::uint64_t published() { return state_.lock()->published; }

 private:
  class Link final : public Connection {
   public:
    Link(ObligingTransport& transport, ConnectionEvents& events)
        : transport_(transport),
          events_(events),
          told_(transport.runtime_, "told"),
          task_(transport.runtime_.spawn("obliging-link", [this] {
            while (auto what = told_.take()) (*what)(events_);
          })) {}
    ~Link() override {
      transport_.state_.lock()->consumers.erase(this);
      static_cast<void>(told_.take_all());
      told_.close();
    }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void say(std::function<void(ConnectionEvents&)> what) { told_.put(std::move(what)); }

    RequestNumber declare_exchange(const ExchangeDeclaration&) override { return done(); }
    RequestNumber declare_queue(const QueueDeclaration&) override { return done(); }
    RequestNumber bind_queue(const std::string&, const std::string&, const std::string&) override {
      return done();
    }
    RequestNumber delete_queue(const std::string&) override { return done(); }
    RequestNumber prefetch(std::uint16_t) override { return done(); }
    RequestNumber consume(const std::string&, const std::string& tag) override {
      transport_.state_.lock()->consumers[this] = tag;
      return done();
    }
    RequestNumber cancel(const std::string&) override {
      transport_.state_.lock()->consumers.erase(this);
      return done();
    }
    RequestNumber confirm_select() override { return done(); }
    std::uint64_t publish(Publication) override {
      ++transport_.state_.lock()->published;
      const std::uint64_t tag = ++*last_tag_.lock();
      say([tag](ConnectionEvents& to) { to.confirmed(tag, false, true); });
      return tag;
    }
    void acknowledge(std::uint64_t, bool) override {}
    void reject(std::uint64_t, bool) override {}
    void close() override {
      say([](ConnectionEvents& to) { to.closed({.code = 200, .by_us = true}); });
    }
    [[nodiscard]] std::uint64_t sent_through() const override { return ~std::uint64_t{0}; }

   private:
    RequestNumber done() {
      auto last = last_request_.lock();
      const RequestNumber number = ++*last;
      say([number](ConnectionEvents& to) { to.completed(number); });
      return number;
    }

    ObligingTransport& transport_;
    ConnectionEvents& events_;
    Guarded<RequestNumber> last_request_{transport_.runtime_, "requests", RequestNumber{0}};
    Guarded<std::uint64_t> last_tag_{transport_.runtime_, "tags", std::uint64_t{0}};
    Mailbox<std::function<void(ConnectionEvents&)>> told_;
    std::unique_ptr<Task> task_;  // last: it uses all the rest
  };

  struct State {
    std::map<Link*, std::string> consumers = {};
    std::uint64_t deliveries = 0;
    std::uint64_t published = 0;
  };

  Runtime& runtime_;
  const bool answers_;
  Guarded<State> state_;
};

}  // namespace castaway
