// Children, and the ends of threads and processes.

#include <cerrno>

#include <sys/syscall.h>
#include <sys/wait.h>

#include "call.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// The thread waits until any thread has ended, and then asks again.
void wait_for_an_end(const Call& call, std::string_view what) {
  World* const world = &call.world();
  call.wait({.what = what,
             .is_over = [world, since = world->ends()] { return world->ends() != since; },
             .over = [call] { call.repeat(); },
             .restarts = true});
}

void wait4(const Call& call) {
  if ((call.argument(2) & WNOHANG) != 0) return call.is_idle();
  call.replace(2, call.argument(2) | WNOHANG);
  call.then([call](long result) {
    if (result == 0) wait_for_an_end(call, "wait4");
  });
}

void waitid(const Call& call) {
  if ((call.argument(3) & WNOHANG) != 0) return call.is_idle();
  const Address info = call.argument(2);
  // The kernel leaves si_signo at 0 when there is no child to speak of.
  Address told = info;
  if (info == 0) {
    told = call.scratch();
    call.replace(2, told);
  }
  if (!call.memory().put(told, siginfo_t{})) return;
  call.replace(3, call.argument(3) | WNOHANG);
  call.then([call, told](long result) {
    const auto found = call.memory().get<siginfo_t>(told);
    if (result == 0 && found && found->si_signo == 0) wait_for_an_end(call, "waitid");
  });
}

void exit(const Call& call) { call.world().note_leaving(call.thread()); }

void exit_group(const Call& call) {
  call.process().ending = true;
  call.world().note_leaving(call.thread());
}

constexpr Traced calls[] = {
    {SYS_wait4, "wait4", wait4},
    {SYS_waitid, "waitid", waitid},
    {SYS_exit, "exit", exit},
    {SYS_exit_group, "exit_group", exit_group},
};

}  // namespace

std::span<const Traced> child_calls() { return calls; }

}  // namespace castaway::virtual_time
