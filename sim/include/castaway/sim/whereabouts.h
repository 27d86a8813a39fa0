#pragma once
// Whereabouts: who is at work just then, and when that is: what a recorder adds to each event.
//
// A simulation's runtime knows it of its fibers; in real time it is said with each thing that is
// told.

#include <cstdint>
#include <string>

#include "castaway/time.h"

namespace castaway::sim {

/// Which process a task belongs to. 0 is the harness itself, which cannot be killed.
using ProcessId = std::uint32_t;

class Whereabouts {
 public:
  virtual ~Whereabouts() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual ProcessId current_process() const = 0;
  /// As in "c1/main".
  [[nodiscard]] virtual const std::string& current_task() const = 0;
  [[nodiscard]] virtual bool alive(ProcessId process) const = 0;
};

}  // namespace castaway::sim
