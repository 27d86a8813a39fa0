#include "exit_code.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace castaway::ci {

namespace {

/// As docs/reference/exit-codes.md has them.
const std::vector<int> documented = {70, 69, 5, 1, 3, 2, 66, 65, 74, 64, 4, 124, 130, 0};

TEST(ExitCode, OfTwoIsTheOneThatTheTableHasFirst) {
  for (std::size_t i = 0; i < documented.size(); ++i) {
    for (std::size_t k = i; k < documented.size(); ++k) {
      const auto first = static_cast<ExitCode>(documented[i]);
      const auto second = static_cast<ExitCode>(documented[k]);
      EXPECT_EQ(worse(first, second), first) << documented[i] << " and " << documented[k];
      EXPECT_EQ(worse(second, first), first) << documented[k] << " and " << documented[i];
    }
  }
}

TEST(ExitCode, OfTheTableAreAllThatThereAre) {
  std::vector<int> numbers;
  for (const ExitCode code : worst_first) numbers.push_back(static_cast<int>(code));
  EXPECT_EQ(numbers, documented);
}

}  // namespace

}  // namespace castaway::ci
