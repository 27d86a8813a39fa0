#pragma once
// ClaimService: a ClaimStore somewhere else, which all servers of a simulation share. It outlives
// them, answers after a while, and sometimes not at all.
//
// Its decisions are "<operation>/claim/<n-th>/refuse": it decides nothing and says so, and
// ".../lose": it has decided, and the answer is lost.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "castaway/claim_store.h"
#include "castaway/sim/decisions.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

struct ClaimServiceSettings {
  Duration latency = 1ms;  ///< of the question, and of the answer
  Ratio refuse = {0, 1};
  Ratio lose = {0, 1};
};

class ClaimService final : public ClaimStore {
 public:
  ClaimService(const ClaimServiceSettings& settings, Scheduler& scheduler, Decisions& decisions,
               FiberRuntime& runtime, Recorder& recorder)
      : settings_(settings),
        scheduler_(scheduler),
        decisions_(decisions),
        runtime_(runtime),
        recorder_(recorder) {}

  /// A question that was asked arrives, even if its server dies.
  [[nodiscard]] Claim claim(const std::string& id, TimePoint deadline) override;

  [[nodiscard]] std::size_t granted() const { return granted_.size(); }

 private:
  struct Question;
  void arrive(const std::shared_ptr<Question>& question);
  [[nodiscard]] check::Symbol op_of(const std::string& id) const;

  const ClaimServiceSettings settings_;
  Scheduler& scheduler_;
  Decisions& decisions_;
  FiberRuntime& runtime_;
  Recorder& recorder_;
  std::set<std::string> granted_ = {};
  std::map<check::Symbol, std::uint64_t> asked_ = {};  ///< how often about each operation
};

}  // namespace castaway::sim
