#pragma once
// Stranger: a connection of a FaultyWorld's own, past all faults: for messages made by hand, and
// for cleaning up.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "castaway/transport.h"

#include "posted_events.h"

namespace castaway::sim {

class Stranger final : private ConnectionEvents {
 public:
  /// What to do once the connection is open. The number of the request to wait for, or 0.
  using Act = std::function<RequestNumber(Connection&)>;

  /// `done`, if it is not empty, is called when that request has been carried out, or never will
  /// be.
  Stranger(LiveTask& world, Transport& transport, const std::string& name, Act act,
           std::function<void()> done = {})
      : act_(std::move(act)),
        done_(std::move(done)),
        ear_(std::make_unique<PostedEvents>(world, static_cast<ConnectionEvents&>(*this))),
        connection_(transport.connect(Purpose::send, name, *ear_)) {}
  ~Stranger() override { connection_.reset(); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

 private:
  void opened() override { awaited_ = act_(*connection_); }
  void completed(RequestNumber request) override {
    if (request == awaited_) say_done();
  }
  void confirmed(std::uint64_t, bool, bool) override {}
  void returned(Returned) override {}
  void delivered(Delivery) override {}
  void cancelled(const std::string&) override {}
  void closed(Closed) override { say_done(); }
  void say_done() {
    if (const auto done = std::exchange(done_, {})) done();
  }

  const Act act_;
  std::function<void()> done_;
  RequestNumber awaited_ = 0;
  std::unique_ptr<PostedEvents> ear_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace castaway::sim
