// How threads, processes and programs begin, and the signals that they get.

#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "calls/signals.h"
#include "cycle_counter.h"
#include "program_start.h"
#include "supervisor.h"
#include "tracer.h"

namespace castaway::virtual_time {
namespace {

/// The process that a thread belongs to.
pid_t process_of(pid_t thread) {
  std::FILE* const status =
      std::fopen(("/proc/" + std::to_string(thread) + "/status").c_str(), "re");
  if (status == nullptr) return thread;
  char line[256];
  pid_t process = thread;
  while (std::fgets(line, sizeof line, status) != nullptr) {
    if (std::sscanf(line, "Tgid: %d", &process) == 1) break;
  }
  std::fclose(status);
  return process;
}

}  // namespace

std::optional<Supervisor::WarmFork> Supervisor::warm_up() {
  warm_.reset();
  while (!warm_ && !is_over()) step();
  return std::exchange(warm_, std::nullopt);
}

void Supervisor::take_over(pid_t process, const Process& parent, bool main) {
  roots_.insert(process);
  if (main) mains_.insert(process);
  has_main_ = has_main_ || main;
  world_.make_ready(world_.add_thread(process, world_.add_process(process, &parent, parent.name)));
}

void Supervisor::on_birth(Thread& parent, int event) {
  unsigned long told = 0;
  ptrace(PTRACE_GETEVENTMSG, parent.id, 0, &told);
  const auto id = static_cast<pid_t>(told);
  if (early_.erase(id) == 0) {
    int status = 0;
    while (waitpid(id, &status, __WALL) < 0 && errno == EINTR) {
    }
    if (!WIFSTOPPED(status)) return proceed(parent);
  }
  const pid_t process = process_of(id);
  if (process == id && event != PTRACE_EVENT_VFORK &&
      std::exchange(parent.process->is_warm, false)) {
    warm_ = {.parent = parent.id, .child = id, .process = parent.process};
    parent.state = Thread::State::stopped;
    running_ = nullptr;
    return;
  }
  Thread& child = world_.add_thread(
      id, process == id ? world_.add_process(id, parent.process.get(), parent.process->name)
                        : parent.process);
  world_.make_ready(child);
  if (event == PTRACE_EVENT_VFORK) {
    // The kernel holds the parent until the child has become a program, or has ended.
    in_vfork_[id] = parent.id;
    world_.make_wait(parent, {.what = "vfork"});
  }
  proceed(parent);
}

void Supervisor::on_program(Thread& leader) {
  unsigned long told = 0;
  ptrace(PTRACE_GETEVENTMSG, leader.id, 0, &told);
  const pid_t id = leader.id;
  Thread* thread = &leader;
  if (const auto former = static_cast<pid_t>(told); former != id) {
    // Another thread has become the program; the kernel gave it the number of the first one.
    Thread* const other = world_.find(former);
    if (running_ == &leader || running_ == other) running_ = nullptr;
    world_.remove(leader);
    if (other == nullptr) return;
    world_.rename(*other, id);
    thread = other;
  }
  // Whatever threads it had, they are no more.
  for (Thread* const sibling : world_.threads_of(*thread->process)) {
    if (sibling != thread) world_.remove(*sibling);
  }
  thread->original.reset();
  thread->then = {};
  // Its turn begins: what it did on the way to the program may differ from run to run.
  thread->slice = thread->idle = 0;
  const bool was_running = running_ == thread;
  if (!run_to_end_of_call(id)) return;
  thread->at_exit_stop = true;
  world_.timers.forget(thread->process->number, true);
  prepare_program(world_, *thread);
  if (const auto parent = in_vfork_.find(id); parent != in_vfork_.end()) {
    if (Thread* const waits = world_.find(parent->second)) world_.make_ready(*waits);
    in_vfork_.erase(parent);
  }
  if (!was_running && thread->state == Thread::State::running) thread->state = Thread::State::ready;
  proceed(*thread);
}

void Supervisor::on_signal(Thread& thread, int signal) {
  if (signal == SIGSEGV) {
    load_registers(thread);
    if (const unsigned size = size_of_rdtsc(thread); size != 0) {
      if (thread.process->has_begun && !is_known_reader(thread))
        world_.report.doubt(Doubt::rdtsc, thread.name());
      // A nanosecond of virtual time is a cycle, and so is each look at it.
      if (thread.process->has_begun && ++cycles_ % ClockPage::reads_before_a_call == 0)
        advance_to(world_.clock.now() + 100us);
      const auto count = static_cast<std::uint64_t>(world_.clock.now().count()) + cycles_;
      thread.registers.rax = count & 0xffffffff;
      thread.registers.rdx = count >> 32;
      if (size == 3) thread.registers.rcx = 0;
      thread.registers.rip += size;
      thread.registers_changed = true;
      return proceed(thread);
    }
  }
  siginfo_t info{};
  if (ptrace(PTRACE_GETSIGINFO, thread.id, 0, &info) == 0) {
    if (tell_of_timer(world_, thread, info)) ptrace(PTRACE_SETSIGINFO, thread.id, 0, &info);
    if (is_from_outside(thread, info))
      world_.report.doubt(Doubt::outside, fmt::format("{}: signal {}", thread.name(), signal));
  }
  thread.signal = signal;
  proceed(thread);
}

}  // namespace castaway::virtual_time
