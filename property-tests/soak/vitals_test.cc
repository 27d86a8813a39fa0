#include "vitals.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "castaway/thread_runtime.h"

namespace castaway::soak {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Vitals, SeeADescriptorAThreadAndMemory) {
  const Vitals before = vitals();
  const int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const std::vector<char> memory(std::size_t{64} << 20, 'x');
  // A compiler may leave out memory that nobody reads.
  static const char* volatile kept = nullptr;
  kept = memory.data();
  Vitals during;
  ThreadRuntime runtime;
  runtime.spawn("task", [&] { during = vitals(); })->join();
  close(descriptor);
  EXPECT_EQ(during.fds, before.fds + 1);
  EXPECT_EQ(during.threads, before.threads + 1);
  EXPECT_GT(during.rss_kib, before.rss_kib + 60 * 1024);
  EXPECT_EQ(kept, memory.data());
}

TEST(Leaks, AreWhatGrewBeyondItsBound) {
  const Vitals first{.rss_kib = 20'000, .fds = 30, .threads = 40};
  EXPECT_THAT(leaks(first, {.rss_kib = 28'192, .fds = 30, .threads = 40}), IsEmpty());
  EXPECT_THAT(leaks(first, {.rss_kib = 100, .fds = 3, .threads = 4}), IsEmpty());
  EXPECT_THAT(leaks(first, {.rss_kib = 20'000, .fds = 31, .threads = 41}),
              ElementsAre("file descriptors grew from 30 to 31", "threads grew from 40 to 41"));
}

TEST(Leaks, OfMemoryAreSeenWhereNoSanitizerKeepsIt) {
  const Vitals first{.rss_kib = 20'000, .remembered_ids = 1'000};
  EXPECT_THAT(leaks(first, {.rss_kib = 28'416, .remembered_ids = 2'024}), IsEmpty());
  const auto found = leaks(first, {.rss_kib = 28'417, .remembered_ids = 2'024});
  if (rss_means_something()) {
    EXPECT_THAT(found, ElementsAre("memory grew from 20000 to 28417 KiB: more than 8416 KiB is "
                                   "a leak"));
  } else {
    EXPECT_THAT(found, IsEmpty());
  }
}

TEST(Vitals, AreALineForPeople) {
  EXPECT_EQ(to_string(Vitals{.rss_kib = 34'918, .fds = 30, .threads = 41}),
            "34.1 MiB, 30 descriptors, 41 threads");
}

}  // namespace
}  // namespace castaway::soak
