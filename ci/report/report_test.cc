#include "report.h"

#include <gtest/gtest.h>

#include "cli/version.h"

namespace castaway::ci {

namespace {

TEST(Report, OfOurOwnFaultHasTheSeedThatShowsIt) {
  const Selected selected{.path = "a.json", .scenario = {.name = "a"}};
  ItemResult result{.item = {&selected, scenario::SubjectProfile::strict},
                    .mark = Mark::broken,
                    .fault = "task \"s1\" went on and on"};
  result.report.seed = 4711;
  EXPECT_EQ(block(result, {.again = "castaway run a.json --seed 4711"}),
            "\004BROKEN\001  a.json  strict\n"
            "      This is our own fault, not the scenario's: task \"s1\" went on and on\n"
            "      Seed 4711, profile strict, " +
                version_line() + ". Please report it with the scenario.\n");
}

}  // namespace

}  // namespace castaway::ci
