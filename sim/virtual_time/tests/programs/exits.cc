// Processes and threads that end after so many calls, while others could run: at some of these ends
// it would be another one's turn.

#include <thread>

#include <sched.h>

#include "observe.h"

using namespace observe;

namespace {

constexpr int more_than_a_turn = 140;

void make_calls(int count) {
  cpu_set_t set;
  for (int i = 0; i < count; ++i) sched_getaffinity(0, sizeof set, &set);
}

}  // namespace

int main() {
  int ended = 0;
  for (int calls = 0; calls < more_than_a_turn; ++calls) {
    const pid_t other = child([calls] {
      make_calls(calls);
      return 3;
    });
    make_calls(more_than_a_turn);
    ended += wait_for(other) == "exit 3" ? 1 : 0;
  }
  say("%d processes have ended", ended);
  for (int calls = 0; calls < more_than_a_turn; ++calls) {
    std::thread other(make_calls, calls);
    make_calls(more_than_a_turn);
    other.join();
  }
  say("so have the threads");
}
