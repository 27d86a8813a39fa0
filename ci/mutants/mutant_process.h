#pragma once
// Mutant process: runs the program that has all mutants in it, with one of them alive, on one task.
// A process that crashes or hangs is ended.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/explorer.h"
#include "castaway/time.h"

#include "mutant_result.h"

namespace castaway::ci {

/// Where castaway-mutants is: this program, or the one beside it.
/// Throws: InputError, which says how it is built.
[[nodiscard]] std::string mutants_program();

/// What a mutant is put to: generated runs, or the catalogue.
struct Challenge {
  std::optional<scenario::Explore::How> strategy =
      {};                               ///< of generated runs; the catalogue if none
  Duration time = {};                   ///< of generated runs
  std::uint64_t runs = 0;               ///< at most so many of them; no bound if 0
  std::uint64_t seed = 1;               ///< of generated runs
  std::vector<std::string> paths = {};  ///< of the catalogue; the known one if empty
};
/// The generated runs: in profile strict, and in strict+claims, where servers share a claim store.
/// What a profile promises nothing about proves nothing.
/// Requires: a strategy.
[[nodiscard]] scenario::Exploration exploration_of(const Challenge& challenge);
/// "portfolio", "catalogue"
[[nodiscard]] std::string name_of(const Challenge& challenge);

/// What an encounter came to, and what its process took.
struct Met {
  Encounter encounter = {};
  bool complete = false;
  double cpu = 0;
};

/// Puts one mutant to a challenge; its id is empty for the program as it is. `hear` is told now and
/// then how many runs there were.
/// Waits: until that process has ended, or interrupted(). Throws: std::system_error.
[[nodiscard]] Met meet(const std::string& program, const Challenge& challenge,
                       const std::string& id, const std::function<void(std::uint64_t runs)>& hear);

/// The other side: what the process does that has the mutant in it. It says JSON lines to standard
/// output: {"at": 17} and in the end an encounter, once more when it has become small.
void be_met(const Challenge& challenge);

}  // namespace castaway::ci
