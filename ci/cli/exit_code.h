#pragma once
// ExitCode: what the program returns to its caller. Scripts need only 0 or not 0.

#include <array>
#include <cstdint>

namespace castaway::ci {

enum class ExitCode : std::uint8_t {
  fine = 0,            ///< nothing unexpected
  failed = 1,          ///< something that must hold does not
  undecided = 2,       ///< a law judged nothing, or a fault never fired
  stale = 3,           ///< a failure that is expected did not come
  selection = 4,       ///< nothing was selected
  subject_broken = 5,  ///< a client or server under test could not start, died or spoke nonsense
  usage = 64,          ///< the command line makes no sense
  bad_input = 65,      ///< a file is not what it should be
  no_input = 66,       ///< a file cannot be opened
  unreachable = 69,    ///< a broker that is needed cannot be reached
  broken = 70,         ///< our own fault
  no_output = 74,      ///< a result cannot be written, or nobody reads it any more
  out_of_time = 124,   ///< the time for all of it is over
  interrupted = 130,
};

/// All codes, the one that is returned when several apply before the others. With `usage` and
/// `selection` the program ends before anything runs, so what came of a run goes before them.
inline constexpr std::array worst_first = {
    ExitCode::broken,      ExitCode::unreachable, ExitCode::subject_broken, ExitCode::failed,
    ExitCode::stale,       ExitCode::undecided,   ExitCode::no_input,       ExitCode::bad_input,
    ExitCode::no_output,   ExitCode::usage,       ExitCode::selection,      ExitCode::out_of_time,
    ExitCode::interrupted, ExitCode::fine};

/// Which code is returned when both apply.
[[nodiscard]] constexpr ExitCode worse(ExitCode a, ExitCode b) {
  for (const ExitCode code : worst_first) {
    if (a == code || b == code) return code;
  }
  return a;
}

}  // namespace castaway::ci
