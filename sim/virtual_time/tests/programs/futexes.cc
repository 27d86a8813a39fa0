// Futexes by system calls: wakes that count, move waiters, and change a second word.

#include <thread>
#include <vector>

#include <linux/futex.h>
#include <sys/syscall.h>

#include "observe.h"

using namespace observe;

namespace {

std::uint32_t one = 0, other = 0;

long futex(std::uint32_t* word, int operation, std::uint32_t value, const void* time = nullptr,
           std::uint32_t* second = nullptr, std::uint32_t last = 0) {
  return syscall(SYS_futex, word, operation, value, time, second, last);
}

/// Threads that wait, and say so when they are woken.
class Waiters {
 public:
  Waiters(int count, const char* name, std::uint32_t* word) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([i, name, word] {
        const std::uint32_t value = __atomic_load_n(word, __ATOMIC_SEQ_CST);
        const long result = futex(word, FUTEX_WAIT_PRIVATE, value);
        say("%s %d: %s", name, i, outcome(result).c_str());
      });
    }
    sleep_for(1);
  }
  ~Waiters() {
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::vector<std::thread> threads_;
};

void waits() {
  const timespec time = seconds(3);
  say("wait: %s", outcome(futex(&one, FUTEX_WAIT_PRIVATE, 0, &time)).c_str());
  say("another value: %s", outcome(futex(&one, FUTEX_WAIT_PRIVATE, 1, &time)).c_str());
  timespec until = from_now(CLOCK_MONOTONIC, 3);
  say("bitset: %s",
      outcome(futex(&one, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, nullptr, FUTEX_BITSET_MATCH_ANY))
          .c_str());
  until = from_now(CLOCK_REALTIME, 3);
  say("bitset, real: %s", outcome(futex(&one, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0,
                                        &until, nullptr, FUTEX_BITSET_MATCH_ANY))
                              .c_str());
  say("no bits: %s",
      outcome(futex(&one, FUTEX_WAIT_BITSET_PRIVATE, 0, nullptr, nullptr, 0)).c_str());
  say("nobody to wake: %s", outcome(futex(&one, FUTEX_WAKE_PRIVATE, 1)).c_str());
}

void wakes() {
  {
    const Waiters waiters(3, "waiter", &one);
    say("wakes %ld", futex(&one, FUTEX_WAKE_PRIVATE, 2));
    sleep_for(1);
    say("wakes %ld", futex(&one, FUTEX_WAKE_PRIVATE, 2));
  }
  {
    const Waiters waiters(1, "of one", &one);
    const Waiters others(1, "of the other", &other);
    // Sets the other word to 5, and wakes there, too, since it was 0.
    const std::uint32_t set_to_5 = FUTEX_OP(FUTEX_OP_SET, 5, FUTEX_OP_CMP_EQ, 0);
    say("wakes %ld", syscall(SYS_futex, &one, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, set_to_5));
    say("the other is %u", other);
  }
  {
    const Waiters waiters(3, "waiter", &one);
    say("requeue, another value: %s",
        outcome(syscall(SYS_futex, &one, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &other, 9)).c_str());
    say("requeue: %ld", syscall(SYS_futex, &one, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &other, 0));
    sleep_for(1);
    say("wakes %ld of the other", futex(&other, FUTEX_WAKE_PRIVATE, 9));
    sleep_for(1);
    say("wakes %ld", futex(&one, FUTEX_WAKE_PRIVATE, 9));
  }
}

struct Element {
  std::uint64_t value;
  std::uint64_t address;
  std::uint32_t flags;
  std::uint32_t reserved;
};

long wait_for_any(std::uint32_t value_of_one, std::uint32_t value_of_other, double time) {
  constexpr std::uint32_t size_32 = 2, is_private = 128;
  const Element elements[] = {
      {value_of_one, reinterpret_cast<std::uint64_t>(&one), size_32 | is_private, 0},
      {value_of_other, reinterpret_cast<std::uint64_t>(&other), size_32 | is_private, 0}};
  const timespec until = from_now(CLOCK_MONOTONIC, time);
  constexpr long futex_waitv = 449;
  return syscall(futex_waitv, elements, 2, 0, &until, CLOCK_MONOTONIC);
}

void of_several() {
  one = other = 0;
  say("of several: %s", outcome(wait_for_any(0, 0, 2)).c_str());
  say("another value: %s", outcome(wait_for_any(0, 1, 2)).c_str());
  std::thread changes([] {
    sleep_for(1);
    __atomic_store_n(&other, 1, __ATOMIC_SEQ_CST);
    say("wakes %ld", futex(&other, FUTEX_WAKE_PRIVATE, 1));
  });
  say("of several: %s", outcome(wait_for_any(0, 0, 5)).c_str());
  changes.join();
  // A wake ends it though no word has changed.
  std::thread wakes([] {
    sleep_for(1);
    say("wakes %ld", futex(&one, FUTEX_WAKE_PRIVATE, 1));
  });
  say("of several: %s", outcome(wait_for_any(0, 1, 5)).c_str());
  wakes.join();
}

}  // namespace

int main() {
  waits();
  wakes();
  of_several();
}
