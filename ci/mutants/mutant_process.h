#pragma once
// Mutant process: runs the program that has all mutants in it, with one of them alive, on one task.
// A process that crashes or hangs is ended.

#include <functional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "mutant_result.h"

namespace castaway::ci {

/// Where castaway-mutants is: this program, or the one beside it.
/// Throws: InputError, which says how it is built.
[[nodiscard]] std::string mutants_program();

/// What an encounter came to, and what its process took.
struct Met {
  Encounter encounter = {};
  bool complete = false;
  double cpu = 0;
};

/// Puts one mutant to `with`; its id is empty for the program as it is. `hear` is told now and then
/// how many runs there were.
/// Waits: until that process has ended, or interrupted(). Throws: std::system_error.
[[nodiscard]] Met meet(const std::string& program, const SelfTestCommand& command,
                       const std::string& id, const std::string& with,
                       const std::function<void(std::uint64_t runs)>& hear);

/// The other side: what the process does that has the mutant in it. It says JSON lines to standard
/// output: {"at": 17} and in the end an encounter, once more when it has become small.
void be_met(const SelfTestCommand& command);

}  // namespace castaway::ci
