// What ThreadRuntime is asked, asked of FiberRuntime: with checkpoints that only pass, and with
// some that let other tasks in.

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "castaway/sim/fiber_runtime.h"
#include "castaway/testing/mailbox_contract.h"
#include "castaway/testing/runtime_contract.h"

namespace castaway::testing {
namespace {

template <std::uint64_t seed>
struct FiberWorld {
  Runtime& runtime() { return runtime_; }
  void run(const std::function<void()>& body) {
    const auto main = runtime_.spawn("main", body);
    bool ended = false;
    const auto watcher = runtime_.spawn("watcher", [&] {
      main->join();
      ended = true;
    });
    EXPECT_TRUE(runtime_.run([&] { return ended; })) << runtime_.waiting_tasks();
  }

  sim::Scheduler scheduler_;
  sim::Random strategy_{seed};
  sim::Decisions decisions_{strategy_};
  sim::FiberRuntime runtime_{scheduler_, decisions_, {.preempt = {seed == 0 ? 0U : 1U, 3}}};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(FiberRuntime, RuntimeContract, FiberWorld<0>);
INSTANTIATE_TYPED_TEST_SUITE_P(FiberRuntime, MailboxContract, FiberWorld<0>);
INSTANTIATE_TYPED_TEST_SUITE_P(FiberRuntimePreempting1, RuntimeContract, FiberWorld<1>);
INSTANTIATE_TYPED_TEST_SUITE_P(FiberRuntimePreempting1, MailboxContract, FiberWorld<1>);
INSTANTIATE_TYPED_TEST_SUITE_P(FiberRuntimePreempting2, RuntimeContract, FiberWorld<2>);
INSTANTIATE_TYPED_TEST_SUITE_P(FiberRuntimePreempting2, MailboxContract, FiberWorld<2>);

}  // namespace castaway::testing
