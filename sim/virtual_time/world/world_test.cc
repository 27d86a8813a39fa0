// The pure parts of the world: its clock, its timers, and who is next.

#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clock.h"
#include "schedule.h"
#include "timers.h"

namespace castaway::virtual_time {
namespace {

using testing::ElementsAre;

TEST(VirtualClock, SaysWhatProgramsReadAndWhenTheyWillReadIt) {
  Clock clock(5000s);
  EXPECT_EQ(clock.reading(CLOCK_REALTIME), Time(5000s));
  EXPECT_EQ(clock.reading(CLOCK_MONOTONIC), Time(1000s));
  EXPECT_EQ(clock.reading(CLOCK_BOOTTIME), Time(1000s));
  EXPECT_EQ(clock.reading(CLOCK_PROCESS_CPUTIME_ID), std::nullopt);
  clock.advance_to(7s);
  clock.advance_to(3s);
  EXPECT_EQ(clock.now(), 7s);
  EXPECT_EQ(clock.reading(CLOCK_MONOTONIC), Time(1007s));
  EXPECT_EQ(clock.when(CLOCK_MONOTONIC, 1010s), 10s);
  EXPECT_EQ(clock.when(CLOCK_REALTIME, 5010s), 10s);
  EXPECT_EQ(clock.when(CLOCK_REALTIME, 4000s), 7s);
  EXPECT_EQ(clock.when(CLOCK_REALTIME, never), never);
}

TEST(VirtualClock, IsSteppedForTheTimeOfDayOnly) {
  Clock clock(5000s);
  clock.advance_to(7s);
  clock.step_real(-100s);
  EXPECT_EQ(clock.reading(CLOCK_REALTIME), Time(4907s));
  EXPECT_EQ(clock.reading(CLOCK_MONOTONIC), Time(1007s));
  EXPECT_EQ(clock.when(CLOCK_REALTIME, 5000s), 100s);
}

TEST(VirtualTime, DoesNotOverflow) {
  EXPECT_EQ(after(5s, never), never);
  EXPECT_EQ(after(5s, never - 1ns), never);
  EXPECT_EQ(after(5s, -1s), 5s);
  EXPECT_EQ(time_of(timespec{.tv_sec = 7'000'000'001, .tv_nsec = 0}), never);
  EXPECT_EQ(time_of(timeval{.tv_sec = 1, .tv_usec = 5}), Time(1s + 5us));
}

TEST(VirtualTimers, ExpireInTheOrderOfTheirTimes) {
  using Kind = Timers::Key::Kind;
  Timers timers;
  std::vector<std::pair<char, std::uint64_t>> expired;
  const auto note = [&expired](char name) {
    return [&expired, name](std::uint64_t times) { expired.emplace_back(name, times); };
  };
  timers.at({.process = 1, .kind = Kind::posix, .id = 0}) = {.due = 5s, .expire = note('a')};
  timers.at({.process = 2}) = {.due = 2s, .interval = 2s, .expire = note('b')};
  EXPECT_EQ(timers.next(), 2s);
  timers.expire(1s);
  EXPECT_TRUE(expired.empty());
  timers.expire(7s);
  EXPECT_THAT(expired, ElementsAre(std::pair('b', 3), std::pair('a', 1)));
  EXPECT_EQ(timers.next(), 8s);
  EXPECT_EQ(timers.free_id(1), 1U);
  timers.forget(2, true);
  EXPECT_EQ(timers.next(), 8s);
  timers.forget(2, false);
  EXPECT_EQ(timers.next(), never);
}

/// Threads of a process that is not there.
class VirtualSchedule : public testing::Test {
 protected:
  VirtualSchedule() {
    for (unsigned i = 0; i < threads_.size(); ++i) {
      threads_[i].number = i;
      threads_[i].process = i < 2 ? first_ : second_;
    }
  }

  std::vector<unsigned> all(Schedule& schedule) {
    for (Thread& thread : threads_) schedule.add(thread);
    std::vector<unsigned> order;
    while (const Thread* const next = schedule.take_next()) order.push_back(next->number);
    return order;
  }

  std::shared_ptr<Process> first_ = std::make_shared<Process>(0, 0, 1);
  std::shared_ptr<Process> second_ = std::make_shared<Process>(1, 0, 1);
  std::vector<Thread> threads_ = std::vector<Thread>(4);
};

TEST_F(VirtualSchedule, IsFirstComeFirstServed) {
  Schedule schedule(1, std::nullopt);
  EXPECT_THAT(all(schedule), ElementsAre(0, 1, 2, 3));
  schedule.add(threads_[0]);
  EXPECT_FALSE(schedule.yields());
}

TEST_F(VirtualSchedule, PassesOverWhoseProcessIsPaused) {
  Schedule schedule(1, std::nullopt);
  first_->paused = true;
  EXPECT_THAT(all(schedule), ElementsAre(2, 3));
  EXPECT_FALSE(schedule.has_any());
  first_->paused = false;
  EXPECT_EQ(schedule.take_next(), &threads_[0]);
}

TEST_F(VirtualSchedule, IsDrawnFromTheSeed) {
  std::set<std::vector<unsigned>> orders;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Schedule one(seed, 0.5), other(seed, 0.5);
    const auto order = all(one);
    EXPECT_EQ(all(other), order);
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 10U);
}

TEST_F(VirtualSchedule, YieldsAlwaysOrNever) {
  Schedule always(1, 1.0), none(1, 0.0);
  EXPECT_FALSE(always.yields()) << "there is no other";
  always.add(threads_[0]);
  none.add(threads_[0]);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(always.yields());
    EXPECT_FALSE(none.yields());
  }
}

}  // namespace
}  // namespace castaway::virtual_time
