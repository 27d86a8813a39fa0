#pragma once
// TransportPeer: a connection that notes each event as one line of text. Use it to test a
// Transport.
//
// It checks what holds for every event: none from inside a method, one at a time, none before
// opened or after closed, and none once the connection is gone.

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/guarded.h"
#include "castaway/runtime.h"
#include "castaway/transport.h"

namespace castaway::testing {

class TransportPeer final : private ConnectionEvents {
 public:
  TransportPeer(Runtime& runtime, Transport& transport, Purpose purpose = Purpose::send)
      : runtime_(runtime),
        changed_(runtime.make_signal("an event of a transport's peer")),
        heard_(runtime, "heard"),
        connection_(transport.connect(purpose, "contract", *this)) {}
  ~TransportPeer() override { destroy(); }
  TransportPeer(const TransportPeer&) = delete;
  TransportPeer& operator=(const TransportPeer&) = delete;

  /// Calls a method of the connection.
  template <class Act>
  auto with(Act act) {
    caller_ = std::this_thread::get_id();
    struct Leave {
      std::atomic<std::thread::id>& caller;
      ~Leave() { caller = std::thread::id(); }
    } leave{caller_};
    return act(*connection_);
  }
  Connection* operator->() { return connection_.get(); }

  void destroy() {
    connection_.reset();
    destroyed_ = true;
  }

  /// What was heard so far. A delivery is "delivered TAG BODY", or "redelivered ..." .
  [[nodiscard]] std::vector<std::string> heard() { return heard_.lock()->lines; }
  [[nodiscard]] std::size_t count(const std::string& start) {
    const std::vector<std::string> lines = heard();
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(),
                      [&](const std::string& line) { return line.starts_with(start); }));
  }
  /// Waits: until the condition, of what was heard, holds, or `at_most` has passed.
  template <class Condition>
  bool await_that(Condition condition, Duration at_most) {
    const TimePoint deadline = runtime_.now() + at_most;
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (condition()) return true;
      if (!changed_->wait(ticket, deadline)) return condition();
    }
  }

  /// Fails the test if it does not come.
  /// Waits: until `times` events begin so, or `at_most` has passed.
  bool await(const std::string& start, std::size_t times = 1, Duration at_most = 20s) {
    if (await_that([&] { return count(start) >= times; }, at_most)) return true;
    ADD_FAILURE() << "not heard: " << start << " (" << times
                  << " times), but: " << ::testing::PrintToString(heard());
    return false;
  }
  /// The same for deliveries, redelivered or not.
  bool await_deliveries(std::size_t times, Duration at_most = 20s) {
    if (await_that([&] { return heard_.lock()->deliveries.size() >= times; }, at_most)) return true;
    ADD_FAILURE() << "not delivered: " << times
                  << " messages, but: " << ::testing::PrintToString(heard());
    return false;
  }
  bool await_completed(RequestNumber request) {
    return await("completed " + std::to_string(request));
  }
  [[nodiscard]] std::vector<Delivery> deliveries() { return heard_.lock()->deliveries; }
  [[nodiscard]] Closed why_closed() { return heard_.lock()->closed; }

  /// What to do with each delivery, besides noting it.
  void on_delivery(std::function<void()> act) { act_ = std::move(act); }

 private:
  struct Heard {
    std::vector<std::string> lines = {};
    std::vector<Delivery> deliveries = {};
    Closed closed = {};
  };

  template <class Note>
  void hear(const std::string& line, Note note) {
    EXPECT_FALSE(inside_.exchange(true)) << line << " came while another event was handled";
    EXPECT_NE(caller_.load(), std::this_thread::get_id()) << line << " came from inside a method";
    EXPECT_FALSE(destroyed_) << line << " came to nobody";
    {
      auto heard = heard_.lock();
      const bool first = heard->lines.empty();
      EXPECT_TRUE(!first || line == "opened" || line.starts_with("closed"))
          << line << " came first";
      EXPECT_TRUE(first || !heard->lines.back().starts_with("closed")) << line << " came last";
      heard->lines.push_back(line);
      note(*heard);
    }
    inside_ = false;
    changed_->notify();
  }
  void hear(const std::string& line) {
    hear(line, [](Heard&) {});
  }

  void opened() override { hear("opened"); }
  void completed(RequestNumber request) override { hear("completed " + std::to_string(request)); }
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override {
    hear((ack ? "confirmed " : "refused ") + std::to_string(tag) + (multiple ? " and before" : ""));
  }
  void returned(Returned returned) override {
    hear("returned " + std::to_string(returned.reply_code) + " " + returned.routing_key + " " +
         returned.message.body);
  }
  void delivered(Delivery delivery) override {
    const std::string line = std::string(delivery.redelivered ? "redelivered " : "delivered ") +
                             delivery.consumer_tag + " " + delivery.message.body.substr(0, 40);
    hear(line, [&](Heard& heard) { heard.deliveries.push_back(std::move(delivery)); });
    if (act_) act_();
  }
  void cancelled(const std::string& consumer_tag) override { hear("cancelled " + consumer_tag); }
  void blocked(const std::string&) override { hear("blocked"); }
  void unblocked() override { hear("unblocked"); }
  void closed(Closed closed) override {
    hear("closed " + std::to_string(closed.code) + (closed.by_us ? " by us" : ""),
         [&](Heard& heard) { heard.closed = std::move(closed); });
  }

  Runtime& runtime_;
  std::unique_ptr<Signal> changed_;
  Guarded<Heard> heard_;
  std::atomic<std::thread::id> caller_{};
  std::atomic<bool> inside_{false};
  std::atomic<bool> destroyed_{false};
  std::function<void()> act_ = {};
  std::unique_ptr<Connection> connection_;
};

}  // namespace castaway::testing
