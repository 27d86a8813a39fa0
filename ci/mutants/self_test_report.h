#pragma once
// What `self-test` prints: a row a mutant, the sums, and the same as a page of tables.

#include <string>
#include <vector>

#include "castaway/scenario/scenario.h"

#include "mutant_result.h"

namespace castaway::ci {

/// The head of the table.
[[nodiscard]] std::string self_test_head();
/// A mutant's row.
[[nodiscard]] std::string row_of(const MutantResult& result);

/// What one self-test was.
struct SelfTest {
  std::vector<MutantResult> results = {};  ///< in the order of the gallery; those that are known
  std::uint64_t all = 0;                   ///< how many there would be
  std::vector<scenario::Explore::How> strategies = {};  ///< of generated runs
  std::uint64_t seed = 1;
  std::uint64_t jobs = 1;
  double seconds = 0;
};
/// What they come to, with what is wrong in full.
[[nodiscard]] std::string sums_of(const SelfTest& test);
/// docs/measurements/self-test.md, but for what people wrote there.
[[nodiscard]] std::string markdown_of(const SelfTest& test);

}  // namespace castaway::ci
