#include "supervisor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fmt/format.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "calls/call.h"
#include "calls/calls.h"
#include "calls/signals.h"
#include "tracer.h"

namespace castaway::virtual_time {
namespace {

/// Who sleeps until a time sees that it has come, and a little more: programs that find themselves
/// exactly there go to sleep again for nothing, for ever.
constexpr Time lateness = 1us;

}  // namespace

Supervisor::Supervisor(World& world, Trace& trace, Control* control)
    : world_(world), trace_(trace), control_(control) {
  world_.input_is_expected = control != nullptr;
}

bool Supervisor::start(pid_t process, const std::string& name, bool main) {
  roots_.insert(process);
  if (main) mains_.insert(process);
  has_main_ = has_main_ || main;
  Thread& thread = world_.add_thread(process, world_.add_process(process, nullptr, name));
  thread.state = Thread::State::running;
  running_ = &thread;
  while (running_ != nullptr && interrupting_signal() == 0) {
    int status = 0;
    const pid_t id = waitpid(process, &status, __WALL);
    if (id < 0 && errno != EINTR) return false;
    if (id < 0) continue;
    const bool is_program = WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXEC;
    if (is_program) running_ = nullptr;
    on_event(id, status);
    if (is_program) return true;
  }
  return false;
}

int Supervisor::run() {
  while (!is_over()) step();
  world_.report.virtual_time = world_.clock.now();
  world_.report.trace = trace_.hash();
  if (control_ != nullptr) control_->over(exit_code_);
  return exit_code_;
}

void Supervisor::step() {
  if (running_ != nullptr || some_end()) return wait_for_event();
  if (Thread* const thread = std::exchange(held_, nullptr)) return resume(*thread);
  if (Thread* const next = world_.schedule.take_next()) {
    ++world_.report.switches;
    return resume(*next);
  }
  sweep();
  if (world_.schedule.has_any() || look()) return;
  move_time();
}

void Supervisor::resume(Thread& thread) {
  thread.state = Thread::State::running;
  running_ = &thread;
  watch_ = {.events = events_};
  go_on(thread);
}

void Supervisor::wait_for_event() {
  int status = 0;
  const pid_t id = waitpid(-1, &status, __WALL);
  if (id > 0) return on_event(id, status);
  if (errno == EINTR) return watch_running();
  // No child is left.
  quit_ = true;
}

void Supervisor::sweep() {
  int status = 0;
  for (;;) {
    const pid_t id = waitpid(-1, &status, __WALL | WNOHANG);
    if (id <= 0) return;
    on_event(id, status);
  }
}

void Supervisor::on_event(pid_t id, int status) {
  ++events_;
  if (!WIFSTOPPED(status)) return on_end(id, status);
  Thread* const thread = world_.find(id);
  if (thread == nullptr) {
    early_[id] = status;
    return;
  }
  on_stop(*thread, status);
}

void Supervisor::on_stop(Thread& thread, int status) {
  constexpr int at_end_of_call = SIGTRAP | 0x80;
  const int signal = WSTOPSIG(status);
  thread.continues = false;
  switch (status >> 16) {
    case PTRACE_EVENT_SECCOMP:
      return on_call(thread);
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
      return on_birth(thread, status >> 16);
    case PTRACE_EVENT_EXEC:
      return on_program(thread);
    case PTRACE_EVENT_STOP:
      if (signal == SIGTRAP) {
        // Interrupted by watch_running(), or it goes on after a stop.
        if (watch_.interrupting && running_ == &thread) {
          watch_.interrupting = false;
          running_ = nullptr;
        }
        if (thread.state == Thread::State::stopped) {
          thread.state = Thread::State::ready;
          world_.note_stop();
        }
        return proceed(thread);
      }
      thread.state = Thread::State::stopped;
      world_.note_stop();
      if (running_ == &thread) running_ = nullptr;
      world_.schedule.remove(thread);
      ptrace(PTRACE_LISTEN, thread.id, 0, 0);
      return;
    default:
      if (signal == at_end_of_call) return on_end_of_call(thread);
      return on_signal(thread, signal);
  }
}

void Supervisor::on_call(Thread& thread) {
  load_registers(thread);
  thread.call = static_cast<long>(thread.registers.orig_rax);
  thread.at_exit_stop = false;
  thread.may_yield = thread.makes_way = false;
  ++world_.report.calls;
  ++thread.process->calls;
  trace_.add(world_.clock.now(), thread);
  const unsigned idle = thread.idle;
  const Call call(world_, thread);
  if (const Traced* const traced = traced_call(thread.call)) {
    traced->handle(call);
  } else {
    world_.report.doubt(Doubt::unknown_call, call_name(thread.call));
  }
  // A thread that only looks, again and again, would look for ever: time goes by for it.
  constexpr std::uint64_t many_calls = 100'000;
  constexpr unsigned many_looks = 200;
  if (thread.idle == idle) thread.idle = 0;
  if (const auto reads = world_.clock.take_reads_of_a_spin())
    advance_to(world_.clock.now() + *reads);
  if (thread.idle > many_looks || ++calls_at_this_time_ > many_calls)
    advance_to(world_.clock.now() + 1us);
  proceed(thread);
}

void Supervisor::on_end_of_call(Thread& thread) {
  load_registers(thread);
  const auto result = static_cast<long>(thread.registers.rax);
  if (thread.original) {
    const user_regs_struct now = thread.registers;
    thread.registers = *thread.original;
    thread.registers.rax = now.rax;
    thread.registers.rip = now.rip;
    thread.registers.rcx = now.rcx;
    thread.registers.r11 = now.r11;
    thread.registers_changed = true;
    thread.original.reset();
  }
  thread.at_exit_stop = true;
  if (const auto then = std::exchange(thread.then, {})) then(result);
  proceed(thread);
}

void Supervisor::proceed(Thread& thread) {
  const bool was_running = running_ == &thread;
  if (thread.state == Thread::State::waiting) {
    if (was_running) running_ = nullptr;
    return;
  }
  if (was_running && some_end() && world_.leaving() == nullptr && !thread.process->ending) {
    // It has killed them.
    running_ = nullptr;
    thread.state = Thread::State::ready;
    held_ = &thread;
    return;
  }
  // Nothing else runs until one that is about to end has: it cannot make way.
  const bool ends = world_.leaving() == &thread || thread.process->ending;
  if (was_running && (ends || !gives_way(thread))) return go_on(thread);
  if (was_running) running_ = nullptr;
  world_.make_ready(thread);
}

bool Supervisor::gives_way(Thread& thread) {
  constexpr unsigned slice = 64, weight_of_a_look = 8;
  if (thread.then || thread.original) return false;  // in the middle of a call
  ++thread.slice;
  const bool yields = thread.makes_way || (thread.may_yield && world_.schedule.yields());
  thread.makes_way = thread.may_yield = false;
  if (!yields && thread.slice + thread.idle * weight_of_a_look <= slice) return false;
  // Those whose descriptors are ready have waited long enough.
  thread.slice = 0;
  look();
  return world_.schedule.has_any();
}

bool Supervisor::look() {
  world_.loopback.settle(world_.report);
  bool any = world_.take_signal() && interrupt_waits(world_);
  for (Thread* const thread : world_.waiting()) {
    // One that goes on may have ended what another waits for.
    if (thread->state != Thread::State::waiting || !thread->wait.is_over || !thread->wait.is_over())
      continue;
    const Wait wait = std::move(thread->wait);
    if (wait.for_ == Wait::For::outside_input) world_.note_input(*thread, wait.what);
    thread->state = Thread::State::ready;
    if (wait.over) wait.over();
    if (thread->state == Thread::State::ready) world_.make_ready(*thread);
    any = true;
  }
  return any;
}

Time Supervisor::next_deadline() const {
  Time next = world_.timers.next();
  for (const Thread* const thread : world_.waiting()) {
    if (!thread->process->paused) next = std::min(next, thread->wait.deadline);
  }
  return next;
}

void Supervisor::move_time() {
  note_moving(world_);
  if (some_end()) return;
  // The second look: what was on its way when the first was taken has come by now.
  sched_yield();
  sweep();
  if (world_.schedule.has_any() || look()) {
    ++world_.report.late;
    return;
  }
  const Time next = next_deadline();
  if (wait_outside()) return;
  if (control_ != nullptr) {
    const auto now =
        control_->idle(next == never ? never : std::max(next + lateness, world_.clock.now()),
                       world_.threads().size(),
                       {.step = [this](Time by) { world_.clock.step_real(by); },
                        .pause =
                            [this](unsigned process, bool paused) {
                              bool found = false;
                              for (const auto& thread : world_.threads()) {
                                if (thread->process->number != process) continue;
                                thread->process->paused = paused;
                                found = true;
                              }
                              return found;
                            }});
    if (!now) {
      quit_ = true;
      return;
    }
    world_.note_signal();
    return advance_to(*now);
  }
  if (next == never) {
    tell_deadlock();
    return;
  }
  if (next > world_.settings.limit) {
    advance_to(world_.settings.limit);
    world_.report.out_of_time = true;
    exit_code_ = 124;
    quit_ = true;
    return;
  }
  advance_to(next + lateness);
}

void Supervisor::advance_to(Time time) {
  calls_at_this_time_ = 0;
  if (time > world_.clock.now()) {
    ++world_.report.advances;
    world_.clock.advance_to(time);
  }
  expire_due();
}

void Supervisor::expire_due() {
  const Time now = world_.clock.now();
  world_.timers.expire(now);
  std::vector<Thread*> due = world_.waiting();
  std::erase_if(due, [now](const Thread* thread) {
    return thread->wait.deadline > now || thread->process->paused;
  });
  std::ranges::stable_sort(due, {}, [](const Thread* thread) { return thread->wait.deadline; });
  for (Thread* const thread : due) {
    const Wait wait = std::move(thread->wait);
    thread->state = Thread::State::ready;
    if (wait.due) wait.due();
    if (thread->state == Thread::State::ready) world_.make_ready(*thread);
  }
}

void Supervisor::tell_deadlock() {
  if (world_.take_signal() && interrupt_waits(world_)) return;
  std::vector<std::string>& lines = world_.report.deadlock;
  lines.push_back(fmt::format("deadlock at {:.6f} s: no thread can run, and none waits for a time",
                              std::chrono::duration<double>(world_.clock.now()).count()));
  for (const auto& thread : world_.threads()) {
    std::string for_what;
    if (!thread->futexes.empty()) {
      for_what = fmt::format(" for the word at {:#x}", thread->futexes.front().address);
    } else if (!thread->wait.what.empty()) {
      for_what = fmt::format(" with first argument {}", static_cast<long>(thread->registers.rdi));
    }
    lines.push_back(
        fmt::format("  {} is in {}{}", thread->name(), call_name(thread->call), for_what));
  }
  exit_code_ = 124;
  quit_ = true;
}

}  // namespace castaway::virtual_time
