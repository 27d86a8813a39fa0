#pragma once
// ExecutionContext: says which task of which process is running, and what time it is. A recorder
// adds this to each event.
//
// In a simulation the runtime knows it; in real time, each report to the recorder says it.

#include <cstdint>
#include <string>

#include "castaway/time.h"

namespace castaway::sim {

/// Which process a task belongs to. 0 is the harness itself, which cannot be killed.
using ProcessId = std::uint32_t;

class ExecutionContext {
 public:
  virtual ~ExecutionContext() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual ProcessId current_process() const = 0;
  /// As in "c1/main".
  [[nodiscard]] virtual const std::string& current_task() const = 0;
  [[nodiscard]] virtual bool alive(ProcessId process) const = 0;
};

}  // namespace castaway::sim
