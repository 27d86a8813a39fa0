#pragma once
// PostedEvents: hands a transport's events, which come on its own tasks, over to a world's own
// task.
//
// Destroyed there, it hands over nothing more, not even what it has been told already.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "castaway/transport.h"

#include "live_task.h"

namespace castaway::sim {

class PostedEvents final : public ConnectionEvents {
 public:
  PostedEvents(LiveTask& world, ConnectionEvents& to)
      : world_(world), to_(std::make_shared<ConnectionEvents*>(&to)) {}
  ~PostedEvents() override { *to_ = nullptr; }

  void opened() override {
    post([](ConnectionEvents& to) { to.opened(); });
  }
  void completed(RequestNumber request) override {
    post([=](ConnectionEvents& to) { to.completed(request); });
  }
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override {
    post([=](ConnectionEvents& to) { to.confirmed(tag, multiple, ack); });
  }
  void refused(std::uint64_t tag, const std::string& why) override {
    post([=](ConnectionEvents& to) { to.refused(tag, why); });
  }
  void returned(Returned returned) override {
    post([returned = std::move(returned)](ConnectionEvents& to) { to.returned(returned); });
  }
  void delivered(Delivery delivery) override {
    post([delivery = std::move(delivery)](ConnectionEvents& to) { to.delivered(delivery); });
  }
  void cancelled(const std::string& consumer_tag) override {
    post([=](ConnectionEvents& to) { to.cancelled(consumer_tag); });
  }
  void blocked(const std::string& reason) override {
    post([=](ConnectionEvents& to) { to.blocked(reason); });
  }
  void unblocked() override {
    post([](ConnectionEvents& to) { to.unblocked(); });
  }
  void closed(Closed closed) override {
    post([closed = std::move(closed)](ConnectionEvents& to) { to.closed(closed); });
  }

 private:
  void post(std::function<void(ConnectionEvents&)> event) {
    world_.post([to = to_, event = std::move(event)] {
      if (*to != nullptr) event(**to);
    });
  }

  LiveTask& world_;
  const std::shared_ptr<ConnectionEvents*> to_;  ///< the world's alone
};

}  // namespace castaway::sim
