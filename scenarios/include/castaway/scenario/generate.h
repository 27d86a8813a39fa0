#pragma once
// Generate: makes scenarios from a seed: workloads, topologies and fault plans. Use it to look for
// what nobody thought of. Every result is valid, and small for small sizes.
//
// Everything is drawn by named decisions of the seed, so the same seed and size give the same
// scenario everywhere, and one more server does not change what the first one does.

#include <cstdint>

#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

struct GenerateOptions {
  /// How many operations, tasks, servers and rules there may be; 0 gives the smallest scenario that
  /// does anything.
  std::uint32_t size = 20;
  bool faults = true;
  /// Whether copies may go to another consumer or come after a restart: no single process can
  /// recognise those, so a profile without a shared claim store promises nothing about them.
  bool stray_copies = false;
  /// A world in profile strict+claims: with stray copies, lost and late claims, and brokers that
  /// forget acks.
  bool claims = false;
};

/// Makes a scenario. Its `expect` asks for every universal law that can judge its operations.
[[nodiscard]] Scenario generate(std::uint64_t seed, const GenerateOptions& options = {});

}  // namespace castaway::scenario
