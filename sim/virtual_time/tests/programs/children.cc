// Children: forked and spawned ones, programs and scripts, and how their ends are waited for.

#include <fstream>
#include <thread>

#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "observe.h"

using namespace observe;

namespace {

pid_t sleeps(double time, int code) {
  return child([time, code] {
    sleep_for(time);
    return code;
  });
}

void waits() {
  const pid_t first = sleeps(2, 1), second = sleeps(1, 2);
  int status = 0;
  say("WNOHANG: %s", outcome(waitpid(first, &status, WNOHANG)).c_str());
  say("the second: %s", waitpid(-1, &status, 0) == second ? ending(status).c_str() : "no");
  say("the first: %s", wait_for(first).c_str());
  say("no child: %s", outcome(waitpid(-1, &status, 0)).c_str());
  const pid_t third = sleeps(1, 3);
  siginfo_t info{};
  say("waitid, WNOWAIT: %s",
      outcome(waitid(P_PID, static_cast<id_t>(third), &info, WEXITED | WNOWAIT)).c_str());
  say("code %d, status %d", info.si_code, info.si_status);
  say("waitid: %s", outcome(waitid(P_ALL, 0, &info, WEXITED)).c_str());
  const pid_t fourth = sleeps(1.5, 4);
  const int process = static_cast<int>(syscall(SYS_pidfd_open, fourth, 0));
  pollfd one{.fd = process, .events = POLLIN, .revents = 0};
  say("poll of a pidfd: %s", outcome(poll(&one, 1, 1000)).c_str());
  say("poll of a pidfd: %s", outcome(poll(&one, 1, 1000)).c_str());
  say("P_PIDFD: %s", outcome(waitid(P_PIDFD, static_cast<id_t>(process), &info, WEXITED)).c_str());
  say("status %d", info.si_status);
  close(process);
  // The numbers of processes are the same each time.
  say("process %d, its child %d", getpid(), fourth);
}

void programs(const std::string& folder) {
  pid_t other = vfork();
  if (other == 0) {
    execl("/bin/sleep", "sleep", "1.5", nullptr);
    _exit(127);
  }
  say("vfork");
  say("sleep: %s", wait_for(other).c_str());
  char name[] = "sleep", time[] = "2", wrong[] = "wrong";
  char* const words[] = {name, time, nullptr};
  char* const bad_words[] = {name, wrong, nullptr};
  say("posix_spawn: %s",
      error(posix_spawn(&other, "/bin/sleep", nullptr, nullptr, words, environ)).c_str());
  say("sleep: %s", wait_for(other).c_str());
  say("no such program: %s",
      error(posix_spawn(&other, "/no/such", nullptr, nullptr, bad_words, environ)).c_str());
  const std::string script = folder + "/script";
  std::ofstream(script) << "#!/bin/sh\nsleep 3\nexit 9\n";
  chmod(script.c_str(), 0700);
  other = child([&script] {
    execl(script.c_str(), "script", nullptr);
    return 127;
  });
  say("script: %s", wait_for(other).c_str());
  say("system: %s", ending(system("sleep 1; exit 4")).c_str());
  // A program that a second thread becomes: the others are no more.
  other = child([] {
    std::thread([] {
      sleep_for(1);
      execl("/bin/sh", "sh", "-c", "sleep 1; exit 6", nullptr);
    }).detach();
    sleep_for(60);
    return 1;
  });
  say("exec by a thread: %s", wait_for(other).c_str());
}

void threads_end() {
  const pid_t other = child([] {
    std::thread([] {
      sleep_for(3);
      say("the last thread");
    }).detach();
    std::thread([] {
      sleep_for(1);
      say("a thread ends");
    }).detach();
    sleep_for(2);
    pthread_exit(nullptr);
    return 1;
  });
  say("the first thread ended before: %s", wait_for(other).c_str());
  const pid_t joins = child([] {
    const pthread_t first = pthread_self();
    std::thread([first] {
      say("join of the first: %s", error(pthread_join(first, nullptr)).c_str());
      _exit(8);
    }).detach();
    sleep_for(1);
    pthread_exit(nullptr);
    return 1;
  });
  say("joined: %s", wait_for(joins).c_str());
  const pid_t all = child([] {
    std::thread([] { sleep_for(60); }).detach();
    std::thread([] {
      sleep_for(1);
      _exit(7);
    }).detach();
    sleep_for(60);
    return 1;
  });
  say("exit of a thread: %s", wait_for(all).c_str());
}

}  // namespace

int main(int, char** words) {
  waits();
  programs(words[1]);
  threads_end();
}
