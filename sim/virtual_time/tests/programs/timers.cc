// Timers: alarms, intervals, timers of POSIX with their signals and threads, and timers that are
// descriptors.

#include <thread>

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include "observe.h"

using namespace observe;

namespace {

void alarms() {
  on(SIGALRM, say_signal);
  say("alarm: %u", alarm(10));
  sleep_for(2.5);
  say("again: %u", alarm(5));
  pause();
  const itimerval interval{.it_interval = timeval_of(1.5), .it_value = timeval_of(3)};
  itimerval before{};
  setitimer(ITIMER_REAL, &interval, &before);
  for (int i = 0; i < 3; ++i) pause();
  getitimer(ITIMER_REAL, &before);
  say("getitimer: %ld.%06ld, every %ld.%06ld", static_cast<long>(before.it_value.tv_sec),
      static_cast<long>(before.it_value.tv_usec), static_cast<long>(before.it_interval.tv_sec),
      static_cast<long>(before.it_interval.tv_usec));
  const itimerval none{};
  setitimer(ITIMER_REAL, &none, nullptr);
  say("alarm: %u", alarm(0));
  // A child has no alarm of its parent's.
  alarm(2);
  const pid_t other = child([] {
    say("a child's: %u", alarm(0));
    return 0;
  });
  wait_for(other);
  pause();
  // A program keeps that of the one before; nobody catches it there.
  const pid_t sleeps = child([] {
    alarm(2);
    execl("/bin/sleep", "sleep", "60", nullptr);
    return 1;
  });
  say("exec: %s", wait_for(sleeps).c_str());
}

void say_info(int signal, siginfo_t* info, void*) {
  say("signal %d, value %d, overrun %d", signal, info->si_value.sival_int, info->si_overrun);
}

itimerspec setting(double value, double interval = 0) {
  return {.it_interval = seconds(interval), .it_value = seconds(value)};
}

void of_posix() {
  struct sigaction action {};
  action.sa_sigaction = say_info;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR1, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGUSR1;
  event.sigev_value.sival_int = 42;
  timer_t timer;
  say("timer_create: %s", outcome(timer_create(CLOCK_MONOTONIC, &event, &timer)).c_str());
  itimerspec spec = setting(2, 3), before{};
  timer_settime(timer, 0, &spec, &before);
  pause();
  pause();
  timer_gettime(timer, &before);
  say("left: %.6f", count_of(before.it_value));
  // While the signal is blocked, it comes once, and says how often it would have come.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  sleep_for(10);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  say("getoverrun: %d", timer_getoverrun(timer));
  spec = setting(0);
  timer_settime(timer, 0, &spec, nullptr);
  sleep_for(10);
  const timespec until = from_now(CLOCK_REALTIME, 4);
  timer_t real;
  timer_create(CLOCK_REALTIME, &event, &real);
  spec = {.it_interval = {}, .it_value = until};
  timer_settime(real, TIMER_ABSTIME, &spec, nullptr);
  pause();
  say("timer_delete: %s", outcome(timer_delete(real)).c_str());
  say("and again: %s", outcome(timer_delete(real)).c_str());
  timer_delete(timer);
}

void for_a_thread() {
  std::thread other([] {
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGUSR1;
    event.sigev_value.sival_int = 43;
    event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    const itimerspec spec = setting(1);
    timer_settime(timer, 0, &spec, nullptr);
    const timespec time = seconds(10);
    say("in the thread: %s", outcome(nanosleep(&time, nullptr)).c_str());
    timer_delete(timer);
  });
  other.join();
}

void by_a_thread() {
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_value.sival_int = 44;
  event.sigev_notify_function = [](sigval value) { say("by a thread: %d", value.sival_int); };
  timer_t timer;
  say("SIGEV_THREAD: %s", outcome(timer_create(CLOCK_MONOTONIC, &event, &timer)).c_str());
  const itimerspec spec = setting(1, 1);
  timer_settime(timer, 0, &spec, nullptr);
  sleep_for(3.5);
  timer_delete(timer);
  sleep_for(3);
}

std::string expirations(int timer) {
  std::uint64_t count = 0;
  const long result = read(timer, &count, sizeof count);
  return result == 8 ? std::to_string(count) : outcome(result);
}

void descriptors() {
  const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  itimerspec spec = setting(2);
  say("timerfd_settime: %s", outcome(timerfd_settime(timer, 0, &spec, nullptr)).c_str());
  say("once: %s", expirations(timer).c_str());
  spec = setting(1, 2);
  timerfd_settime(timer, 0, &spec, nullptr);
  say("first: %s", expirations(timer).c_str());
  sleep_for(7);
  say("after a while: %s", expirations(timer).c_str());
  itimerspec left{};
  timerfd_gettime(timer, &left);
  say("left: %.6f, every %.6f", count_of(left.it_value), count_of(left.it_interval));
  const int copy = dup(timer);
  close(timer);
  say("by its duplicate: %s", expirations(copy).c_str());
  const pid_t other = child([copy] {
    say("in a child: %s", expirations(copy).c_str());
    return 0;
  });
  wait_for(other);
  spec = {.it_interval = {}, .it_value = from_now(CLOCK_MONOTONIC, 5)};
  timerfd_settime(copy, TFD_TIMER_ABSTIME, &spec, nullptr);
  const int epoll = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, copy, &event);
  say("epoll: %s", outcome(epoll_wait(epoll, &event, 1, -1)).c_str());
  say("absolute: %s", expirations(copy).c_str());
  const int real = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
  say("nonblocking: %s", expirations(real).c_str());
  spec = setting(0);
  timerfd_settime(copy, 0, &spec, nullptr);
  std::thread arms([copy] {
    sleep_for(3);
    const itimerspec later = setting(2);
    timerfd_settime(copy, 0, &later, nullptr);
  });
  say("armed by another: %s", expirations(copy).c_str());
  arms.join();
  spec.it_value.tv_nsec = 1'000'000'000;
  say("no time: %s", outcome(timerfd_settime(copy, 0, &spec, nullptr)).c_str());
}

}  // namespace

int main() {
  alarms();
  of_posix();
  for_a_thread();
  by_a_thread();
  descriptors();
}
