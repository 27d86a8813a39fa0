// What a program may learn of the machine: nothing that differs from run to run.

#include <cerrno>

#include <sys/syscall.h>
#include <sys/sysinfo.h>

#include "call.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

void sched_yield(const Call& call) {
  call.is_idle();
  call.answer(0);
  call.makes_way();
}

/// One processor, with number 0: all threads run on one.
void sched_getaffinity(const Call& call) {
  const std::uint64_t mask = 1;
  if (call.argument(1) < sizeof mask) return call.answer(-EINVAL);
  call.answer(call.memory().put(call.argument(2), mask) ? static_cast<long>(sizeof mask) : -EFAULT);
}

void sched_setaffinity(const Call& call) { call.answer(0); }

void getcpu(const Call& call) {
  for (const int index : {0, 1}) {
    if (call.argument(index) != 0 && !call.memory().put(call.argument(index), 0U))
      return call.answer(-EFAULT);
  }
  call.answer(0);
}

void sysinfo(const Call& call) {
  constexpr unsigned long memory = 8UL << 30;
  struct sysinfo info {};
  info.uptime = *call.world().clock.reading(CLOCK_BOOTTIME) / 1s;
  info.totalram = memory;
  info.freeram = memory / 2;
  info.procs = static_cast<unsigned short>(call.world().threads().size());
  info.mem_unit = 1;
  call.answer(call.memory().put(call.argument(0), info) ? 0 : -EFAULT);
}

constexpr Traced calls[] = {
    {SYS_sched_yield, "sched_yield", sched_yield},
    {SYS_sched_getaffinity, "sched_getaffinity", sched_getaffinity},
    {SYS_sched_setaffinity, "sched_setaffinity", sched_setaffinity},
    {SYS_getcpu, "getcpu", getcpu},
    {SYS_sysinfo, "sysinfo", sysinfo},
};

}  // namespace

std::span<const Traced> machine_calls() { return calls; }

}  // namespace castaway::virtual_time
