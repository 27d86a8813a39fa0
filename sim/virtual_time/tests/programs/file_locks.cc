// Locks of files, between processes: those of flock(2), and those of fcntl(2).

#include <fcntl.h>
#include <sys/file.h>

#include "observe.h"

using namespace observe;

namespace {

std::string path;

int lock(int file, int command, short type) {
  struct flock what {};
  what.l_type = type;
  what.l_whence = SEEK_SET;
  what.l_start = 10;
  what.l_len = 5;
  return fcntl(file, command, &what);
}

/// Children that want the lock while this process has it.
template <class Lock, class Unlock>
void take_turns(const char* what, Lock lock_it, Unlock unlock_it) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT, 0600);
  say("%s: %s", what, outcome(lock_it(file)).c_str());
  pid_t others[3];
  for (int i = 0; i < 3; ++i) {
    others[i] = child([&, i] {
      const int own = open(path.c_str(), O_RDWR);
      say("child %d: %s", i, outcome(lock_it(own)).c_str());
      sleep_for(1);
      // The last one does not unlock it, but ends.
      return i == 2 ? 0 : unlock_it(own);
    });
  }
  sleep_for(5);
  say("unlock: %s", outcome(unlock_it(file)).c_str());
  for (const pid_t other : others) wait_for(other);
  say("again: %s", outcome(lock_it(file)).c_str());
  close(file);
}

void shared() {
  const int file = open(path.c_str(), O_RDWR), other = open(path.c_str(), O_RDWR);
  say("shared: %s", outcome(flock(file, LOCK_SH)).c_str());
  say("shared, too: %s", outcome(flock(other, LOCK_SH)).c_str());
  say("LOCK_NB: %s", outcome(flock(other, LOCK_EX | LOCK_NB)).c_str());
  const pid_t waits = child([file, other] {
    close(file);
    close(other);
    const int own = open(path.c_str(), O_RDWR);
    say("exclusive: %s", outcome(flock(own, LOCK_EX)).c_str());
    return 0;
  });
  sleep_for(1);
  close(other);
  sleep_for(1);
  close(file);
  wait_for(waits);
  on(SIGALRM, say_signal);
  const int third = open(path.c_str(), O_RDWR), fourth = open(path.c_str(), O_RDWR);
  flock(third, LOCK_EX);
  alarm(2);
  say("interrupted: %s", outcome(flock(fourth, LOCK_SH)).c_str());
}

}  // namespace

int main(int, char** words) {
  path = std::string(words[1]) + "/file";
  take_turns(
      "flock", [](int file) { return flock(file, LOCK_EX); },
      [](int file) { return flock(file, LOCK_UN); });
  take_turns(
      "fcntl", [](int file) { return lock(file, F_SETLKW, F_WRLCK); },
      [](int file) { return lock(file, F_SETLKW, F_UNLCK); });
  take_turns(
      "open file description", [](int file) { return lock(file, F_OFD_SETLKW, F_WRLCK); },
      [](int file) { return lock(file, F_OFD_SETLKW, F_UNLCK); });
  shared();
}
