#pragma once
// Shrink: makes a failing scenario small. What comes out breaks the same property for the same root
// (root.h), with as little as possible around it.
//
// The failing run is made a replay first: its deviations are written down, and from then on nothing
// is drawn. So whatever is taken away leaves every other choice as it was, and a chance never
// becomes the n-th of something. Each stage takes one kind of thing away; a step is kept only if
// the run, made again, still breaks the property for the same root. docs/shrinking.md says more.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/scenario/root.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

/// How much there is of a scenario.
struct Size {
  std::uint64_t deviations = 0;
  std::uint64_t operations = 0;  ///< copies counted one by one
  std::uint64_t rules = 0;       ///< of its faults
  std::uint64_t steps = 0;       ///< of the script that are no operations
  std::uint64_t tasks = 0;
  std::uint64_t clients = 0;
  std::uint64_t servers = 0;
  friend bool operator==(const Size&, const Size&) = default;
};
[[nodiscard]] Size size_of(const Scenario& scenario);

/// What a stage came to.
struct ShrinkStage {
  std::string_view name = {};     ///< one of shrink_stages()
  std::uint64_t evaluations = 0;  ///< runs that it took
  std::uint64_t kept = 0;         ///< steps that made the scenario smaller
  Size after = {};
  friend bool operator==(const ShrinkStage&, const ShrinkStage&) = default;
};

struct ShrinkOptions {
  std::uint64_t budget = 2000;              ///< runs; what there is by then is what comes out
  const std::atomic<bool>* stop = nullptr;  ///< looked at before each run
  std::function<void(std::string_view stage, std::uint64_t evaluations, const Size& size)>
      progress = {};  ///< after each run
};

/// Another failure, met on the way.
struct AlsoFound {
  Root root = {};
  Scenario scenario = {};  ///< a replay that expects only the law that it breaks
};

struct Shrunk {
  Scenario scenario = {};  ///< a replay that expects only the property that it breaks
  Root root = {};
  Outcome outcome = {};  ///< its run
  Size before = {};
  Size after = {};
  std::uint64_t evaluations = 0;
  std::vector<ShrinkStage> stages = {};
  /// Nothing that could still be taken away alone: no rule, no client, server or task, no operation
  /// or other step, no deviation. False when the budget ended first, or somebody stopped it.
  bool minimal = false;
  std::vector<AlsoFound> also = {};  ///< each root once, in the order in which they were met
};

/// Shrinks the run of `scenario` under its seed, or its deviations, that breaks `property`; the
/// first of the violations that follow from nothing else is the one that counts. Nothing where that
/// run does not break it, or no longer does as a replay. Deterministic, whatever the machine.
/// Throws: what the first run throws.
[[nodiscard]] std::optional<Shrunk> shrink(const Scenario& scenario, Profile profile,
                                           const Property& property,
                                           const ShrinkOptions& options = {});

/// The names of the stages, in their order.
[[nodiscard]] const std::vector<std::string_view>& shrink_stages();

}  // namespace castaway::scenario
