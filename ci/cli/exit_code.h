#pragma once
// ExitCode: what the program returns to its caller. Scripts need only 0 or not 0.

#include <array>
#include <cstdint>

namespace castaway::ci {

enum class ExitCode : std::uint8_t {
  fine = 0,        ///< nothing unexpected
  failed = 1,      ///< something that must hold does not
  undecided = 2,   ///< a law judged nothing, or a fault never fired
  stale = 3,       ///< a failure that is expected did not come
  selection = 4,   ///< nothing was selected
  usage = 64,      ///< the command line makes no sense
  bad_input = 65,  ///< a file is not what it should be
  no_input = 66,   ///< a file cannot be opened
  broken = 70,     ///< our own fault
  no_output = 74,  ///< a result cannot be written
  interrupted = 130,
};

/// Which code is returned when both apply.
[[nodiscard]] constexpr ExitCode worse(ExitCode a, ExitCode b) {
  constexpr std::array worst_first = {ExitCode::broken,    ExitCode::failed,     ExitCode::stale,
                                      ExitCode::undecided, ExitCode::bad_input,  ExitCode::no_input,
                                      ExitCode::no_output, ExitCode::interrupted};
  for (const ExitCode code : worst_first) {
    if (a == code || b == code) return code;
  }
  return a == ExitCode::fine ? b : a;
}

}  // namespace castaway::ci
