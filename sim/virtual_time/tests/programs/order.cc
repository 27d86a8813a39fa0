// Order: four threads that append to one list, with nothing between them that says who is first.

#include <mutex>
#include <thread>
#include <vector>

#include <sched.h>

#include "observe.h"

using namespace observe;

int main() {
  std::mutex mutex;
  std::string order;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int turn = 0; turn < 4; ++turn) {
        {
          const std::lock_guard guard(mutex);
          order += static_cast<char>('a' + i);
        }
        sched_yield();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  say("%s", order.c_str());
}
