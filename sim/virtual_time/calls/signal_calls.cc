// Signals: sending them, and waiting for them.

#include <cerrno>
#include <fstream>

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "signals.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// As the supervisor's kernel numbers it; 0 if that descriptor means no process.
pid_t process_of_pidfd(pid_t owner, int descriptor) {
  std::ifstream info(fmt::format("/proc/{}/fdinfo/{}", owner, descriptor));
  constexpr std::string_view key = "Pid:";
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with(key)) return std::atoi(line.c_str() + key.size());
  }
  return 0;
}

/// Whoever waits may be interrupted by it.
void send(const Call& call) {
  call.world().note_signal();
  call.changes_something();
  call.may_yield();
}

/// SIGKILL ends a process at once, wherever it is: nothing else runs until it has ended.
void send_to(const Call& call, int signal, std::function<bool(const Process&)> is_meant) {
  send(call);
  if (signal != SIGKILL) return;
  call.then([call, is_meant = std::move(is_meant)](long result) {
    if (result != 0) return;
    bool any = false;
    for (const auto& thread : call.world().threads()) {
      if (!is_meant(*thread->process)) continue;
      thread->process->ending = any = true;
    }
    if (any) call.wait({.what = "kill", .is_over = [] { return true; }, .interrupted = [] {}});
  });
}

void send_to_process(const Call& call) {
  send_to(call, call.descriptor(1), [inner_id = call.descriptor(0)](const Process& process) {
    return process.inner_id == inner_id;
  });
}

/// To a process, or a group of them, or all.
void kill(const Call& call) {
  const pid_t whom = call.descriptor(0);
  if (whom > 0) return send_to_process(call);
  const pid_t own = call.process().id;
  send_to(call, call.descriptor(1), [whom, own](const Process& process) {
    if (whom == -1) return process.id != own;
    return whom == 0 ? getpgid(process.id) == getpgid(own) : process.inner_group() == -whom;
  });
}

void tkill(const Call& call) {
  const Thread* const thread = call.world().find_inner(call.descriptor(0));
  send_to(call, call.descriptor(1),
          [id = thread == nullptr ? 0 : thread->process->id](const Process& process) {
            return process.id == id;
          });
}

void tgkill(const Call& call) {
  send_to(call, call.descriptor(2), [inner_id = call.descriptor(0)](const Process& process) {
    return process.inner_id == inner_id;
  });
}

void pidfd_send_signal(const Call& call) {
  const pid_t whom = process_of_pidfd(call.process().id, call.descriptor(0));
  send_to(call, call.descriptor(1), [whom](const Process& process) { return process.id == whom; });
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
  const auto do_not_wait = [call] {
    const Address scratch = call.scratch();
    // With a nanosecond, a handler of another signal makes it EINTR.
    if (call.memory().put(scratch, timespec{.tv_sec = 0, .tv_nsec = 1})) call.replace(2, scratch);
  };
  if (has_come() || timeout == Time::zero()) return do_not_wait();
  call.wait({.what = "sigtimedwait",
             .deadline = after(call.world().clock.now(), timeout),
             .is_over = has_come,
             .over = do_not_wait,
             .due = [call] { call.answer(-EAGAIN); }});
}

/// Its readiness depends on who looks, so the supervisor cannot see it.
void signalfd(const Call& call) {
  call.world().report.doubt(Doubt::unknown_call, call.thread().name() + ": signalfd");
}

constexpr Traced calls[] = {
    {SYS_kill, "kill", kill},
    {SYS_tgkill, "tgkill", tgkill},
    {SYS_tkill, "tkill", tkill},
    {SYS_rt_sigqueueinfo, "rt_sigqueueinfo", send_to_process},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", tgkill},
    {SYS_pidfd_send_signal, "pidfd_send_signal", pidfd_send_signal},
    {SYS_pause, "pause", pause},
    {SYS_rt_sigsuspend, "rt_sigsuspend", sigsuspend},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", sigtimedwait},
    {SYS_signalfd, "signalfd", signalfd},
    {SYS_signalfd4, "signalfd4", signalfd},
};

}  // namespace

std::span<const Traced> signal_calls() { return calls; }

}  // namespace castaway::virtual_time
