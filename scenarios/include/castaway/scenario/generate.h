#pragma once
// Generates scenarios from a seed: workloads, topologies and fault plans, valid by construction,
// small for small sizes.
//
// All is drawn by named decisions of the seed, so the same seed and size give the same scenario
// everywhere, and one more server does not change what the first one does.

#include <cstdint>

#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

struct GenerateOptions {
  std::uint32_t size = 20;  ///< grows the number of operations, tasks, servers and rules; 0 is the
                            ///< smallest that does anything
  bool faults = true;
  /// Whether copies may go to another consumer or come after a restart: no single process can tell
  /// those, so a profile without a shared claim store does not promise anything about them.
  bool stray_copies = false;
  /// A world in profile strict+claims: with stray copies, lost and late claims, and brokers that
  /// forget acks.
  bool claims = false;
};

/// A scenario whose `expect` asks for every universal law that its operations can be judged by.
[[nodiscard]] Scenario generate(std::uint64_t seed, const GenerateOptions& options = {});

}  // namespace castaway::scenario
