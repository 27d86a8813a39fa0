#pragma once
// ClaimService: a remote ClaimStore that all servers of a simulation share, for profile strict with
// claims. It outlives the servers. Questions and answers take time, and rules of the edge `claim`
// can lose or delay them: a question on its publish hop, an answer on its deliver hop.
//
// The decisions about them are called "<operation>/claim/<server>/<n-th>/question" and
// ".../answer".

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "castaway/claim_store.h"
#include "castaway/sim/decisions.h"
#include "castaway/sim/fault_engine.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

struct ClaimServiceSettings {
  Duration latency = 1ms;   ///< of the question, and of the answer
  TimePoint quiet = never;  ///< from then on no rule delays either
};

class ClaimService final : public ClaimStore {
 public:
  ClaimService(const ClaimServiceSettings& settings, Scheduler& scheduler, Decisions& decisions,
               FiberRuntime& runtime, Recorder& recorder, FaultEngine& faults)
      : settings_(settings),
        scheduler_(scheduler),
        decisions_(decisions),
        runtime_(runtime),
        recorder_(recorder),
        faults_(faults) {}

  /// A question that was sent arrives, even if its server dies.
  [[nodiscard]] Claim claim(const std::string& id, TimePoint deadline) override;

  [[nodiscard]] std::size_t granted() const { return granted_.size(); }

 private:
  struct Question;
  using QuestionPtr = std::shared_ptr<Question>;
  /// Calls `then` when the question, or its answer, has arrived; never if it is lost.
  void send(const QuestionPtr& question, Hop hop, std::function<void()> then);
  void decide(const QuestionPtr& question);

  const ClaimServiceSettings settings_;
  Scheduler& scheduler_;
  Decisions& decisions_;
  FiberRuntime& runtime_;
  Recorder& recorder_;
  FaultEngine& faults_;
  // Both grow with the operations of a run: what is claimed stays claimed, however late a copy of
  // the request comes. A simulation ends; no world that runs for hours has a claim service.
  std::set<std::string> granted_ = {};
  /// How often each server has asked about each operation.
  std::map<std::pair<std::string, std::string>, std::uint64_t> asked_ = {};
};

}  // namespace castaway::sim
