#include "tracer.h"

#include <cerrno>
#include <system_error>

#include <sys/ptrace.h>
#include <sys/wait.h>

namespace castaway::virtual_time {

void attach(pid_t process) {
  constexpr long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                           PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD |
                           PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, process, 0, options) != 0)
    throw std::system_error(errno, std::generic_category(), "ptrace");
}

void load_registers(Thread& thread) {
  ptrace(PTRACE_GETREGS, thread.id, 0, &thread.registers);
  thread.registers_changed = false;
}

void go_on(Thread& thread) {
  if (thread.registers_changed) ptrace(PTRACE_SETREGS, thread.id, 0, &thread.registers);
  thread.registers_changed = false;
  const bool to_the_end = thread.then || thread.original;
  const auto request = to_the_end ? PTRACE_SYSCALL : PTRACE_CONT;
  ptrace(request, thread.id, 0, thread.signal);
  thread.signal = 0;
}

bool run_to_end_of_call(pid_t thread) {
  constexpr int at_a_call = SIGTRAP | 0x80;
  ptrace(PTRACE_SYSCALL, thread, 0, 0);
  int status = 0;
  while (waitpid(thread, &status, __WALL) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFSTOPPED(status) && WSTOPSIG(status) == at_a_call;
}

long make_call(Thread& thread, Address instruction, long number,
               std::initializer_list<std::uint64_t> arguments) {
  user_regs_struct registers = thread.registers;
  registers.rip = instruction;
  registers.rax = static_cast<unsigned long long>(number);
  registers.orig_rax = static_cast<unsigned long long>(-1);
  unsigned long long* const places[] = {&registers.rdi, &registers.rsi, &registers.rdx,
                                        &registers.r10, &registers.r8,  &registers.r9};
  auto place = std::begin(places);
  for (const std::uint64_t argument : arguments) **place++ = argument;
  ptrace(PTRACE_SETREGS, thread.id, 0, &registers);
  // To its beginning, and to its end.
  const bool begun = run_to_end_of_call(thread.id);
  const bool made = begun && run_to_end_of_call(thread.id);
  ptrace(PTRACE_GETREGS, thread.id, 0, &registers);
  ptrace(PTRACE_SETREGS, thread.id, 0, &thread.registers);
  return made ? static_cast<long>(registers.rax) : -EIO;
}

}  // namespace castaway::virtual_time
