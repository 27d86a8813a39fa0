#pragma once
// Shrink: makes a failing scenario small. The result breaks the same property for the same
// signature (failure_signature.h), with as little as possible around it.
//
// First the failing run becomes a replay: its deviations are written down, and from then on nothing
// is drawn. So taking one thing away leaves every other choice as it was, and a chance never
// becomes the n-th of something. Each pass takes one kind of thing away; a step is kept only if
// the run, made again, still breaks the property for the same signature. See
// docs/guide/shrinking.md.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/scenario/failure_signature.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

/// How large a scenario is.
struct Size {
  std::uint64_t deviations = 0;
  std::uint64_t operations = 0;  ///< copies counted one by one
  std::uint64_t rules = 0;       ///< of its faults
  std::uint64_t steps = 0;       ///< of the script, besides operations
  std::uint64_t tasks = 0;
  std::uint64_t clients = 0;
  std::uint64_t servers = 0;
  friend bool operator==(const Size&, const Size&) = default;
};
[[nodiscard]] Size size_of(const Scenario& scenario);

/// What a pass did.
struct ShrinkPass {
  std::string_view name = {};     ///< one of shrink_passes()
  std::uint64_t evaluations = 0;  ///< runs that it took
  std::uint64_t kept = 0;         ///< steps that made the scenario smaller
  Size after = {};
  friend bool operator==(const ShrinkPass&, const ShrinkPass&) = default;
};

struct ShrinkOptions {
  std::uint64_t budget = 2000;  ///< runs; the result is the smallest scenario by then
  Cut cut = {};                 ///< then the result is the smallest so far
  /// After each run.
  std::function<void(std::string_view pass, std::uint64_t evaluations, const Size& size)> progress =
      {};
};

/// Another failure, found on the way.
struct AlsoFound {
  FailureSignature signature = {};
  Scenario scenario = {};  ///< a replay that expects only the law that it breaks
};

struct Shrunk {
  Scenario scenario = {};  ///< a replay that expects only the property that it breaks
  FailureSignature signature = {};
  Outcome outcome = {};  ///< its run
  Size before = {};
  Size after = {};
  std::uint64_t evaluations = 0;
  std::vector<ShrinkPass> passes = {};
  /// Whether no single thing can still be taken away: no rule, client, server, task, operation,
  /// other step or deviation. False if the budget ended first, or it was stopped.
  bool minimal = false;
  std::vector<AlsoFound> also = {};  ///< each signature once, in the order in which they were found
};

/// Shrinks the run of `scenario`, under its seed or its deviations, that breaks `property`. The
/// first violation that is not a consequence of another law counts. Returns nothing if the run does
/// not break the property, or no longer does as a replay. Deterministic on every machine.
/// Throws: what the first run throws; RunCut if it is cut before the replay is known to fail.
[[nodiscard]] std::optional<Shrunk> shrink(const Scenario& scenario, SubjectProfile profile,
                                           const Property& property,
                                           const ShrinkOptions& options = {});

/// The names of the passes, in order.
[[nodiscard]] const std::vector<std::string_view>& shrink_passes();

}  // namespace castaway::scenario
