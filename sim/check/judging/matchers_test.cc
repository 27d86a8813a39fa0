#include "castaway/check/matchers.h"

namespace castaway::check {
namespace {

using ::testing::Not;

const Verdict holds = {.law = "order", .judged = 3};
const Verdict vacuous = {.law = "order", .vacuous_because = "nobody asked"};
const Verdict violated = {.law = "order",
                          .judged = 3,
                          .violations = {{.op = "a",
                                          .what = "It broke.",
                                          .steps = {{4, "first"}, {7, "then"}},
                                          .law = "It must not.",
                                          .consequence_of = "at-most-once"}}};

TEST(Matchers, EachTakesOneKindOfVerdict) {
  EXPECT_THAT(holds, Holds());
  EXPECT_THAT(holds, Not(IsViolated()));
  EXPECT_THAT(holds, Not(IsVacuous()));
  EXPECT_THAT(violated, IsViolated());
  EXPECT_THAT(violated, Not(Holds()));
  EXPECT_THAT(violated, Not(IsVacuous()));
  EXPECT_THAT(vacuous, IsVacuous());
  EXPECT_THAT(vacuous, Not(Holds()));
  EXPECT_THAT(vacuous, Not(IsViolated()));
}

TEST(Matchers, AFailureShowsTheWholeVerdict) {
  EXPECT_EQ(testing::PrintToString(holds), "order, 3 judged\n");
  EXPECT_EQ(testing::PrintToString(vacuous), "order, 0 judged, because nobody asked\n");
  EXPECT_EQ(testing::PrintToString(violated),
            "order, 3 judged\n"
            "It broke.\n"
            "  event 4  first\n"
            "  event 7  then\n"
            "It must not.\n"
            "A consequence of at-most-once.\n");
}

}  // namespace
}  // namespace castaway::check
