#pragma once
// What is done to a program that has just begun: it gets the virtual clock, and numbers that the
// kernel drew by chance are drawn again from the seed.

namespace castaway::virtual_time {

class World;
struct Thread;

/// The thread stands at the end of its execve.
void prepare_program(World& world, Thread& thread);

}  // namespace castaway::virtual_time
