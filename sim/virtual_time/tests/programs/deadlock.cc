// Deadlock: three threads, each of which waits for another.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "observe.h"

int main() {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  std::thread reader([&ends] {
    char byte = 0;
    if (read(ends[0], &byte, 1) < 0) observe::say("no byte");
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
