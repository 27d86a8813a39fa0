#pragma once
// Argument: says in words why something that must hold does not: what happened, step by step, and
// the law.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "castaway/check/verdict.h"
#include "castaway/scenario/run.h"

namespace castaway::ci {

/// What a run broke, roots first. A finding all of whose violations follow from another law's is no
/// root.
struct Broken {
  std::string property = {};
  std::vector<check::Violation> roots = {};
  std::vector<check::Violation> consequences = {};
  bool expected = false;  ///< known to be broken, so that it is not what made the run fail
};

/// Laws in their own order, then the scenario's small properties; behind them what is `expected`,
/// and what follows from something else.
[[nodiscard]] std::vector<Broken> roots_first(const std::vector<scenario::Finding>& findings,
                                              const std::set<std::string>& expected = {});
[[nodiscard]] std::vector<Broken> roots_first(const std::vector<check::Verdict>& verdicts);

/// One violation as lines that begin with `indent`.
[[nodiscard]] std::string argue(const check::Violation& violation, const check::History& history,
                                const std::string& indent);

/// All that was broken, at most `most` violations of each property in full, and the others counted.
[[nodiscard]] std::string argue(const std::vector<Broken>& broken, const check::History& history,
                                const std::string& indent, std::size_t most);

/// The same in short: the first violation in full, the others in a line each, about `lines` in all.
[[nodiscard]] std::string argue_shortly(const std::vector<Broken>& broken,
                                        const check::History& history, const std::string& indent,
                                        std::size_t lines);

}  // namespace castaway::ci
