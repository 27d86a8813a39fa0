#pragma once
// RuntimeContract: tests that a Runtime does what the library relies on. Instantiate it for yours:
//
//     struct MyWorld {
//       Runtime& runtime();
//       void run(const std::function<void()>& body);   // as a task, to its end
//     };
//     INSTANTIATE_TYPED_TEST_SUITE_P(MyRuntime, RuntimeContract, MyWorld);
//
// In real time it only checks that nothing is early, never that anything is quick.

#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/guarded.h"
#include "castaway/runtime.h"

namespace castaway::testing {

template <class World>
class RuntimeContract : public ::testing::Test {
 protected:
  using Tasks = std::vector<std::unique_ptr<Task>>;

  void in_task(const std::function<void(Runtime&)>& body) {
    world_.run([&] { body(world_.runtime()); });
  }

  /// `count` tasks with the same body; clear() joins them.
  static Tasks spawn_many(Runtime& runtime, int count, const std::function<void()>& body) {
    Tasks tasks;
    for (int i = 0; i < count; ++i) tasks.push_back(runtime.spawn("many", body));
    return tasks;
  }

  World world_;
};

/// A flag that tasks wait for.
class Gate {
 public:
  explicit Gate(Runtime& runtime) : changed_(runtime.make_signal("gate")), open_(runtime, "gate") {}

  void open() {
    *open_.lock() = true;
    changed_->notify();
  }
  bool wait(TimePoint deadline = never) {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (*open_.lock()) return true;
      if (!changed_->wait(ticket, deadline)) return false;
    }
  }

 private:
  std::unique_ptr<Signal> changed_;
  Guarded<bool> open_;
};

inline constexpr Duration short_while = 3ms;

TYPED_TEST_SUITE_P(RuntimeContract);

TYPED_TEST_P(RuntimeContract, SleepIsNeverShort) {
  this->in_task([](Runtime& runtime) {
    const TimePoint until = runtime.now() + short_while;
    runtime.sleep_until(until);
    EXPECT_GE(runtime.now(), until);
  });
}

TYPED_TEST_P(RuntimeContract, SleepUntilAnInstantThatHasPassedReturns) {
  this->in_task([](Runtime& runtime) {
    const TimePoint start = runtime.now();
    runtime.sleep_until(start);
    runtime.sleep_until(start - 1h);
    EXPECT_GE(runtime.now(), start);
  });
}

TYPED_TEST_P(RuntimeContract, CalendarCountsFrom1970) {
  this->in_task([](Runtime& runtime) {
    EXPECT_GT(runtime.calendar(), CalendarTime(24h * 365 * 50));
    EXPECT_LT(runtime.calendar(), CalendarTime(24h * 365 * 200));
  });
}

TYPED_TEST_P(RuntimeContract, CheckpointReturnsInATaskAndOutside) {
  this->world_.runtime().checkpoint("outside");
  bool passed = false;
  this->in_task([&](Runtime& runtime) {
    runtime.checkpoint("inside");
    passed = true;
  });
  EXPECT_TRUE(passed);
}

TYPED_TEST_P(RuntimeContract, RandomBitsDiffer) {
  this->in_task([](Runtime& runtime) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(seen.insert(runtime.random_bits("id")).second);
      EXPECT_TRUE(seen.insert(runtime.random_bits("jitter")).second);
    }
    Guarded<std::set<std::uint64_t>> all(runtime, "all", seen);
    auto tasks = TestFixture::spawn_many(runtime, 4, [&] {
      const std::uint64_t bits = runtime.random_bits("id");
      EXPECT_TRUE(all.lock()->insert(bits).second);
    });
  });
}

TYPED_TEST_P(RuntimeContract, TicketChangesWithEachNotifyAlone) {
  this->in_task([](Runtime& runtime) {
    const auto signal = runtime.make_signal("s");
    const Signal::Ticket ticket = signal->ticket();
    EXPECT_EQ(signal->ticket(), ticket);
    signal->notify();
    EXPECT_NE(signal->ticket(), ticket);
  });
}

TYPED_TEST_P(RuntimeContract, NotifyBetweenTicketAndWaitIsNotLost) {
  this->in_task([](Runtime& runtime) {
    const auto signal = runtime.make_signal("s");
    const Signal::Ticket ticket = signal->ticket();
    signal->notify();
    EXPECT_TRUE(signal->wait(ticket, never));
    EXPECT_TRUE(signal->wait(ticket, runtime.now() - 1s));  // nor is it with a deadline long past
  });
}

TYPED_TEST_P(RuntimeContract, NotifyBeforeTheTicketDoesNotCount) {
  this->in_task([](Runtime& runtime) {
    const auto signal = runtime.make_signal("s");
    signal->notify();
    EXPECT_FALSE(signal->wait(signal->ticket(), runtime.now()));
  });
}

TYPED_TEST_P(RuntimeContract, WaitReturnsFalseAtItsDeadlineAndNotBefore) {
  this->in_task([](Runtime& runtime) {
    const auto signal = runtime.make_signal("s");
    const TimePoint deadline = runtime.now() + short_while;
    EXPECT_FALSE(signal->wait(signal->ticket(), deadline));
    EXPECT_GE(runtime.now(), deadline);
  });
}

TYPED_TEST_P(RuntimeContract, NotifyWakesAWaitingTask) {
  this->in_task([](Runtime& runtime) {
    Gate gate(runtime);
    const auto opener = runtime.spawn("opener", [&] {
      runtime.sleep_until(runtime.now() + short_while);
      gate.open();
    });
    EXPECT_TRUE(gate.wait());
  });
}

TYPED_TEST_P(RuntimeContract, NotifyWakesEveryTaskThatWaits) {
  this->in_task([](Runtime& runtime) {
    Gate gate(runtime);
    Guarded<int> passed(runtime, "passed", 0);
    auto tasks = TestFixture::spawn_many(runtime, 5, [&] {
      if (gate.wait()) ++*passed.lock();
    });
    runtime.sleep_until(runtime.now() + short_while);
    EXPECT_EQ(*passed.lock(), 0);
    gate.open();
    tasks.clear();
    EXPECT_EQ(*passed.lock(), 5);
  });
}

TYPED_TEST_P(RuntimeContract, NotifyOfOneSignalDoesNotEndTheWaitForAnother) {
  this->in_task([](Runtime& runtime) {
    const auto ours = runtime.make_signal("ours");
    const auto theirs = runtime.make_signal("theirs");
    const auto task = runtime.spawn("other", [&] { theirs->notify(); });
    EXPECT_FALSE(ours->wait(ours->ticket(), runtime.now() + short_while));
  });
}

TYPED_TEST_P(RuntimeContract, NoWakeUpIsLostInManyRounds) {
  this->in_task([](Runtime& runtime) {
    constexpr int rounds = 500;
    const auto changed = runtime.make_signal("turn");
    Guarded<int> turn(runtime, "turn", 0);
    const auto play = [&](int parity) {
      for (;;) {
        const Signal::Ticket ticket = changed->ticket();
        const int now = *turn.lock();
        if (now >= rounds) return;
        if (now % 2 == parity) {
          ++*turn.lock();
          changed->notify();
        } else if (!changed->wait(ticket, never)) {
          return;
        }
      }
    };
    {
      const auto even = runtime.spawn("even", [&] { play(0); });
      const auto odd = runtime.spawn("odd", [&] { play(1); });
    }
    EXPECT_EQ(*turn.lock(), rounds);
  });
}

TYPED_TEST_P(RuntimeContract, WhoWasWokenMayDestroyTheSignal) {
  this->in_task([](Runtime& runtime) {
    for (int i = 0; i < 100; ++i) {
      auto signal = runtime.make_signal("s");
      const Signal::Ticket ticket = signal->ticket();
      const auto notifier = runtime.spawn("notifier", [&signal = *signal] { signal.notify(); });
      EXPECT_TRUE(signal->wait(ticket, never));
      signal.reset();
    }
  });
}

TYPED_TEST_P(RuntimeContract, JoinWaitsForTheBodyAndForWhatItCaptured) {
  this->in_task([](Runtime& runtime) {
    auto captured = std::make_shared<int>(0);
    const std::weak_ptr<int> seen = captured;
    bool ended = false;
    const auto task = runtime.spawn("t", [&, captured = std::move(captured)] {
      runtime.sleep_until(runtime.now() + short_while);
      ended = true;
    });
    task->join();
    EXPECT_TRUE(ended);
    EXPECT_TRUE(seen.expired());
    task->join();  // once more: it has ended
  });
}

TYPED_TEST_P(RuntimeContract, SeveralTasksMayJoinOne) {
  this->in_task([](Runtime& runtime) {
    Gate gate(runtime);
    Guarded<int> joined(runtime, "joined", 0);
    const auto task = runtime.spawn("t", [&] { EXPECT_TRUE(gate.wait()); });
    auto joiners = TestFixture::spawn_many(runtime, 3, [&] {
      task->join();
      ++*joined.lock();
    });
    EXPECT_EQ(*joined.lock(), 0);
    gate.open();
    joiners.clear();
    EXPECT_EQ(*joined.lock(), 3);
  });
}

TYPED_TEST_P(RuntimeContract, DestroyingATaskJoinsIt) {
  this->in_task([](Runtime& runtime) {
    bool ended = false;
    {
      const auto task = runtime.spawn("t", [&] {
        runtime.sleep_until(runtime.now() + short_while);
        ended = true;
      });
    }
    EXPECT_TRUE(ended);
  });
}

TYPED_TEST_P(RuntimeContract, TasksSpawnTasks) {
  this->in_task([](Runtime& runtime) {
    Guarded<int> leaves(runtime, "leaves", 0);
    const std::function<void(int)> grow = [&](int depth) {
      if (depth == 0) {
        ++*leaves.lock();
        return;
      }
      const auto left = runtime.spawn("left", [&] { grow(depth - 1); });
      const auto right = runtime.spawn("right", [&] { grow(depth - 1); });
    };
    grow(4);
    EXPECT_EQ(*leaves.lock(), 16);
  });
}

TYPED_TEST_P(RuntimeContract, AWaitInsideACatchBlockWakesToItsOwnException) {
  this->in_task([](Runtime& runtime) {
    const auto handle = [&](const std::string& what, Duration first, Duration then) {
      try {
        runtime.sleep_until(runtime.now() + first);
        throw std::runtime_error(what);
      } catch (const std::runtime_error& error) {
        runtime.sleep_until(runtime.now() + then);
        EXPECT_EQ(error.what(), what);
        try {
          throw;
        } catch (const std::exception& again) {
          EXPECT_EQ(&again, &error);
        }
      }
      EXPECT_EQ(std::current_exception(), nullptr);
    };
    // The second is caught after the first, and handled before it.
    const auto one = runtime.spawn("one", [&] { handle("one", 0ms, short_while); });
    const auto two = runtime.spawn("two", [&] { handle("two", 0ms, short_while / 2); });
  });
}

TYPED_TEST_P(RuntimeContract, GuardedDataIsNeverTouchedByTwo) {
  this->in_task([](Runtime& runtime) {
    constexpr int times = 200;
    Guarded<std::vector<int>> seen(runtime, "seen");
    auto tasks = TestFixture::spawn_many(runtime, 5, [&] {
      for (int i = 0; i < times; ++i) {
        auto access = seen.lock();
        access->push_back(static_cast<int>(access->size()));
      }
    });
    tasks.clear();
    auto all = seen.lock();
    ASSERT_EQ(all->size(), 5U * times);
    for (int i = 0; i < 5 * times; ++i) EXPECT_EQ((*all)[static_cast<std::size_t>(i)], i);
  });
}

REGISTER_TYPED_TEST_SUITE_P(
    RuntimeContract, SleepIsNeverShort, SleepUntilAnInstantThatHasPassedReturns,
    CalendarCountsFrom1970, CheckpointReturnsInATaskAndOutside, RandomBitsDiffer,
    TicketChangesWithEachNotifyAlone, NotifyBetweenTicketAndWaitIsNotLost,
    NotifyBeforeTheTicketDoesNotCount, WaitReturnsFalseAtItsDeadlineAndNotBefore,
    NotifyWakesAWaitingTask, NotifyWakesEveryTaskThatWaits,
    NotifyOfOneSignalDoesNotEndTheWaitForAnother, NoWakeUpIsLostInManyRounds,
    WhoWasWokenMayDestroyTheSignal, JoinWaitsForTheBodyAndForWhatItCaptured, SeveralTasksMayJoinOne,
    DestroyingATaskJoinsIt, TasksSpawnTasks, AWaitInsideACatchBlockWakesToItsOwnException,
    GuardedDataIsNeverTouchedByTwo);

}  // namespace castaway::testing
