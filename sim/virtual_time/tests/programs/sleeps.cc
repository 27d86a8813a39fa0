// Sleeps: relative and absolute, on several clocks, with signals in between.

#include "observe.h"

using namespace observe;

namespace {

void say_remaining(const char* what, const std::string& result, const timespec& left) {
  say("%s: %s, %.6f s left", what, result.c_str(), count_of(left));
}

void sleep_absolutely(const char* what, clockid_t clock, double more) {
  const timespec until = from_now(clock, more);
  say("%s: %s", what, error(clock_nanosleep(clock, TIMER_ABSTIME, &until, nullptr)).c_str());
}

void sleeps() {
  timespec time = seconds(1.5);
  say("nanosleep: %s", outcome(nanosleep(&time, nullptr)).c_str());
  time = seconds(7200);
  say("clock_nanosleep: %s", error(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr)).c_str());
  sleep_absolutely("until, monotonic", CLOCK_MONOTONIC, 10);
  sleep_absolutely("until, real", CLOCK_REALTIME, 10);
  sleep_absolutely("until, boottime", CLOCK_BOOTTIME, 10);
  sleep_absolutely("until, TAI", CLOCK_TAI, 10);
  sleep_absolutely("until, past", CLOCK_MONOTONIC, -10);
  time = {0, 0};
  say("no time: %s", outcome(nanosleep(&time, nullptr)).c_str());
  usleep(250000);
  say("usleep");
}

void interrupted() {
  on(SIGALRM, say_signal);
  alarm(3);
  timespec time = seconds(10), left = {77, 0};
  say_remaining("nanosleep", outcome(nanosleep(&time, &left)), left);
  alarm(3);
  left = {77, 0};
  say_remaining("clock_nanosleep", error(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &left)), left);
  alarm(3);
  left = {77, 0};
  const timespec until = from_now(CLOCK_REALTIME, 10);
  say_remaining("absolute", error(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, &left)),
                left);
  alarm(3);
  say("sleep: %u", sleep(10));
  // Where the handler restarts calls, a sleep ends all the same.
  on(SIGALRM, say_signal, SA_RESTART);
  alarm(3);
  left = {77, 0};
  say_remaining("with SA_RESTART", outcome(nanosleep(&time, &left)), left);
  // A signal that is ignored does not end one.
  signal(SIGALRM, SIG_IGN);
  alarm(3);
  say("ignored: %s", outcome(nanosleep(&time, nullptr)).c_str());
  // Nor one that is blocked.
  on(SIGALRM, say_signal);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  alarm(3);
  say("blocked: %s", outcome(nanosleep(&time, nullptr)).c_str());
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

void wrong() {
  timespec time = {0, 1'000'000'000};
  say("too many nanoseconds: %s", outcome(nanosleep(&time, nullptr)).c_str());
  time = {-1, 0};
  say("negative: %s", outcome(nanosleep(&time, nullptr)).c_str());
  time = {0, 0};
  say("no such clock: %s", error(clock_nanosleep(77, 0, &time, nullptr)).c_str());
  say("a thread's CPU time: %s",
      error(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &time, nullptr)).c_str());
}

}  // namespace

int main() {
  sleeps();
  interrupted();
  wrong();
}
