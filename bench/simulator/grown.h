#pragma once
// Grown: a long history, and what it costs to have it. It is one run of a simulation, so its ids
// are all different, its answers its own.

#include <cstddef>
#include <cstdint>

#include "castaway/check/history.h"

namespace castaway::bench {

struct Grown {
  std::size_t asked = 0;  ///< about so many events
  check::History history = {};
  std::int64_t bytes = 0;  ///< that it holds
};

/// About so many events of four_clients_call, with faults, in strict. It lasts until another number
/// is asked for: only the latest is kept.
[[nodiscard]] const Grown& grown(std::size_t events);

}  // namespace castaway::bench
