#pragma once
// What a run leaves of its TCP connections in a network of its own: for a minute the kernel keeps
// the ends of those that were closed, and nobody may have their ports.

namespace castaway::virtual_time {

/// Ends them. False if some are left.
[[nodiscard]] bool end_left_connections();

}  // namespace castaway::virtual_time
