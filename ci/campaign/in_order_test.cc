#include "in_order.h"

#include <numeric>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "jobs.h"

namespace castaway::ci {
namespace {

TEST(InOrder, HandsOverTheFirstFirstEvenIfOthersAreMadeBefore) {
  InOrder<std::size_t> results;
  std::atomic<bool> last_is_made = false;
  std::vector<std::size_t> handed_over;
  results.run(
      2, 100,
      [&](std::size_t i) {
        if (i == 99) last_is_made = true;
        if (i == 0) last_is_made.wait(false);
        if (i == 99) last_is_made.notify_all();
        return i;
      },
      [&](std::size_t i) { handed_over.push_back(i); });
  std::vector<std::size_t> expected(100);
  std::iota(expected.begin(), expected.end(), 0U);
  EXPECT_EQ(handed_over, expected);
}

TEST(InOrder, ThrowsWhatMakeThrewAndBeginsNoMore) {
  InOrder<std::size_t> results;
  std::vector<std::size_t> begun, handed_over;
  const auto run = [&] {
    results.run(
        1, 100,
        [&](std::size_t i) {
          begun.push_back(i);
          if (i == 2) throw std::runtime_error("the third");
          return i;
        },
        [&](std::size_t i) { handed_over.push_back(i); });
  };
  EXPECT_THROW(run(), std::runtime_error);
  EXPECT_EQ(begun, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_LE(handed_over.size(), 2U);
}

TEST(InOrder, AbandonsTheRestWhenDoneThrows) {
  InOrder<std::size_t> results;
  const auto run = [&] {
    results.run(
        2, 100,
        [&](std::size_t i) {
          while (i > 0 && !results.abandoned()) std::this_thread::yield();
          return i;
        },
        [](std::size_t /*i*/) { throw std::runtime_error("the disk is full"); });
  };
  EXPECT_THROW(run(), std::runtime_error);
  EXPECT_TRUE(results.abandoned());
}

TEST(InOrder, NobodyElseActsWhileOneActsAlone) {
  InOrder<std::size_t> results;
  int in_there = 0;
  int most = 0;
  const auto act = [&] {
    most = std::max(most, ++in_there);
    std::this_thread::yield();
    --in_there;
  };
  results.run(
      4, 200,
      [&](std::size_t i) {
        results.alone(act);
        return i;
      },
      [&](std::size_t /*i*/) { act(); });
  EXPECT_EQ(most, 1);
}

TEST(Jobs, AreAsManyAsAskedForAndNoMoreThanThereIsWork) {
  EXPECT_EQ(job_count(3, 100), 3U);
  EXPECT_EQ(job_count(3, 2), 2U);
  EXPECT_EQ(job_count(3, 0), 0U);
  EXPECT_GE(job_count(0, 1'000'000), 1U);
}

}  // namespace
}  // namespace castaway::ci
