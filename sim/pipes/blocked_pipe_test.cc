// A blocked client is not read: it can send no more than the buffers on the way hold, and all of it
// arrives when the broker reads again.

#include <gtest/gtest.h>

#include "castaway/sim/piped_transport.h"
#include "castaway/testing/transport_peer.h"

namespace castaway::sim {
namespace {

using testing::TransportPeer;

constexpr std::uint64_t messages = 40;
const std::string body(50'000, 'x');

TEST(PipedTransport, ABlockedClientWaitsUntilItIsReadAgain) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Transport* transport = nullptr;
    Simulation sim({.seed = seed, .transport = [&](const Station& station) {
                      auto made = piped_transport(station);
                      transport = made.get();
                      return made;
                    }});
    sim.process("sender", [&](Process&) {
      TransportPeer peer(sim.runtime(), *transport);
      peer.with([](Connection& c) { return c.declare_queue({.queue = "q"}); });
      peer.with([](Connection& c) { return c.confirm_select(); });
      sim.runtime().sleep_until(TimePoint(100ms));
      Broker& broker = sim.network().broker();
      broker.block("low on memory", sim.now());
      const auto publish = [&] {
        peer.with([](Connection& c) {
          return c.publish({.routing_key = "q", .message = {.body = body}});
        });
      };
      publish();
      sim.runtime().sleep_until(TimePoint(110ms));  // and now it is blocked
      for (std::uint64_t i = 1; i < messages; ++i) publish();
      sim.runtime().sleep_until(TimePoint(1s));
      EXPECT_LT(peer->sent_through(), messages);
      EXPECT_EQ(broker.ready("q"), 0U);
      broker.unblock(sim.now());
      EXPECT_TRUE(peer.await("confirmed", messages));
      EXPECT_EQ(broker.ready("q"), messages);
    });
    sim.run();
  }
}

}  // namespace
}  // namespace castaway::sim
