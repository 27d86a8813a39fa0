// Signals: sending them, and waiting for them.

#include <cerrno>

#include <poll.h>
#include <sys/syscall.h>

#include "call.h"
#include "signals.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// Whoever waits may be interrupted by it.
void send(const Call& call) {
  call.then([call](long result) {
    if (result == 0) note_moving(call.world());
  });
  call.world().note_signal();
  call.changes_something();
  call.may_yield();
}

void pause(const Call& call) {
  call.wait({.what = "pause"});
  call.world().note_signal();
}

/// The kernel has to be there when the signal comes, for the mask is that of the call.
void sigsuspend(const Call& call) {
  const auto mask = call.memory().get<std::uint64_t>(call.argument(0));
  if (!mask) return;
  call.wait({.what = "sigsuspend", .interrupted = [] {}, .blocked = mask});
  call.world().note_signal();
}

void sigtimedwait(const Call& call) {
  const auto wanted = call.memory().get<std::uint64_t>(call.argument(0));
  if (!wanted) return;
  Time timeout = never;
  if (call.argument(2) != 0) {
    const auto spec = call.memory().get<timespec>(call.argument(2));
    if (!spec) return;
    timeout = time_of(*spec);
  }
  const auto has_come = [call, wanted = *wanted] {
    const SignalState state = signal_state(call.thread().id);
    return ((state.pending_thread | state.pending_process) & wanted) != 0 ||
           state.effective(state.pending_thread | state.pending_process, state.blocked) != 0;
  };
  // The kernel looks for signals of handlers only if there is time; and then it takes none.
  const auto take_it = [call] {
    const Address scratch = call.scratch();
    if (call.memory().put(scratch, timespec{.tv_sec = 1, .tv_nsec = 0})) call.replace(2, scratch);
  };
  call.then([call](long result) {
    auto info = call.memory().get<siginfo_t>(call.argument(1));
    if (result > 0 && info && tell_of_timer(call.world(), call.thread(), *info) &&
        !call.memory().put(call.argument(1), *info))
      call.answer(-EFAULT);
  });
  if (has_come()) return take_it();
  if (timeout == Time::zero()) return;
  call.wait({.what = "sigtimedwait",
             .deadline = after(call.world().clock.now(), timeout),
             .is_over = has_come,
             .over = take_it,
             .due = [call] { call.answer(-EAGAIN); }});
}

/// Its readiness depends on who looks, so the supervisor cannot see it.
void signalfd(const Call& call) {
  call.world().report.doubt(Doubt::unknown_call, call.thread().name() + ": signalfd");
}

constexpr Traced calls[] = {
    {SYS_kill, "kill", send},
    {SYS_tgkill, "tgkill", send},
    {SYS_tkill, "tkill", send},
    {SYS_rt_sigqueueinfo, "rt_sigqueueinfo", send},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", send},
    {SYS_pidfd_send_signal, "pidfd_send_signal", send},
    {SYS_pause, "pause", pause},
    {SYS_rt_sigsuspend, "rt_sigsuspend", sigsuspend},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", sigtimedwait},
    {SYS_signalfd, "signalfd", signalfd},
    {SYS_signalfd4, "signalfd4", signalfd},
};

}  // namespace

std::span<const Traced> signal_calls() { return calls; }

}  // namespace castaway::virtual_time
