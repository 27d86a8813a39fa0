#include "castaway/sim/scheduler.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/sim/decisions.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A scheduler whose events write down their names.
struct Diary {
  Scheduler::EventId at(TimePoint when, EventClass event_class, std::uint64_t tie,
                        const std::string& name) {
    return scheduler.at(when, event_class, tie, [this, name] { lines.push_back(name); });
  }
  Scheduler::EventId at(TimePoint when, const std::string& name) {
    return at(when, EventClass::world, 0, name);
  }
  void run() {
    while (scheduler.step()) continue;
  }

  Scheduler scheduler;
  std::vector<std::string> lines;
};

TEST(Scheduler, RunsEventsByTimeThenClassThenTieThenSequence) {
  Diary diary;
  diary.at(TimePoint(2s), EventClass::world, 0, "later");
  diary.at(TimePoint(1s), EventClass::deadline, 0, "deadline");
  diary.at(TimePoint(1s), EventClass::task, 0, "task");
  diary.at(TimePoint(1s), EventClass::message, 2, "message, tie 2, first");
  diary.at(TimePoint(1s), EventClass::message, 2, "message, tie 2, second");
  diary.at(TimePoint(1s), EventClass::message, 1, "message, tie 1");
  diary.at(TimePoint(1s), EventClass::world, 3, "world");
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("world", "message, tie 1", "message, tie 2, first",
                                       "message, tie 2, second", "task", "deadline", "later"));
}

TEST(Scheduler, JumpsToTheTimeOfEachEvent) {
  Scheduler scheduler;
  std::vector<TimePoint> seen;
  for (const Duration when : {Duration(5s), Duration(1ns), Duration(1000h)}) {
    scheduler.at(TimePoint(when), EventClass::world, 0, [&] { seen.push_back(scheduler.now()); });
  }
  EXPECT_EQ(scheduler.next(), TimePoint(1ns));
  while (scheduler.step()) continue;
  EXPECT_THAT(seen, ElementsAre(TimePoint(1ns), TimePoint(5s), TimePoint(1000h)));
  EXPECT_EQ(scheduler.count(), 3U);
  EXPECT_EQ(scheduler.next(), never);
}

TEST(Scheduler, LetsAnEventOfTheSameInstantAndALowerClassOvertake) {
  Diary diary;
  diary.scheduler.at(TimePoint(1s), EventClass::task, 0, [&] {
    diary.at(TimePoint(1s), EventClass::deadline, 0, "deadline");
    diary.at(TimePoint(1s), EventClass::task, 0, "task");
    diary.at(TimePoint(1s), EventClass::message, 0, "message");
  });
  diary.at(TimePoint(1s), EventClass::task, 1, "task with a tie");
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("message", "task", "task with a tie", "deadline"));
}

TEST(Scheduler, RunsWhatIsOverdueNow) {
  Diary diary;
  diary.scheduler.at(TimePoint(2s), EventClass::world, 0, [&] { diary.at(TimePoint(1s), "late"); });
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("late"));
  EXPECT_EQ(diary.scheduler.now(), TimePoint(2s));
}

TEST(Scheduler, DoesNotRunWhatIsNeverDue) {
  Diary diary;
  const auto id = diary.at(never, "never");
  EXPECT_TRUE(diary.scheduler.empty());
  EXPECT_FALSE(diary.scheduler.step());
  diary.scheduler.cancel(id);
  EXPECT_THAT(diary.lines, IsEmpty());
}

TEST(Scheduler, StopsAtItsLimitAndKeepsTheClock) {
  Diary diary;
  diary.at(TimePoint(1s), "at the limit");
  diary.at(TimePoint(1s + 1ns), "beyond");
  EXPECT_TRUE(diary.scheduler.step(TimePoint(1s)));
  EXPECT_FALSE(diary.scheduler.step(TimePoint(1s)));
  EXPECT_EQ(diary.scheduler.now(), TimePoint(1s));
  EXPECT_FALSE(diary.scheduler.empty());
  EXPECT_TRUE(diary.scheduler.step());
  EXPECT_THAT(diary.lines, ElementsAre("at the limit", "beyond"));
}

TEST(Scheduler, DoesNotRunWhatIsCancelled) {
  Diary diary;
  const auto first = diary.at(TimePoint(1s), "first");
  const auto ready = diary.at(TimePoint(), EventClass::task, 0, "ready");
  diary.at(TimePoint(2s), "second");
  diary.scheduler.cancel(first);
  diary.scheduler.cancel(ready);
  diary.scheduler.cancel(first);
  EXPECT_EQ(diary.scheduler.next(), TimePoint(2s));
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("second"));
  EXPECT_EQ(diary.scheduler.count(), 1U);
}

TEST(Scheduler, IsEmptyOnceAllIsCancelled) {
  Diary diary;
  diary.scheduler.cancel(diary.at(TimePoint(1s), "a"));
  diary.scheduler.cancel(diary.at(TimePoint(), EventClass::task, 0, "b"));
  EXPECT_TRUE(diary.scheduler.empty());
  EXPECT_EQ(diary.scheduler.next(), never);
  EXPECT_FALSE(diary.scheduler.step());
}

TEST(Scheduler, DoesNotMistakeAnOldIdForANewEvent) {
  Diary diary;
  const auto old = diary.at(TimePoint(1s), "old");
  diary.run();
  const auto now = diary.at(TimePoint(2s), "new");  // in the same place
  EXPECT_NE(now, old);
  diary.scheduler.cancel(old);
  diary.scheduler.cancel(0);
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("old", "new"));
}

TEST(Scheduler, DestroysACancelledCallbackAtOnce) {
  Scheduler scheduler;
  auto captured = std::make_shared<int>(0);
  const std::weak_ptr<int> seen = captured;
  const auto id = scheduler.at(TimePoint(1h), EventClass::deadline, 0,
                               [captured = std::move(captured)] { *captured = 1; });
  scheduler.cancel(id);
  EXPECT_TRUE(seen.expired());
}

TEST(Scheduler, LetsAnEventCancelOthersAndItself) {
  Diary diary;
  const auto other = diary.at(TimePoint(2s), "other");
  Scheduler::EventId self = 0;
  self = diary.scheduler.at(TimePoint(1s), EventClass::world, 0, [&] {
    diary.scheduler.cancel(self);
    diary.scheduler.cancel(other);
    diary.lines.push_back("self");
  });
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("self"));
}

TEST(Scheduler, LetsTheDestructorOfACallbackCancelAnother) {
  Diary diary;
  const auto other = diary.at(TimePoint(2s), "other");
  std::shared_ptr<void> cancels(nullptr, [&](void*) { diary.scheduler.cancel(other); });
  const auto id =
      diary.scheduler.at(TimePoint(1s), EventClass::world, 0, [captured = std::move(cancels)] {});
  diary.scheduler.cancel(id);
  EXPECT_TRUE(diary.scheduler.empty());
}

TEST(Scheduler, GoesOnAfterAnEventThatThrew) {
  Diary diary;
  diary.scheduler.at(TimePoint(1s), EventClass::world, 0,
                     [] { throw std::runtime_error("event"); });
  diary.at(TimePoint(2s), "next");
  EXPECT_THROW(diary.scheduler.step(), std::runtime_error);
  diary.run();
  EXPECT_THAT(diary.lines, ElementsAre("next"));
}

/// What an event is ordered by, as plainly as it can be said.
using Key = std::tuple<TimePoint, EventClass, std::uint64_t, std::uint64_t>;

TEST(Scheduler, AgreesWithASortedListOverManyOperations) {
  constexpr int operations = 100'000;
  Scheduler scheduler;
  std::map<Key, Scheduler::EventId> expected;
  std::vector<Key> ran;
  std::vector<Scheduler::EventId> stale;
  for (std::uint64_t i = 1; i <= operations; ++i) {
    const std::uint64_t bits = keyed_hash(5, std::to_string(i));
    const std::uint64_t choice = bits % 100;
    // Two phases in turn: one that piles up and cancels, and one that works off.
    const bool piling = (i / 10'000) % 2 == 0;
    if (choice < (piling ? 60 : 25)) {
      const TimePoint when = scheduler.now() + Duration(static_cast<int>(bits >> 8 & 15) - 1);
      const auto event_class = static_cast<EventClass>(bits >> 16 & 3);
      const std::uint64_t tie = bits >> 24 & 1;
      const Key key(std::max(when, scheduler.now()), event_class, tie, i);
      expected[key] = scheduler.at(when, event_class, tie, [&ran, key] { ran.push_back(key); });
    } else if (choice < (piling ? 85 : 40)) {
      if (expected.empty()) continue;
      const Key from(scheduler.now() + Duration(bits >> 8 & 15), EventClass::world, 0, 0);
      auto victim = expected.lower_bound(from);
      if (victim == expected.end()) victim = expected.begin();
      scheduler.cancel(victim->second);
      stale.push_back(victim->second);
      expected.erase(victim);
    } else if (choice < 86) {
      if (!stale.empty()) scheduler.cancel(stale[(bits >> 8) % stale.size()]);
    } else {
      ASSERT_EQ(scheduler.step(), !expected.empty()) << "operation " << i;
      if (expected.empty()) continue;
      ASSERT_EQ(ran.back(), expected.begin()->first) << "operation " << i;
      ASSERT_EQ(scheduler.now(), std::get<TimePoint>(ran.back()));
      expected.erase(expected.begin());
    }
    ASSERT_EQ(scheduler.empty(), expected.empty());
    ASSERT_EQ(scheduler.next(), expected.empty() ? never : std::get<0>(expected.begin()->first));
  }
  EXPECT_GT(ran.size(), 10'000U);
  while (!expected.empty()) {
    ASSERT_TRUE(scheduler.step());
    ASSERT_EQ(ran.back(), expected.begin()->first);
    expected.erase(expected.begin());
  }
  EXPECT_FALSE(scheduler.step());
}

TEST(Scheduler, KeepsItsOrderWhenMostEventsAreCancelledLongBeforeTheyAreDue) {
  Scheduler scheduler;
  std::vector<TimePoint> expected, ran;
  std::vector<Scheduler::EventId> ready, deadlines;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const TimePoint when(Duration(1h) + Duration(keyed_hash(i, "when") >> 40));
    const auto id =
        scheduler.at(when, EventClass::deadline, 0, [&] { ran.push_back(scheduler.now()); });
    i % 50 == 0 ? expected.push_back(when) : deadlines.push_back(id);
    // Ready tasks are kept elsewhere, and some of them are cancelled, too.
    const auto task = scheduler.at({}, EventClass::task, 0, [&] { ran.push_back({}); });
    i % 50 == 0 ? expected.push_back({}) : ready.push_back(task);
  }
  for (std::size_t i = 0; i < ready.size(); ++i) {
    scheduler.cancel(ready[i]);
    scheduler.cancel(deadlines[i]);
  }
  std::sort(expected.begin(), expected.end());
  while (scheduler.step()) continue;
  EXPECT_EQ(ran, expected);
}

}  // namespace
}  // namespace castaway::sim
