#pragma once
// Tracer: ptrace(2) in the words of this folder. All of it belongs to one thread of the supervisor.

#include <cstdint>
#include <initializer_list>

#include <sys/types.h>

#include "world/thread.h"

namespace castaway::virtual_time {

/// Attaches to a process that is ours, and stops it for what a supervisor has to know. If the
/// supervisor dies, so does the process. Throws: std::system_error.
void attach(pid_t process);

void load_registers(Thread& thread);
/// Lets it go on, with the registers that it was given; to the end of the system call that it is in
/// if somebody wants to know what comes of it.
void go_on(Thread& thread);

/// The thread makes this system call, and is as it was before. It has to stand at the end of one.
/// `instruction`: where it finds two bytes, 0f 05.
[[nodiscard]] long make_call(Thread& thread, Address instruction, long number,
                             std::initializer_list<std::uint64_t> arguments);

/// Waits until this thread stops at the end of the system call that it is in.
/// False if it ended instead.
[[nodiscard]] bool run_to_end_of_call(pid_t thread);

}  // namespace castaway::virtual_time
