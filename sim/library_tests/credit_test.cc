// How a strict server keeps from holding requests that it cannot begin: see credit.h.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "defect_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using testing::ElementsAre;

/// The simulated broker, but for a promise that it does not make.
class WithoutRequeue final : public Transport {
 public:
  explicit WithoutRequeue(Transport& transport) : transport_(transport) {}
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    return transport_.connect(purpose, name, events);
  }
  [[nodiscard]] Capabilities capabilities() const override {
    return {.missing = {{"requeue", "what a server was given is forgotten"}}};
  }

 private:
  Transport& transport_;
};

/// A server of topic "compute" whose method takes `work`, and what it asks of the broker.
struct BusyWorld {
  Simulation sim;
  std::vector<std::uint16_t> prefetches = {};

  BusyWorld(std::uint16_t workers, Duration work, QueueOptions queues = {},
            ConsumerTimeout patience = {.age = 1min, .tick = 1s})
      : sim({.network = {.consumer_timeout = patience}, .limit = 2h, .queues = queues}) {
    sim.process("host-1", [=, this](Process& process) {
      SimTransport network(sim.network(), process.runtime.current_process(), "host-1");
      PlantedTransport transport(process.runtime, network, {.prefetch = [&](std::uint16_t count) {
                                   prefetches.push_back(count);
                                 }});
      RPCTransport messaging(process.runtime, transport, {.name = "host-1", .queues = queues},
                             &sim.recorder().observer("host-1"));
      const Endpoint endpoint{
          .methods = {{"work", [&](const Object&, const Object&) -> nlohmann::json {
                         process.runtime.sleep_until(process.runtime.now() + work);
                         return 1;
                       }}}};
      RPCServer server(messaging, {.topic = "compute", .server = "host-1"}, {endpoint},
                       {.workers = workers});
      server.start();
      server.wait();
    });
  }

  /// So many casts, one after another, after a second.
  void cast(int number, Duration after = 1s) {
    sim.client("client-" + std::to_string(after / 1s), {.target = {.topic = "compute"}},
               [this, number, after](RPCClient& client) {
                 sim.runtime().sleep_until(TimePoint(after));
                 for (int i = 0; i < number; ++i) client.cast({}, "work");
               });
  }
  [[nodiscard]] std::size_t count(check::EventKind kind) {
    return static_cast<std::size_t>(
        std::ranges::count(sim.recorder().history().events(), kind, &check::Event::kind));
  }
  [[nodiscard]] std::size_t channels_closed() {
    return static_cast<std::size_t>(std::ranges::count(
        sim.recorder().history().events(), check::Detail::channel_closed, &check::Event::detail));
  }
};

TEST(Credit, IsNotTouchedWhereRequestsWaitForLess) {
  BusyWorld world(2, 4s);
  world.cast(6);
  world.sim.run();
  EXPECT_EQ(world.count(check::EventKind::execute), 6U);
  EXPECT_EQ(world.count(check::EventKind::deliver), 6U);
  EXPECT_THAT(world.prefetches, ElementsAre(2));
}

TEST(Credit, ComesBackWithTheWorkers) {
  BusyWorld world(4, 5min);
  world.cast(5);
  world.sim.run();
  EXPECT_EQ(world.count(check::EventKind::execute), 5U);
  EXPECT_EQ(world.count(check::EventKind::deliver), 6U);
  EXPECT_EQ(world.channels_closed(), 0U);
  // The first worker that is free, then the others, which became free at the same time.
  EXPECT_EQ(world.prefetches.front(), 4);
  EXPECT_EQ(world.prefetches.back(), 4);
}

TEST(Credit, LeavesNothingBehindOfALongQueue) {
  BusyWorld world(1, 15s);
  world.cast(40);
  world.sim.run();
  EXPECT_EQ(world.count(check::EventKind::execute), 40U);
  EXPECT_EQ(world.channels_closed(), 0U);
}

TEST(Credit, KeepsTheConsumersOfAnAutoDeleteQueue) {
  BusyWorld world(1, 3min, {.amqp_auto_delete = true});
  world.cast(3);
  world.sim.run();
  EXPECT_EQ(world.count(check::EventKind::execute), 3U);
  EXPECT_EQ(world.channels_closed(), 0U);
  EXPECT_THAT(world.prefetches, testing::Each(1));
}

TEST(Credit, GivesNothingBackToABrokerThatWouldLoseIt) {
  Simulation sim({.limit = 1h});
  std::size_t served = 0;
  sim.process("host-1", [&](Process& process) {
    SimTransport network(sim.network(), process.runtime.current_process(), "host-1");
    WithoutRequeue transport(network);
    RPCTransport messaging(process.runtime, transport, {.name = "host-1"});
    const Endpoint endpoint{.methods = {{"work", [&](const Object&, const Object&) {
                                           sim.runtime().sleep_until(sim.now() + 1min);
                                           return nlohmann::json(++served);
                                         }}}};
    RPCServer server(messaging, {.topic = "compute", .server = "host-1"}, {endpoint},
                     {.workers = 1});
    server.start();
    server.wait();
  });
  sim.client("nova-1", {.target = {.topic = "compute"}}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(1s));
    for (int i = 0; i < 3; ++i) client.cast({}, "work");
  });
  const check::History& history = sim.run();
  EXPECT_EQ(served, 3U);
  EXPECT_EQ(count(history, check::EventKind::deliver), 3U);
}

TEST(Credit, KeepsAFanoutQueueThatNobodyConsumesForNow) {
  BusyWorld world(1, 10min, {.rabbit_transient_queues_ttl = 20s});
  world.cast(2);
  world.sim.client("late", {.target = {.topic = "compute", .fanout = true}},
                   [&](RPCClient& client) {
                     world.sim.runtime().sleep_until(TimePoint(5min));
                     client.cast({}, "work");
                   });
  world.sim.run();
  EXPECT_EQ(world.count(check::EventKind::execute), 3U);
}

}  // namespace
}  // namespace castaway::sim
