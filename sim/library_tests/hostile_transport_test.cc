// What no honest broker says, said to a connection that faults stand before: it is passed on or
// dropped, each publication is settled once, and nothing comes after the close.

#include <gtest/gtest.h>

#include "castaway/sim/faulty_transport.h"
#include "castaway/testing/hostile_acts.h"
#include "castaway/testing/transport_peer.h"

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

using castaway::testing::hostile_acts;
using castaway::testing::HostileAct;
using castaway::testing::ScriptedTransport;
using castaway::testing::TransportPeer;

/// What the library hears that consumes a queue and publishes twice to it, and is told `act` before
/// all that is honest.
std::vector<std::string> heard(const HostileAct& act) {
  std::vector<std::string> heard;
  FiberTestWorld world;
  ScriptedTransport broker;
  world.start("main", [&] {
    const auto let_the_world_run = [&] { world.runtime.sleep_until(world.scheduler.now() + 1ms); };
    FaultyWorld faulty(world.runtime, broker, {.prefix = "test."});
    const auto transport = faulty.transport_of("c1");
    TransportPeer peer(world.runtime, *transport);
    let_the_world_run();
    const auto link = broker.links().front();
    link->tell_next();
    let_the_world_run();
    peer->confirm_select();
    peer->consume("q", "1");
    for (const char* body : {"a", "b"})
      peer->publish({.routing_key = "q", .message = {.body = body}});
    let_the_world_run();
    act.on(*link);
    while (broker.tell_all()) let_the_world_run();
    heard = peer.heard();
  });
  world.run(TimePoint(1min));
  EXPECT_EQ(world.runtime.waiting_tasks(), "") << act.name;
  return heard;
}

TEST(FaultyTransport, SettlesEachPublicationOnceWhateverTheBrokerSays) {
  const std::vector<std::string> honest = heard({.name = "nothing", .on = [](auto&) {}});
  EXPECT_EQ(honest,
            (std::vector<std::string>{"opened", "completed 1", "completed 2", "delivered 1 a",
                                      "confirmed 1", "delivered 1 b", "confirmed 2"}));
  for (const HostileAct& act : hostile_acts()) {
    const std::vector<std::string> lines = heard(act);
    const bool closed = lines.back().starts_with("closed");
    for (const std::string tag : {"1", "2"}) {
      const auto settled = std::ranges::count(lines, "confirmed " + tag) +
                           std::ranges::count(lines, "refused " + tag);
      EXPECT_EQ(settled, closed ? 0 : 1) << act.name;
    }
    if (closed) continue;
    for (const std::string& line : honest) {
      EXPECT_TRUE(line.starts_with("confirmed") || std::ranges::count(lines, line) > 0) << act.name;
    }
  }
}

}  // namespace
}  // namespace castaway::sim
