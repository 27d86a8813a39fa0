#include "castaway/sim/tie_conflicts.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

constexpr TimePoint early(1ns), late(2ns);

TEST(TieConflicts, AreOfWhatRunsAtOneInstant) {
  TieConflicts tie_conflicts;
  EXPECT_FALSE(tie_conflicts.told());
  tie_conflicts.runs(early, 0);
  tie_conflicts.is_of("a");
  tie_conflicts.runs(early, 3);
  tie_conflicts.is_of("b");
  tie_conflicts.runs(late, 3);
  tie_conflicts.is_of("b");
  EXPECT_TRUE(tie_conflicts.told());
  EXPECT_EQ(tie_conflicts.take(), (ConflictingTies{{"a", {3}}, {"b", {0}}}));
  EXPECT_FALSE(tie_conflicts.told());
  EXPECT_EQ(tie_conflicts.take(), ConflictingTies());
}

TEST(TieConflicts, AreNoneOfFramesOfOneDirection) {
  TieConflicts tie_conflicts;
  for (int i = 0; i < 2; ++i) {
    tie_conflicts.runs(early, 1);
    tie_conflicts.is_of("a");
  }
  EXPECT_EQ(tie_conflicts.take(), ConflictingTies());
}

TEST(TieConflicts, AreAlsoWithWhatHasNoTie) {
  TieConflicts tie_conflicts;
  tie_conflicts.runs(early, 0);
  tie_conflicts.runs(early, 2);
  tie_conflicts.is_of("a");
  EXPECT_EQ(tie_conflicts.take(), (ConflictingTies{{"a", {0}}}));
}

TEST(TieConflicts, MustBeToldWhoseATieIs) {
  TieConflicts tie_conflicts;
  tie_conflicts.runs(early, 2);
  EXPECT_THROW(tie_conflicts.runs(early, 0), std::logic_error);
}

}  // namespace
}  // namespace castaway::sim
