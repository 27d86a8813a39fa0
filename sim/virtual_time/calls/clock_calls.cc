// Clocks and sleeps.

#include <cerrno>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

#include "call.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// What a process has for CPU time: a microsecond for each system call, which is no chance.
Time cpu_time(const Process& process) { return std::chrono::microseconds(process.calls); }

/// CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, and those of other processes and threads,
/// which are negative.
bool is_cpu_clock(int clock_id) {
  return clock_id == CLOCK_PROCESS_CPUTIME_ID || clock_id == CLOCK_THREAD_CPUTIME_ID ||
         (clock_id < 0 && (clock_id & 7) != 3);
}

std::optional<Time> reading(const Call& call, int clock_id) {
  if (is_cpu_clock(clock_id)) return cpu_time(call.process());
  return call.world().clock.reading(clock_id);
}

void clock_gettime(const Call& call) {
  const int clock_id = static_cast<int>(call.argument(0));
  const std::optional<Time> now = reading(call, clock_id);
  if (!now) {
    // A clock of a device; or there is no such clock, and the kernel says so.
    if (clock_id < 0) call.world().report.doubt(Doubt::clock, "the clock of a device");
    return;
  }
  call.is_idle();
  call.answer(call.memory().put(call.argument(1), timespec_of(*now)) ? 0 : -EFAULT);
}

void gettimeofday(const Call& call) {
  call.is_idle();
  const Time now = *call.world().clock.reading(CLOCK_REALTIME);
  bool written = true;
  if (call.argument(0) != 0) written = call.memory().put(call.argument(0), timeval_of(now));
  const struct timezone none {};
  if (call.argument(1) != 0) written = written && call.memory().put(call.argument(1), none);
  call.answer(written ? 0 : -EFAULT);
}

void time(const Call& call) {
  call.is_idle();
  const std::time_t now = *call.world().clock.reading(CLOCK_REALTIME) / 1s;
  if (call.argument(0) != 0 && !call.memory().put(call.argument(0), now))
    return call.answer(-EFAULT);
  call.answer(now);
}

void times(const Call& call) {
  const Time tick = Time(1s) / sysconf(_SC_CLK_TCK);
  const auto cpu = static_cast<clock_t>(cpu_time(call.process()) / tick);
  if (call.argument(0) != 0 &&
      !call.memory().put(call.argument(0),
                         tms{.tms_utime = cpu, .tms_stime = 0, .tms_cutime = 0, .tms_cstime = 0}))
    return call.answer(-EFAULT);
  call.answer(*call.world().clock.reading(CLOCK_BOOTTIME) / tick);
}

void getrusage(const Call& call) {
  constexpr long max_resident_kib = 65536;
  rusage usage{};
  usage.ru_utime = timeval_of(cpu_time(call.process()));
  usage.ru_maxrss = max_resident_kib;
  const int who = static_cast<int>(call.argument(0));
  if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
    return call.answer(-EINVAL);
  call.answer(call.memory().put(call.argument(1), usage) ? 0 : -EFAULT);
}

/// Nothing may set a clock that all the world shares.
void settime(const Call& call) { call.answer(-EPERM); }

void sleep(const Call& call, Time deadline, Address remaining) {
  call.wait({.what = "sleep",
             .deadline = deadline,
             .due = [call] { call.answer(0); },
             .interrupted =
                 [call, deadline, remaining] {
                   const Time left = std::max(deadline - call.world().clock.now(), Time::zero());
                   if (remaining != 0 && !call.memory().put(remaining, timespec_of(left)))
                     return call.answer(-EFAULT);
                   call.answer(-EINTR);
                 }});
}

bool is_valid(const timespec& spec) {
  return spec.tv_sec >= 0 && spec.tv_nsec >= 0 && spec.tv_nsec < 1'000'000'000;
}

void nanosleep(const Call& call) {
  const auto request = call.memory().get<timespec>(call.argument(0));
  if (!request) return call.answer(-EFAULT);
  if (!is_valid(*request)) return call.answer(-EINVAL);
  sleep(call, after(call.world().clock.now(), time_of(*request)), call.argument(1));
}

void clock_nanosleep(const Call& call) {
  const int clock_id = static_cast<int>(call.argument(0));
  const auto request = call.memory().get<timespec>(call.argument(2));
  if (!request) return call.answer(-EFAULT);
  if (!is_valid(*request)) return call.answer(-EINVAL);
  if (clock_id == CLOCK_THREAD_CPUTIME_ID) return call.answer(-EINVAL);
  const Clock& clock = call.world().clock;
  if (!clock.reading(clock_id)) {
    if (is_cpu_clock(clock_id))
      call.world().report.doubt(Doubt::clock, "a sleep until so much CPU time is spent");
    return;
  }
  const bool absolute = (call.argument(1) & TIMER_ABSTIME) != 0;
  sleep(call,
        absolute ? clock.when(clock_id, time_of(*request)) : after(clock.now(), time_of(*request)),
        absolute ? 0 : call.argument(3));
}

constexpr Traced calls[] = {
    {SYS_clock_gettime, "clock_gettime", clock_gettime},
    {SYS_gettimeofday, "gettimeofday", gettimeofday},
    {SYS_time, "time", time},
    {SYS_times, "times", times},
    {SYS_getrusage, "getrusage", getrusage},
    {SYS_settimeofday, "settimeofday", settime},
    {SYS_clock_settime, "clock_settime", settime},
    {SYS_clock_adjtime, "clock_adjtime", settime},
    {SYS_adjtimex, "adjtimex", settime},
    {SYS_nanosleep, "nanosleep", nanosleep},
    {SYS_clock_nanosleep, "clock_nanosleep", clock_nanosleep},
};

}  // namespace

std::span<const Traced> clock_calls() { return calls; }

}  // namespace castaway::virtual_time
