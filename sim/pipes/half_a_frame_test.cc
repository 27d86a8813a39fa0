// A link that is cut inside of a frame: what had arrived of it means nothing, the end is told once,
// and the message comes again over the next link.

#include <map>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/sim/piped_transport.h"
#include "castaway/testing/transport_peer.h"

namespace castaway::sim {
namespace {

using ::testing::SizeIs;
using testing::TransportPeer;

const std::string body(100'000, 'x');

class HalfAFrame {
 public:
  explicit HalfAFrame(std::uint64_t seed)
      : sim_({.seed = seed,
              .transport = [this](const Station& station) { return make(station); }}) {}

  /// True if the link was cut before all of the message had come.
  bool run() {
    sim_.process("sender", [&](Process&) {
      TransportPeer peer = open("sender");
      peer.with([](Connection& c) { return c.declare_queue({.queue = "q"}); });
      sleep_until(100ms);
      peer.with(
          [](Connection& c) { return c.publish({.routing_key = "q", .message = {.body = body}}); });
      sleep_until(1s);
    });
    sim_.process("receiver", [&](Process&) { receive(); });
    sim_.run();
    return was_inside_;
  }

 private:
  std::unique_ptr<Transport> make(const Station& station) {
    auto made = piped_transport(station);
    transports_[station.process] = made.get();
    return made;
  }
  TransportPeer open(const std::string& process) {
    return TransportPeer(sim_.runtime(), *transports_.at(process));
  }
  void sleep_until(Duration when) { sim_.runtime().sleep_until(TimePoint(when)); }

  void receive() {
    bool got_nothing = false;
    sleep_until(50ms);
    {
      TransportPeer peer = open("receiver");
      peer.with([](Connection& c) { return c.consume("q", "c"); });
      // Two hops of half a millisecond, and the sender's bytes may have come in pieces too.
      sleep_until(101'010us);
      sim_.network().disconnect({}, "receiver");
      peer.await("closed");
      got_nothing = peer.deliveries().empty();
      EXPECT_EQ(peer.count("closed"), 1U);
    }
    sleep_until(200ms);
    TransportPeer again = open("receiver");
    again.with([](Connection& c) { return c.consume("q", "c"); });
    sleep_until(300ms);
    ASSERT_THAT(again.deliveries(), SizeIs(1));
    EXPECT_EQ(again.deliveries().front().message.body, body);
    // It was on its way to the client, and not still on its way to the broker.
    was_inside_ = got_nothing && again.deliveries().front().redelivered;
  }

  std::map<std::string, Transport*> transports_ = {};
  Simulation sim_;
  bool was_inside_ = false;
};

TEST(PipedTransport, HalfAFrameIsNoFrame) {
  int inside = 0;
  int whole = 0;
  for (std::uint64_t seed = 1; seed <= 400 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ++(HalfAFrame(seed).run() ? inside : whole);
  }
  EXPECT_GT(inside, 5);
  EXPECT_GT(whole, 5);
}

}  // namespace
}  // namespace castaway::sim
