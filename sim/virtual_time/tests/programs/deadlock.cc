// Deadlock: three threads, each of which waits for another.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "observe.h"

int main() {
  int ends[2];
  // A number that is the same whatever is open already.
  constexpr int descriptor = 50;
  if (pipe(ends) != 0 || dup2(ends[0], descriptor) < 0) return 1;
  std::thread reader([] {
    char byte = 0;
    if (read(descriptor, &byte, 1) < 0) observe::say("no byte");
  });
  std::thread waiter([] {
    std::mutex mutex;
    std::condition_variable condition;
    std::unique_lock lock(mutex);
    observe::sleep_for(1);
    condition.wait(lock);
  });
  reader.join();
  waiter.join();
}
