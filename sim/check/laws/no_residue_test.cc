#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(no_residue(h.history), h.history);
}

TEST(NoResidue, HoldsWhereEverythingIsBackToZero) {
  HistoryBuilder h;
  h.residue("pending calls", 0);
  h.residue("unacknowledged deliveries", 0);
  const Verdict verdict = no_residue(h.history);
  EXPECT_THAT(verdict, Holds());
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(NoResidue, ShowsWhatIsLeftAndWhereItBegan) {
  HistoryBuilder h;
  const EventIndex delivery = h.deliver("s1", "ping");
  h.residue("unacknowledged deliveries", 2, delivery);
  EXPECT_EQ(argument(h),
            "no-residue is violated once (1 judged)\n"
            "\n"
            "2 were left at the end of the run: unacknowledged deliveries.\n"
            "  1  event 0   0s  the broker handed ping to s1\n"
            "  2  event 1  1ms  in the end, unacknowledged deliveries: 2\n"
            "Once all faults are over and all work is done, nothing is left. Of unacknowledged "
            "deliveries, 2 are.\n");
}

TEST(NoResidue, OneIsTooMany) {
  HistoryBuilder h;
  h.residue("pending calls", 1);
  h.residue("unacknowledged deliveries", 0);
  const Verdict verdict = no_residue(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what, "One was left at the end of the run: pending calls.");
}

TEST(NoResidue, IsVacuousWhereNobodyLooked) {
  HistoryBuilder h;
  h.deliver("s1", "ping");
  EXPECT_EQ(argument(h), "no-residue is vacuous: nobody looked what was left in the end\n");
}

}  // namespace
}  // namespace castaway::check
