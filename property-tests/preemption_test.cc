// Whatever the schedule: any lock of the library may let another task in, and the promise is kept.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/check/laws.h"
#include "castaway/sim/simulation.h"

namespace castaway::property {
namespace {

using sim::Edge;
using sim::Hop;
using sim::Ratio;

constexpr std::uint64_t runs = 400;

sim::FaultPlan faults() {
  return {{.id = "confirm-lost",
           .on = {.edge = Edge::confirm},
           .when = {.prob = Ratio{1, 20}, .limit = 1},
           .action = sim::Drop{}},
          {.id = "ack-lost",
           .on = {.edge = Edge::ack, .hop = Hop::publish},
           .when = {.prob = Ratio{1, 20}, .limit = 1},
           .action = sim::Drop{}},
          {.id = "cut-client",
           .on = {.edge = Edge::link},
           .when = {.prob = Ratio{1, 4}, .after = sim::EventPattern{.ev = "publish", .n = 7}},
           .action = sim::Disconnect{.who = "nova-1", .for_ = 20ms}},
          {.id = "cut-server",
           .on = {.edge = Edge::link},
           .when = {.prob = Ratio{1, 4}, .after = sim::EventPattern{.ev = "execute", .n = 5}},
           .action = sim::Disconnect{.who = "host-1"}},
          {.id = "kill-server",
           .on = {.edge = Edge::process},
           .when = {.prob = Ratio{1, 4}, .after = sim::EventPattern{.ev = "deliver", .n = 9}},
           .action = sim::Kill{.who = "host-2", .restart = 100ms}}};
}

/// Five operations, each of which may fail; then the next is tried.
void ask(const RPCClient& client) {
  for (int i = 0; i < 5; ++i) {
    try {
      if (i % 2 == 0) {
        client.prepare({.timeout = 300ms}).call({}, "double", {{"n", i}});
      } else {
        client.cast({}, "double", {{"n", i}});
      }
    } catch (const MessagingException&) {
    }
  }
}

struct Observed {
  check::History history = {};
  std::uint64_t preempted = 0;  ///< checkpoints at which another task came first
};

Observed run(std::uint64_t seed, Ratio preempt) {
  sim::Simulation sim({.seed = seed,
                       .faults = faults(),
                       .network = {.any_order = seed % 2 == 0},
                       .fibers = {.preempt = preempt},
                       .limit = 300s});
  const Endpoint doubles{.methods = {{"double", [](const Object&, const Object& args) {
                                        return nlohmann::json(2 * args.json().at("n").get<int>());
                                      }}}};
  for (const char* host : {"host-1", "host-2"}) {
    sim.serve({.topic = "compute", .server = host}, {doubles}, {.workers = 2});
  }
  sim.process("nova-1", [](sim::Process& process) {
    const RPCClient client(process.messaging, {.target = {.topic = "compute"}});
    std::vector<std::unique_ptr<Task>> tasks;
    for (const char* name : {"a", "b", "c"}) {
      tasks.push_back(process.runtime.spawn(name, [&] { ask(client); }));
    }
    for (const auto& task : tasks) task->join();
  });
  sim.run();
  Observed observed;
  for (const sim::Deviation& deviation : sim.decisions().deviations()) {
    if (deviation.at.find("/checkpoint/") != std::string::npos) ++observed.preempted;
  }
  observed.history = std::move(sim.recorder().history());
  return observed;
}

TEST(Preemption, AtAnyLockBreaksNoLaw) {
  std::uint64_t preempted = 0;
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const Observed observed = run(seed, {1, 8});
    for (const check::Verdict& verdict : check::judge_all(observed.history)) {
      ASSERT_FALSE(verdict.violated()) << "seed " << seed << "\n"
                                       << to_string(verdict, observed.history);
    }
    preempted += observed.preempted;
    hashes.insert(observed.history.hash());
  }
  EXPECT_GT(preempted, runs);
  EXPECT_GT(hashes.size() * 2, runs);
}

TEST(Preemption, IsAChoiceLikeAnyOther) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Observed observed = run(seed, {1, 8});
    EXPECT_EQ(run(seed, {1, 8}).history.hash(), observed.history.hash());
    EXPECT_NE(run(seed, {0, 1}).history.hash(), observed.history.hash());
  }
}

}  // namespace
}  // namespace castaway::property
