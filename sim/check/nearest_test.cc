#include "nearest.h"

#include <array>

#include <gtest/gtest.h>

namespace castaway::check {
namespace {

constexpr std::array<std::string_view, 4> words = {"deadline", "deliver", "done", "digest"};

TEST(Nearest, CountsWhatIsPutInTakenOutAndReplaced) {
  EXPECT_EQ(nearest("deadlin", words), "deadline");
  EXPECT_EQ(nearest("deelivver", words), "deliver");
  EXPECT_EQ(nearest("dome", words), "done");
  EXPECT_EQ(nearest("digest", words), "digest");
}

TEST(Nearest, IsTheFirstOfEqualOnes) {
  EXPECT_EQ(nearest("", words), "done");
  EXPECT_EQ(nearest("xxxxxxxxxxxx", words), "deadline");
}

}  // namespace
}  // namespace castaway::check
