#include "castaway/sim/live_world.h"

#include <stdexcept>
#include <utility>

namespace castaway::sim {
namespace {

FaultPlan live(FaultPlan plan) {
  for (const Rule& rule : plan) {
    if (rule.on.edge == Edge::process || rule.on.edge == Edge::clock)
      throw std::invalid_argument("rule " + rule.id + " is about a process or a clock, and those " +
                                  "are real here");
  }
  return plan;
}

}  // namespace

LiveWorld::LiveWorld(Scheduler& scheduler, std::uint64_t seed, FaultPlan faults,
                     NetworkSettings network)
    : scheduler_(scheduler),
      strategy_(seed),
      decisions_(strategy_),
      fibers_(scheduler, decisions_, {}),
      recorder_(fibers_),
      network_(std::move(network), scheduler, decisions_, fibers_, recorder_),
      faults_(live(std::move(faults)), scheduler, decisions_, recorder_, *this) {
  decisions_.keep_no_deviations();
  recorder_.history().seed = seed;
  network_.use(faults_);
}

LiveWorld::~LiveWorld() {
  recorder_.history().ending = check::Ending::cut;
  recorder_.stop();
  network_.stop();
}

ProcessId LiveWorld::process(const std::string& name) {
  const auto found = processes_.find(name);
  if (found != processes_.end()) return found->second;
  return processes_.emplace(name, fibers_.make_process(name)).first->second;
}

}  // namespace castaway::sim
