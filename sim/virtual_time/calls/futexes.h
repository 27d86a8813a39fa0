#pragma once
// Futexes: what happens to those that wait on one when a thread ends.

namespace castaway::virtual_time {

class World;

/// The kernel itself clears words when a thread ends, and wakes those that wait there in the
/// kernel; here nobody does. Those whose word has changed go on, and look for themselves.
void wake_after_an_end(World& world);

}  // namespace castaway::virtual_time
