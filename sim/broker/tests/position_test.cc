#include "position.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

/// Inserts before `places[where]`, and checks that the order is still what it was.
void insert_before(std::vector<Position>& places, std::size_t where) {
  const Position* previous = where == 0 ? nullptr : &places[where - 1];
  const Position place = between(previous, places[where], places.size() + 1);
  ASSERT_TRUE(previous == nullptr || *previous < place);
  ASSERT_TRUE(place < places[where]);
  places.insert(places.begin() + static_cast<std::ptrdiff_t>(where), place);
}

TEST(Position, TheEndIsAfterAllThatCameBefore) {
  EXPECT_LT(at_end(1), at_end(2));
  EXPECT_FALSE(at_end(2) < at_end(2));
}

TEST(Position, ThereIsRoomBetweenAnyTwo) {
  std::vector<Position> places = {at_end(1), at_end(2)};
  std::size_t where = 0;
  for (std::size_t i = 0; i < 2000; ++i) {
    where = (where * 7 + i * 13 + 5) % places.size();
    ASSERT_NO_FATAL_FAILURE(insert_before(places, where));
  }
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
}

TEST(Position, ThereIsRoomWhereEveryoneWantsToStand) {
  std::vector<Position> directly_before = {at_end(1), at_end(2)};
  std::vector<Position> at_the_front = {at_end(1)};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_NO_FATAL_FAILURE(insert_before(directly_before, directly_before.size() - 1));
    ASSERT_NO_FATAL_FAILURE(insert_before(at_the_front, 0));
  }
}

// Each new place is between the last two, by turns on either side: the hardest case.
TEST(Position, ThereIsRoomHoweverOftenAGapIsHalved) {
  std::vector<Position> places = {at_end(1), at_end(2)};
  for (std::size_t i = 0; i < 300; ++i) {
    ASSERT_NO_FATAL_FAILURE(insert_before(places, 1 + i / 2));
  }
}

TEST(Position, ThereIsRoomAfterTheLastStepBeforeAPlace) {
  std::vector<Position> places = {{.slot = 1, .path = {-1}, .serial = 2}, at_end(1)};
  for (int i = 0; i < 3; ++i) {
    ASSERT_NO_FATAL_FAILURE(insert_before(places, places.size() - 1));
  }
}

TEST(Position, ARunOfNeighboursNeedsNoLongerPaths) {
  std::vector<Position> places = {at_end(1), at_end(2)};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_NO_FATAL_FAILURE(insert_before(places, places.size() - 1));
  }
  EXPECT_EQ(places[999].path.size(), 1u);
}

}  // namespace
}  // namespace castaway::sim
