// Stops: a child that SIGSTOP holds does nothing, but its deadlines come all the same.

#include <thread>

#include "observe.h"

using namespace observe;

namespace {

void stops() {
  const pid_t other = child([] {
    for (int i = 0; i < 5; ++i) {
      sleep_for(1);
      say("tick");
    }
    return 0;
  });
  sleep_for(1.5);
  kill(other, SIGSTOP);
  say("SIGSTOP: %s", wait_for(other, WUNTRACED).c_str());
  sleep_for(10);
  kill(other, SIGCONT);
  say("SIGCONT: %s", wait_for(other, WCONTINUED).c_str());
  say("child: %s", wait_for(other).c_str());
}

}  // namespace

int main() { stops(); }
