#include "ledger.h"

#include <gtest/gtest.h>

#include "castaway/thread_runtime.h"

namespace castaway::soak {
namespace {

class LedgerTest : public ::testing::Test {
 protected:
  /// An operation that the two servers ran so often.
  void operation(Kind kind, Told told, int first, int second) {
    const Ledger::Id id = ledger_.begin(kind).value();
    for (int i = 0; i < first; ++i) ledger_.ran(id, 0);
    ledger_.told(id, told);
    for (int i = 0; i < second; ++i) ledger_.ran(id, 1);
  }
  ThreadRuntime runtime_;
  Ledger ledger_{runtime_, 8};
};

TEST_F(LedgerTest, FindsNoFaultWithWhatRanAsWasSaid) {
  operation(Kind::call, Told::done, 1, 0);
  operation(Kind::call, Told::unknown, 0, 1);
  operation(Kind::cast, Told::done, 0, 0);  // it was taken, and then lost
  operation(Kind::cast, Told::refused, 0, 0);
  operation(Kind::fanout, Told::done, 1, 1);
  ASSERT_TRUE(ledger_.begin(Kind::call));  // under way
  EXPECT_EQ(
      ledger_.account(),
      (Account{.calls = 3, .casts = 2, .fanouts = 1, .done = 3, .in_doubt = 1, .refused = 1}));
}

TEST_F(LedgerTest, CountsWhatRanTwiceHoweverOften) {
  operation(Kind::call, Told::done, 1, 1);
  operation(Kind::cast, Told::done, 9, 9);
  operation(Kind::fanout, Told::done, 1, 2);
  EXPECT_EQ(ledger_.account().ran_twice, 3U);
}

TEST_F(LedgerTest, CountsWhatRanAlthoughItWasSaidNeverToRun) {
  operation(Kind::call, Told::refused, 1, 0);
  operation(Kind::cast, Told::refused, 0, 1);
  operation(Kind::fanout, Told::refused, 1, 1);
  EXPECT_EQ(ledger_.account().ran_though_refused, 3U);
}

TEST_F(LedgerTest, CountsCallsThatWereAnsweredAndNeverRan) {
  operation(Kind::call, Told::done, 0, 0);
  EXPECT_EQ(ledger_.account().answered_though_it_never_ran, 1U);
}

TEST_F(LedgerTest, KnowsHowManyIdsTheServersRemember) {
  operation(Kind::fanout, Told::done, 1, 1);
  operation(Kind::call, Told::done, 0, 1);
  EXPECT_EQ(ledger_.remembered_ids(), 3U);
  const Ledger::Id id = ledger_.begin(Kind::call).value();
  for (std::uint64_t i = 0; i < Ledger::remembered_by_each + 5; ++i) ledger_.ran(id, 0);
  EXPECT_EQ(ledger_.remembered_ids(), Ledger::remembered_by_each + 2);
}

TEST_F(LedgerTest, TakesNoMoreThanItHasRoomFor) {
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(ledger_.begin(Kind::call));
  EXPECT_FALSE(ledger_.begin(Kind::call));
}

}  // namespace
}  // namespace castaway::soak
