// What a broker says of itself reaches the library's end of a link. Source: RabbitMQ, blocked
// connection notifications.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library_tests/world_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;

/// Notes what comes, with the time in milliseconds.
struct Noted final : ConnectionEvents {
  explicit Noted(Simulation& in) : sim(in) {}

  void note(const std::string& what) {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(sim.now().time_since_epoch());
    heard.push_back(std::to_string(ms.count()) + " " + what);
  }
  void opened() override { note("opened"); }
  void completed(RequestNumber) override { note("completed"); }
  void confirmed(std::uint64_t tag, bool, bool) override {
    note("confirmed " + std::to_string(tag));
  }
  void returned(Returned) override { note("returned"); }
  void delivered(Delivery) override { note("delivered"); }
  void cancelled(const std::string&) override { note("cancelled"); }
  void blocked(const std::string& reason) override { note("blocked: " + reason); }
  void unblocked() override { note("unblocked"); }
  void closed(Closed closed) override { note("closed: " + closed.text); }

  Simulation& sim;
  std::vector<std::string> heard = {};
};

TEST(NetworkBroker, ABlockedPublisherHearsOfItAndIsConfirmedAfterwards) {
  Simulation sim({.seed = 7});
  Noted events(sim);
  sim.process("p", [&](Process& process) {
    SimTransport transport(sim.network(), process.runtime.current_process(), "p");
    const auto connection = transport.connect(Purpose::send, "p", events);
    const auto at = [&](Duration time) { process.runtime.sleep_until(TimePoint(time)); };
    at(10ms);
    connection->confirm_select();
    at(20ms);
    sim.network().broker().block("low on memory", sim.now());
    connection->publish({.routing_key = "nowhere"});
    at(30ms);
    sim.network().broker().unblock(sim.now());
    at(40ms);
    sim.network().broker().restart(true, sim.now());
    at(50ms);
  });
  sim.run();
  EXPECT_THAT(events.heard,
              ElementsAre("1 opened", "11 completed", "21 blocked: low on memory", "30 unblocked",
                          "30 confirmed 1",
                          "40 closed: CONNECTION_FORCED - broker forced connection closure with "
                          "reason 'shutdown'"));
}

}  // namespace
}  // namespace castaway::sim
