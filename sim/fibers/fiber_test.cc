#include "fiber.h"

#include <cerrno>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;

constexpr std::size_t stack_bytes = 64 * 1024;

/// A fiber whose function is told which fiber it runs on.
struct TestFiber {
  explicit TestFiber(std::function<void(Fiber&)> body, std::size_t bytes = stack_bytes)
      : fiber(bytes, [this, body = std::move(body)] { body(fiber); }) {}
  void finish() {
    while (!fiber.ended()) fiber.resume();
  }

  Fiber fiber;
};

TEST(Fiber, StopsInTheMiddleAndGoesOn) {
  std::vector<std::string> log;
  TestFiber test([&](Fiber& self) {
    log.push_back("begins");
    self.suspend();
    log.push_back("goes on");
  });
  EXPECT_TRUE(log.empty());
  test.fiber.resume();
  log.push_back("meanwhile");
  EXPECT_FALSE(test.fiber.ended());
  test.fiber.resume();
  EXPECT_TRUE(test.fiber.ended());
  EXPECT_THAT(log, ElementsAre("begins", "meanwhile", "goes on"));
}

TEST(Fiber, NeedNotBegin) {
  bool ran = false;
  {
    TestFiber test([&](Fiber&) { ran = true; });
  }
  EXPECT_FALSE(ran);
}

TEST(Fiber, NestsInAnother) {
  std::vector<std::string> log;
  TestFiber inner([&](Fiber& self) {
    log.push_back("inner begins");
    self.suspend();
    log.push_back("inner ends");
  });
  TestFiber outer([&](Fiber& self) {
    inner.fiber.resume();
    log.push_back("outer");
    self.suspend();
    inner.fiber.resume();
    log.push_back("outer ends");
  });
  outer.fiber.resume();
  log.push_back("test");
  outer.fiber.resume();
  EXPECT_THAT(log, ElementsAre("inner begins", "outer", "test", "inner ends", "outer ends"));
}

TEST(Fiber, IsResumedByWhomeverItLikes) {
  int steps = 0;
  TestFiber walker([&](Fiber& self) {
    for (; steps < 4; ++steps) self.suspend();
  });
  walker.fiber.resume();
  TestFiber one([&](Fiber&) { walker.fiber.resume(); });
  one.finish();
  walker.fiber.resume();
  TestFiber two([&](Fiber&) { walker.finish(); });
  two.finish();
  EXPECT_EQ(steps, 4);
}

TEST(Fiber, WakesInACatchBlockToItsOwnException) {
  const auto handle = [](const std::string& what) {
    return [what](Fiber& self) {
      try {
        throw std::runtime_error(what);
      } catch (const std::exception& error) {
        self.suspend();
        EXPECT_EQ(error.what(), what);
        try {
          throw;
        } catch (const std::exception& again) {
          EXPECT_EQ(&again, &error);
        }
      }
      EXPECT_EQ(std::current_exception(), nullptr);
    };
  };
  TestFiber one(handle("one")), two(handle("two"));
  one.fiber.resume();
  two.fiber.resume();
  EXPECT_EQ(std::current_exception(), nullptr);
  one.finish();  // in the order in which they were caught, which a single stack of exceptions
                 // cannot do
  two.finish();
}

TEST(Fiber, KeepsNestedHandlersApart) {
  const auto handle = [](const std::string& what) {
    return [what](Fiber& self) {
      try {
        throw std::runtime_error(what + " outer");
      } catch (const std::exception& outer) {
        self.suspend();
        try {
          self.suspend();
          throw std::logic_error(what + " inner");
        } catch (const std::exception& inner) {
          self.suspend();
          EXPECT_EQ(inner.what(), what + " inner");
        }
        self.suspend();
        EXPECT_EQ(outer.what(), what + " outer");
        EXPECT_THROW(throw, std::runtime_error);
      }
    };
  };
  TestFiber one(handle("one")), two(handle("two")), three(handle("three"));
  // Out of step, so that each finds the others at every stage.
  one.fiber.resume();
  one.fiber.resume();
  two.fiber.resume();
  for (TestFiber* test : {&one, &three, &two, &three, &one, &three, &two, &one, &two, &three}) {
    if (!test->fiber.ended()) test->fiber.resume();
  }
  for (TestFiber* test : {&two, &three, &one}) test->finish();
}

/// What std::uncaught_exceptions() says when this is destroyed, before and after a stop.
struct StopsWhenDestroyed {
  ~StopsWhenDestroyed() {
    seen.push_back(std::uncaught_exceptions());
    self.suspend();
    seen.push_back(std::uncaught_exceptions());
  }
  Fiber& self;
  std::vector<int>& seen;
};

TEST(Fiber, CountsItsOwnUncaughtExceptions) {
  std::vector<int> seen;
  TestFiber thrower([&](Fiber& self) {
    try {
      const StopsWhenDestroyed stops{self, seen};
      throw std::runtime_error("on its way");
    } catch (const std::runtime_error&) {
      seen.push_back(std::uncaught_exceptions());
    }
  });
  thrower.fiber.resume();
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  TestFiber other([&](Fiber&) {
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    EXPECT_THROW(throw std::logic_error("meanwhile"), std::logic_error);
  });
  other.finish();
  thrower.finish();
  EXPECT_THAT(seen, ElementsAre(1, 1, 0));
}

TEST(Fiber, BeginsWithoutTheExceptionsOfItsResumer) {
  try {
    throw std::runtime_error("ours");
  } catch (const std::runtime_error& ours) {
    TestFiber test([](Fiber&) { EXPECT_EQ(std::current_exception(), nullptr); });
    test.finish();
    EXPECT_STREQ(ours.what(), "ours");
    EXPECT_NE(std::current_exception(), nullptr);
  }
}

TEST(Fiber, HasAnErrnoOfItsOwn) {
  errno = EINTR;
  TestFiber test([](Fiber& self) {
    EXPECT_EQ(errno, 0);
    errno = ENOENT;
    self.suspend();
    EXPECT_EQ(errno, ENOENT);
  });
  test.fiber.resume();
  EXPECT_EQ(errno, EINTR);
  errno = EAGAIN;
  test.fiber.resume();
  EXPECT_EQ(errno, EAGAIN);
}

TEST(Fiber, TakesAStackThatWasUsedBefore) {
  // A size that no other test uses, so that the pool begins empty.
  constexpr std::size_t own_size = 7 * 16 * 1024;
  std::set<void*> stacks;
  for (int i = 0; i < 100; ++i) {
    TestFiber test([&](Fiber&) { stacks.insert(__builtin_frame_address(0)); }, own_size);
    test.finish();
  }
  EXPECT_EQ(stacks.size(), 1U);
}

TEST(Fiber, UsesAllOfAStackThatWasUsedBefore) {
  const auto fill = [](Fiber& self) {
    char space[stack_bytes / 2];
    for (char& c : space) c = 'x';
    self.suspend();
    for (const char& c : space) ASSERT_EQ(c, 'x');
  };
  for (int i = 0; i < 5; ++i) {
    TestFiber one(fill), two(fill);
    one.fiber.resume();
    two.fiber.resume();
    one.finish();
    two.finish();
  }
}

/// Uses more and more stack, until it is `bytes` away from `top`.
int use_stack(const char* top, std::size_t bytes) {
  volatile char frame[512] = {};
  const auto used = static_cast<std::size_t>(top - static_cast<char*>(__builtin_frame_address(0)));
  return used > bytes ? 0 : use_stack(top, bytes) + frame[used % sizeof frame];
}

TEST(FiberDeathTest, DiesOfAnOverflowInsteadOfWritingOverItsNeighbour) {
  TestFiber neighbour([](Fiber& self) { self.suspend(); });
  neighbour.fiber.resume();
  const auto use = [](std::size_t more) {
    TestFiber test([more](Fiber& self) {
      use_stack(static_cast<char*>(__builtin_frame_address(0)), self.stack_bytes() + more);
    });
    test.finish();
  };
  use(std::size_t{0} - 16 * 1024);
  EXPECT_DEATH(use(16 * 1024), "");
  neighbour.finish();
}

TEST(FiberDeathTest, DiesWhenItIsDestroyedInTheMiddle) {
  EXPECT_DEATH(
      {
        TestFiber test([](Fiber& self) { self.suspend(); });
        test.fiber.resume();
      },
      "a fiber was destroyed in the middle of its function");
}

}  // namespace
}  // namespace castaway::sim
