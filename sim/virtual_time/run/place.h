#pragma once
// Place: what programs begin in: cut off from the machine as far as that is allowed.

#include <chrono>
#include <optional>

#include "first_process.h"
#include "isolation.h"
#include "options.h"
#include "supervisor.h"

namespace castaway::virtual_time {

class Place {
 public:
  /// What is lost is told to the world's report. Throws: NotAllowed; std::system_error.
  explicit Place(World& world);

  /// Makes a process and lets it become the command's program. Returns the exit code if it does not
  /// begin, which is said.
  [[nodiscard]] std::optional<int> start(const Command& command, Supervisor& supervisor) const;

  /// Null if processes have no numbers of their own.
  [[nodiscard]] FirstProcess* first_process() {
    return first_process_ ? &*first_process_ : nullptr;
  }

 private:
  Isolation isolation_;
  std::optional<FirstProcess> first_process_;
};

/// Runs what has been started to its end. Returns the exit code.
[[nodiscard]] int run_to_the_end(World& world, Supervisor& supervisor,
                                 std::chrono::steady_clock::time_point begin);

}  // namespace castaway::virtual_time
