#pragma once
// LiveWorld: the simulated broker, its network and the faults, for clients that live in real time.
// It has no clock of its own: whoever has one runs the scheduler.

#include <cstdint>
#include <map>
#include <string>

#include "castaway/sim/decisions.h"
#include "castaway/sim/fault_engine.h"
#include "castaway/sim/fault_world.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/network.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

class LiveWorld final : private SimulatedWorld {
 public:
  /// Throws: std::invalid_argument for rules about processes and clocks, which are real here.
  LiveWorld(Scheduler& scheduler, std::uint64_t seed, FaultPlan faults, NetworkSettings network);
  ~LiveWorld() override;
  LiveWorld(const LiveWorld&) = delete;
  LiveWorld& operator=(const LiveWorld&) = delete;

  /// From now on rules with a time have theirs.
  void start() { faults_.start(); }
  /// The number of the process of that name, of which a world has few.
  [[nodiscard]] ProcessId process(const std::string& name);
  [[nodiscard]] Network& network() override { return network_; }
  [[nodiscard]] Recorder& recorder() override { return recorder_; }
  [[nodiscard]] const FaultEngine& faults() const { return faults_; }

 private:
  [[nodiscard]] Scheduler& scheduler() override { return scheduler_; }
  [[nodiscard]] FiberRuntime& runtime() override { return fibers_; }
  [[nodiscard]] TimePoint end_of(Duration for_) const override {
    return deadline_after(scheduler_.now(), for_);
  }
  [[nodiscard]] Incarnation incarnation_of(const std::string&) const override { return {}; }
  void kill(const std::string&) override {}
  void launch(const std::string&) override {}

  Scheduler& scheduler_;
  Random strategy_;
  Decisions decisions_;
  FiberRuntime fibers_;
  Recorder recorder_;
  Network network_;
  FaultEngine faults_;
  std::map<std::string, ProcessId> processes_;  ///< by name
};

}  // namespace castaway::sim
