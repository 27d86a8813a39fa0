#pragma once
// LoopbackTransport: for tests with real threads, a Transport in memory whose broker is also the
// server: each call is answered with its own arguments, each publication is confirmed.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/mailbox.h"
#include "castaway/runtime.h"
#include "castaway/transport.h"

namespace castaway {

class LoopbackTransport final : public Transport {
 public:
  explicit LoopbackTransport(Runtime& runtime)
      : events_(runtime, "loopback"), task_(runtime.spawn("loopback", [this] { work(); })) {}
  ~LoopbackTransport() override {
    events_.close();
    task_->join();
  }

  std::unique_ptr<Connection> connect(Purpose, const std::string&,
                                      ConnectionEvents& events) override {
    auto link = std::make_shared<Link>(&events);
    tell(link, [](ConnectionEvents& to) { to.opened(); });
    return std::make_unique<LoopbackConnection>(*this, std::move(link));
  }

  /// All that was asked for, in that order.
  [[nodiscard]] std::vector<std::uint16_t> prefetches() {
    const std::lock_guard<std::mutex> hold(mutex_);
    return prefetches_;
  }

 private:
  /// Whom to tell; nobody any more once the connection is gone.
  struct Link {
    explicit Link(ConnectionEvents* to) : events(to) {}
    std::mutex mutex = {};
    ConnectionEvents* events;
  };
  using LinkPtr = std::shared_ptr<Link>;
  struct Consumer {
    LinkPtr link = {};
    std::string tag = {};
  };

  class LoopbackConnection final : public Connection {
   public:
    LoopbackConnection(LoopbackTransport& broker, LinkPtr link)
        : broker_(broker), link_(std::move(link)) {}
    ~LoopbackConnection() override {
      const std::lock_guard<std::mutex> hold(link_->mutex);
      link_->events = nullptr;
    }
    RequestNumber declare_exchange(const ExchangeDeclaration&) override { return carry_out(); }
    RequestNumber declare_queue(const QueueDeclaration&) override { return carry_out(); }
    RequestNumber bind_queue(const std::string&, const std::string&, const std::string&) override {
      return carry_out();
    }
    RequestNumber delete_queue(const std::string&) override { return carry_out(); }
    RequestNumber prefetch(std::uint16_t count) override {
      {
        const std::lock_guard<std::mutex> hold(broker_.mutex_);
        broker_.prefetches_.push_back(count);
      }
      return carry_out();
    }
    RequestNumber consume(const std::string& queue, const std::string& tag) override {
      {
        const std::lock_guard<std::mutex> hold(broker_.mutex_);
        broker_.consumers_[queue] = {.link = link_, .tag = tag};
      }
      return carry_out();
    }
    RequestNumber cancel(const std::string&) override { return carry_out(); }
    RequestNumber confirm_select() override { return carry_out(); }
    std::uint64_t publish(Publication publication) override {
      const std::uint64_t tag = ++published_;
      broker_.tell(link_, [tag](ConnectionEvents& to) { to.confirmed(tag, false, true); });
      broker_.answer(decode_request(publication.message));
      return tag;
    }
    void acknowledge(std::uint64_t, bool) override {}
    void reject(std::uint64_t, bool) override {}
    void close() override {
      broker_.tell(link_, [](ConnectionEvents& to) { to.closed({.by_us = true}); });
    }
    [[nodiscard]] std::uint64_t sent_through() const override { return published_; }

   private:
    RequestNumber carry_out() {
      const RequestNumber number = ++requests_;
      broker_.tell(link_, [number](ConnectionEvents& to) { to.completed(number); });
      return number;
    }

    LoopbackTransport& broker_;
    LinkPtr link_;
    RequestNumber requests_ = 0;
    std::uint64_t published_ = 0;
  };

  void answer(const Request& request) {
    if (request.msg_id.empty()) return;
    std::optional<Consumer> consumer;
    {
      const std::lock_guard<std::mutex> hold(mutex_);
      consumer = consumers_.at(request.reply_q);
    }
    const Reply reply{.result = std::make_shared<const nlohmann::json>(request.args.json()),
                      .msg_id = request.msg_id};
    tell(consumer->link, [message = encode(reply), tag = consumer->tag](ConnectionEvents& to) {
      to.delivered({.consumer_tag = tag, .delivery_tag = 1, .message = message});
    });
  }

  void tell(const LinkPtr& link, std::function<void(ConnectionEvents&)> what) {
    events_.put([link, what = std::move(what)] {
      const std::lock_guard<std::mutex> hold(link->mutex);
      if (link->events != nullptr) what(*link->events);
    });
  }

  void work() {
    while (const auto event = events_.take()) (*event)();
  }

  Mailbox<std::function<void()>> events_;
  std::mutex mutex_ = {};
  std::map<std::string, Consumer> consumers_ = {};  ///< by queue
  std::vector<std::uint16_t> prefetches_ = {};
  std::unique_ptr<Task> task_;
};

}  // namespace castaway
