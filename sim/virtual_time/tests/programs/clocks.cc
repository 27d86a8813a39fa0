// Clocks: all of them, read through libc, by a system call, and from files.

#include <cmath>
#include <fstream>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>

#include "observe.h"

using namespace observe;

namespace {

void say_clock(const char* name, clockid_t clock) {
  timespec libc{}, raw{};
  const int result = clock_gettime(clock, &libc);
  syscall(SYS_clock_gettime, clock, &raw);
  say("%s: %s, %ld.%09ld%s", name, outcome(result).c_str(), static_cast<long>(libc.tv_sec),
      libc.tv_nsec, count_of(libc) == count_of(raw) ? "" : ", the system call differs");
}

void say_all() {
  say_clock("realtime", CLOCK_REALTIME);
  say_clock("realtime coarse", CLOCK_REALTIME_COARSE);
  say_clock("TAI", CLOCK_TAI);
  say_clock("monotonic", CLOCK_MONOTONIC);
  say_clock("monotonic coarse", CLOCK_MONOTONIC_COARSE);
  say_clock("monotonic raw", CLOCK_MONOTONIC_RAW);
  say_clock("boottime", CLOCK_BOOTTIME);
  say_clock("no clock", 77);
  timeval value{}, raw_value{};
  gettimeofday(&value, nullptr);
  syscall(SYS_gettimeofday, &raw_value, nullptr);
  say("gettimeofday: %ld.%06ld, %ld.%06ld", static_cast<long>(value.tv_sec),
      static_cast<long>(value.tv_usec), static_cast<long>(raw_value.tv_sec),
      static_cast<long>(raw_value.tv_usec));
  time_t stored = 0;
  const time_t returned = time(&stored);
  say("time: %ld, %ld", static_cast<long>(returned), static_cast<long>(stored));
  say("time by a call: %ld", syscall(SYS_time, &stored));
  struct sysinfo info {};
  sysinfo(&info);
  say("sysinfo: up %ld s", info.uptime);
  std::string uptime;
  std::getline(std::ifstream("/proc/uptime"), uptime);
  say("/proc/uptime: %s", uptime.c_str());
}

}  // namespace

int main() {
  say_all();
  tms before{}, after{};
  const clock_t ticks = times(&before);
  timespec cpu_before{}, cpu_after{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_before);
  sleep_for(1000.123456789);
  say_all();
  say("times: %ld ticks later", static_cast<long>(times(&after) - ticks));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_after);
  say("CPU time has grown: %s", count_of(cpu_after) > count_of(cpu_before) ? "yes" : "no");
  rusage usage{};
  say("getrusage: %s", outcome(getrusage(RUSAGE_SELF, &usage)).c_str());
  say("less than a second of it: %s", usage.ru_utime.tv_sec == 0 ? "yes" : "no");
  const timespec setting{};
  say("clock_settime: %s", outcome(clock_settime(CLOCK_REALTIME, &setting)).c_str());
  timespec resolution{};
  clock_getres(CLOCK_MONOTONIC, &resolution);
  say("resolution: %ld ns", resolution.tv_nsec);
}
