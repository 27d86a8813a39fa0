#pragma once
// CycleCounter: the processor's counter of cycles, which programs here may not read by themselves.
//
// What they read is virtual time, so a run repeats. It is void all the same if the program itself
// asks: who measures cycles is told nothing about any. The runtimes of some languages, and the
// dynamic linker, ask in every run, for statistics and the like, and are known here.

#include "world/thread.h"

namespace castaway::virtual_time {

/// How long the instruction is that reads the counter, if the thread stands at one; 0 if not.
[[nodiscard]] unsigned size_of_rdtsc(const Thread& thread);

/// Whether it belongs to the dynamic linker, to Java's virtual machine or to a program in Go.
[[nodiscard]] bool is_known_reader(Thread& thread);

}  // namespace castaway::virtual_time
