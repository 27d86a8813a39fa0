#include "castaway/thread_runtime.h"

#include <functional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <pthread.h>

#include "castaway/testing/mailbox_contract.h"
#include "castaway/testing/runtime_contract.h"

namespace castaway {
namespace {

struct ThreadWorld {
  Runtime& runtime() { return runtime_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
};

TEST(ThreadRuntime, NamesItsThreadsAfterTheirTasks) {
  ThreadRuntime runtime;
  std::string name(16, '\0');
  runtime
      .spawn("a-name-of-eighteen",
             [&] { pthread_getname_np(pthread_self(), name.data(), name.size()); })
      ->join();
  EXPECT_EQ(name.c_str(), std::string("a-name-of-eight"));
}

TEST(ThreadRuntimeDeathTest, AnExceptionThatLeavesATaskEndsTheProgram) {
  EXPECT_DEATH(
      {
        ThreadRuntime runtime;
        runtime.spawn("t", [] { throw std::runtime_error("out of here"); })->join();
      },
      "out of here");
}

}  // namespace

namespace testing {
INSTANTIATE_TYPED_TEST_SUITE_P(ThreadRuntime, RuntimeContract, ThreadWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(ThreadRuntime, MailboxContract, ThreadWorld);
}  // namespace testing
}  // namespace castaway
