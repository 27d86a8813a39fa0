#include "castaway/claim_store.h"

#include <gtest/gtest.h>

#include "castaway/guarded.h"
#include "castaway/thread_runtime.h"

namespace castaway {
namespace {

TEST(MemoryClaimStore, GrantsEachIdOnce) {
  ThreadRuntime runtime;
  const auto store = make_memory_claim_store(runtime);
  EXPECT_EQ(store->claim("a@t", never), Claim::granted);
  EXPECT_EQ(store->claim("a@t", never), Claim::taken);
  EXPECT_EQ(store->claim("a@t.s", never), Claim::granted) << "in another queue it is another";
}

TEST(MemoryClaimStore, ForgetsTheOldestWhenItIsFull) {
  ThreadRuntime runtime;
  const auto store = make_memory_claim_store(runtime, 1);
  for (const char* id : {"a", "b", "a"}) {
    EXPECT_EQ(store->claim(id, never), Claim::granted);
    store->ended(id, {});
  }
}

TEST(MemoryClaimStore, KeepsWhatRunsAndAllOfTheRestForAsLongAsCopiesMayCome) {
  ThreadRuntime runtime;
  const auto store = make_memory_claim_store(runtime, 10, 0s);
  for (const char* id : {"runs", "ran", "over"}) EXPECT_EQ(store->claim(id, never), Claim::granted);
  store->ended("ran", runtime.now() + 1h);
  store->ended("over", {});
  EXPECT_EQ(store->claim("runs", never), Claim::taken);
  EXPECT_EQ(store->claim("ran", never), Claim::taken);
  EXPECT_EQ(store->claim("over", never), Claim::granted);
}

TEST(MemoryClaimStore, GrantsOnceToManyTasks) {
  ThreadRuntime runtime;
  const auto store = make_memory_claim_store(runtime);
  Guarded<int> granted(runtime, "granted", 0);
  {
    std::vector<std::unique_ptr<Task>> tasks;
    for (int t = 0; t < 4; ++t) {
      tasks.push_back(runtime.spawn("t", [&] {
        for (int i = 0; i < 100; ++i) {
          if (store->claim(std::to_string(i), never) == Claim::granted) ++*granted.lock();
        }
      }));
    }
  }
  EXPECT_EQ(*granted.lock(), 100);
}

}  // namespace
}  // namespace castaway
