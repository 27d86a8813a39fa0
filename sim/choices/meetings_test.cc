#include "castaway/sim/meetings.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

constexpr TimePoint early(1ns), late(2ns);

TEST(Meetings, AreOfWhatRunsAtOneInstant) {
  Meetings meetings;
  EXPECT_FALSE(meetings.told());
  meetings.runs(early, 0);
  meetings.is_of("a");
  meetings.runs(early, 3);
  meetings.is_of("b");
  meetings.runs(late, 3);
  meetings.is_of("b");
  EXPECT_TRUE(meetings.told());
  EXPECT_EQ(meetings.take(), (MetTies{{"a", {3}}, {"b", {0}}}));
  EXPECT_FALSE(meetings.told());
  EXPECT_EQ(meetings.take(), MetTies());
}

TEST(Meetings, AreNoneOfFramesOfOneDirection) {
  Meetings meetings;
  for (int i = 0; i < 2; ++i) {
    meetings.runs(early, 1);
    meetings.is_of("a");
  }
  EXPECT_EQ(meetings.take(), MetTies());
}

TEST(Meetings, AreAlsoWithWhatHasNoTie) {
  Meetings meetings;
  meetings.runs(early, 0);
  meetings.runs(early, 2);
  meetings.is_of("a");
  EXPECT_EQ(meetings.take(), (MetTies{{"a", {0}}}));
}

TEST(Meetings, MustBeToldWhoseATieIs) {
  Meetings meetings;
  meetings.runs(early, 2);
  EXPECT_THROW(meetings.runs(early, 0), std::logic_error);
}

}  // namespace
}  // namespace castaway::sim
