#include "warm_process.h"

#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace castaway::virtual_time {
namespace {

constexpr int at_a_call = SIGTRAP | 0x80;
constexpr int size_of_syscall = 2;  // the instruction, in bytes

bool is_at_a_call(int status) { return status >> 8 == at_a_call; }

bool is_a_birth(int status) {
  return status >> 16 == PTRACE_EVENT_FORK || status >> 16 == PTRACE_EVENT_CLONE;
}

/// Waits: until it has stopped, or has ended.
int wait_for(pid_t id) {
  int status = 0;
  while (waitpid(id, &status, __WALL) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

void end(pid_t id) {
  kill(id, SIGKILL);
  while (WIFSTOPPED(wait_for(id))) {
  }
}

}  // namespace

WarmProcess::WarmProcess(const Supervisor::WarmFork& fork)
    : id_(fork.parent), process_(fork.process) {
  if (process_->threads != 1)
    throw std::runtime_error(
        fmt::format("{} has {} threads when it is warm, and a child would have one of them",
                    process_->name, process_->threads));
  go_to_end_of_call();
  ptrace(PTRACE_GETREGS, id_, 0, &before_);
  before_.rip -= size_of_syscall;
  before_.rax = before_.orig_rax;
  before_.orig_rax = static_cast<unsigned long long>(-1);
  end(fork.child);
  forget_children();
}

pid_t WarmProcess::fork() {
  ptrace(PTRACE_SETREGS, id_, 0, &before_);
  int status = next_stop();
  while (!is_a_birth(status)) status = next_stop();
  unsigned long told = 0;
  ptrace(PTRACE_GETEVENTMSG, id_, 0, &told);
  const auto child = static_cast<pid_t>(told);
  go_to_end_of_call();
  if (!WIFSTOPPED(wait_for(child)))
    throw std::runtime_error(process_->name + ": what it forked is no more");
  return child;
}

void WarmProcess::forget_children() {
  for (long found = 1; found > 0;) {
    user_regs_struct registers = before_;
    registers.rax = SYS_wait4;
    registers.rdi = static_cast<unsigned long long>(-1);
    registers.rsi = registers.r10 = 0;
    registers.rdx = WNOHANG | __WALL;
    ptrace(PTRACE_SETREGS, id_, 0, &registers);
    while (!is_at_a_call(next_stop())) {
    }
    go_to_end_of_call();
    ptrace(PTRACE_GETREGS, id_, 0, &registers);
    found = static_cast<long>(registers.rax);
  }
}

// That a child has ended is also a signal, of which the process does not learn.
int WarmProcess::next_stop() const {
  ptrace(PTRACE_SYSCALL, id_, 0, 0);
  const int status = wait_for(id_);
  if (!WIFSTOPPED(status)) throw std::runtime_error(process_->name + " is no more");
  return status;
}

void WarmProcess::go_to_end_of_call() const {
  while (!is_at_a_call(next_stop())) {
  }
}

}  // namespace castaway::virtual_time
