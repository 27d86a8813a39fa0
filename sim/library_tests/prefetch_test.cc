// How many requests and replies a process takes at a time.

#include <vector>

#include <gmock/gmock.h>

#include "defect_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using testing::ElementsAre;

/// What one process asks for that serves a topic with three workers and calls it.
std::vector<std::uint16_t> prefetches(Profile profile) {
  Simulation sim({.profile = profile});
  std::vector<std::uint16_t> asked;
  sim.process("host-1", [&](Process& process) {
    SimTransport network(sim.network(), process.runtime.current_process(), "host-1");
    PlantedTransport transport(process.runtime, network,
                               {.prefetch = [&](std::uint16_t count) { asked.push_back(count); }});
    RPCTransport messaging(process.runtime, transport,
                           {.profile = profile, .queues = {.rabbit_qos_prefetch_count = 7}});
    RPCServer server(messaging, {.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)},
                     {.workers = 3});
    server.start();
    const RPCClient client(messaging, {.target = {.topic = "compute"}});
    EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1);
  });
  sim.run();
  return asked;
}

TEST(Prefetch, OfStrictIsAsManyAsThereAreWorkersAndEveryReply) {
  EXPECT_THAT(prefetches(Profile::strict), ElementsAre(3));
}

TEST(Prefetch, OfClassicIsTheOneThatIsAskedForOnBothSides) {
  EXPECT_THAT(prefetches(Profile::classic), ElementsAre(7, 7));
}

}  // namespace
}  // namespace castaway::sim
