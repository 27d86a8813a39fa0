#include "signals.h"

#include <cerrno>
#include <fstream>
#include <set>
#include <string>

#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

constexpr std::uint64_t ignored_by_default =
    bit_of(SIGCHLD) | bit_of(SIGCONT) | bit_of(SIGURG) | bit_of(SIGWINCH);
constexpr std::uint64_t stops_by_default =
    bit_of(SIGTSTP) | bit_of(SIGTTIN) | bit_of(SIGTTOU) | bit_of(SIGSTOP);

constexpr long restart_if_so_installed = -512;  // ERESTARTSYS
constexpr long restart_always = -513;           // ERESTARTNOINTR

/// The kernel begins the call anew when the handler has run, if that was installed so, or in any
/// case; it needs to believe that the call was made.
void restart_by_kernel(const Call& call, long how) {
  Thread& thread = call.thread();
  if (thread.at_exit_stop) {
    thread.registers.orig_rax = static_cast<unsigned long long>(thread.call);
    thread.registers.rax = static_cast<unsigned long long>(how);
    thread.registers_changed = true;
    return;
  }
  call.answer(0);
  call.then([call, how](long) {
    call.thread().registers.orig_rax = static_cast<unsigned long long>(call.thread().call);
    call.answer(how);
  });
}

void interrupt(World& world, Thread& thread) {
  const Call call(world, thread);
  const Wait wait = std::move(thread.wait);
  thread.futexes.clear();
  thread.state = Thread::State::ready;
  if (wait.restarts) {
    restart_by_kernel(call, restart_if_so_installed);
  } else if (wait.interrupted) {
    wait.interrupted();
  } else {
    call.answer(-EINTR);
  }
  if (thread.state == Thread::State::ready) world.make_ready(thread);
}

/// The thread is about to be stopped. Then its call begins anew, and ends when it would have.
void hold(World& world, Thread& thread) {
  const Call call(world, thread);
  thread.held = {
      .call = thread.call, .stack = thread.registers.rsp, .deadline = thread.wait.deadline};
  thread.state = Thread::State::ready;
  restart_by_kernel(call, restart_always);
  world.make_ready(thread);
}

/// It stands where the tracer has stopped it.
bool stands_still(pid_t thread) {
  std::ifstream file("/proc/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(file, line);
  // The name, which may hold anything, ends with the last parenthesis.
  const std::size_t end = line.rfind(')');
  return end != std::string::npos && end + 2 < line.size() && line[end + 2] == 't';
}

std::uint64_t mask_of(const Thread& thread, const SignalState& state) {
  return thread.wait.blocked.value_or(state.blocked);
}

}  // namespace

std::uint64_t SignalState::effective(std::uint64_t pending, std::uint64_t mask) const {
  // A stop is no end of a call: it begins anew afterwards.
  const std::uint64_t nothing = ignored | ((ignored_by_default | stops_by_default) & ~caught);
  return pending & ~mask & ~nothing;
}

std::uint64_t SignalState::stopping(std::uint64_t pending) const {
  return pending & stops_by_default & ~(ignored | caught);
}

SignalState signal_state(pid_t thread) {
  SignalState state;
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  const std::pair<const char*, std::uint64_t*> fields[] = {{"SigPnd:", &state.pending_thread},
                                                           {"ShdPnd:", &state.pending_process},
                                                           {"SigBlk:", &state.blocked},
                                                           {"SigIgn:", &state.ignored},
                                                           {"SigCgt:", &state.caught}};
  for (std::string line; std::getline(status, line);) {
    for (const auto& [key, field] : fields) {
      if (line.starts_with(key)) *field = std::stoull(line.substr(7), nullptr, 16);
    }
  }
  return state;
}

bool interrupt_waits(World& world) {
  bool any = false;
  // A signal for a whole process goes to one of its threads: to one that runs, or else to the one
  // that is the oldest.
  std::set<const Process*> served;
  for (const auto& thread : world.threads()) {
    if (thread->state != Thread::State::ready) continue;
    const SignalState state = signal_state(thread->id);
    if (state.effective(state.pending_process, state.blocked) != 0)
      served.insert(thread->process.get());
  }
  for (const auto& thread : world.threads()) {
    if (thread->state != Thread::State::waiting) continue;
    const SignalState state = signal_state(thread->id);
    const std::uint64_t mask = mask_of(*thread, state);
    if (state.stopping((state.pending_thread | state.pending_process) & ~mask) != 0) {
      hold(world, *thread);
      any = true;
      continue;
    }
    if (thread->call == SYS_rt_sigtimedwait) continue;
    const bool own = state.effective(state.pending_thread, mask) != 0;
    const bool shared = state.effective(state.pending_process, mask) != 0 &&
                        !served.contains(thread->process.get());
    if (!own && !shared) continue;
    if (!own) served.insert(thread->process.get());
    interrupt(world, *thread);
    any = true;
  }
  // What none could take now is looked for again.
  if (!served.empty()) world.note_signal();
  return any;
}

void note_moving(World& world) {
  for (const auto& thread : world.threads()) {
    const bool is_held =
        thread->state == Thread::State::ready || thread->state == Thread::State::waiting;
    const bool is_stopped = thread->state == Thread::State::stopped;
    if ((!is_held && !is_stopped) || stands_still(thread->id)) continue;
    if (is_stopped) {
      thread->continues = true;
    } else {
      thread->process->ending = true;
    }
  }
}

void send_timer_signal(pid_t process, pid_t thread, int signal, std::uint64_t value, int timer) {
  siginfo_t info{};
  info.si_signo = signal;
  info.si_code = SI_TIMER;
  info.si_timerid = timer;
  info.si_value.sival_ptr = pointer_to(value);
  if (thread != 0) {
    syscall(SYS_rt_tgsigqueueinfo, process, thread, signal, &info);
  } else {
    syscall(SYS_rt_sigqueueinfo, process, signal, &info);
  }
}

bool tell_of_timer(World& world, const Thread& thread, siginfo_t& info) {
  if (info.si_code != SI_TIMER) return false;
  if (info.si_timerid == alarm_timer) {
    const int signal = info.si_signo;
    info = {};
    info.si_signo = signal;
    info.si_code = SI_KERNEL;
    return true;
  }
  Timer* const timer = world.timers.find({.process = thread.process->number,
                                          .kind = Timers::Key::Kind::posix,
                                          .id = static_cast<std::uint64_t>(info.si_timerid)});
  if (timer == nullptr) return false;
  timer->is_pending = false;
  timer->overrun = std::exchange(timer->missed, 0);
  info.si_overrun = static_cast<int>(timer->overrun);
  return true;
}

bool is_from_outside(const Thread& thread, const siginfo_t& info) {
  const bool sent = info.si_code == SI_USER || info.si_code == SI_QUEUE || info.si_code == SI_TKILL;
  return sent && info.si_pid == 0 && thread.process->inner_id != thread.process->id;
}

}  // namespace castaway::virtual_time
