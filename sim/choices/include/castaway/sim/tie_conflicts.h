#pragma once
// TieConflicts: which ties had anything to decide in a run. An exhaustive exploration uses it to
// leave out runs that are the same as others.
//
// Frames that arrive at one instant meet, and the tie of each one's direction says which goes first
// (Network). Two answers to the question for a tie make the same run, event for event, if every tie
// that its frames met lies on the same side of both: then no two events change places.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/time.h"

namespace castaway::sim {

/// By question for a tie: the ties of all else of its class that ran at an instant at which one of
/// its own frames arrived. Too many do no harm.
using ConflictingTies = std::map<std::string, std::set<std::uint64_t>, std::less<>>;

/// Collects them. Tell it of all events of class message, in the order in which they run.
class TieConflicts {
 public:
  /// An event with this tie runs now.
  /// Throws: std::logic_error if the last one had a tie, and is_of() was not called for it.
  void runs(TimePoint now, std::uint64_t tie);
  /// That event is a frame of the direction whose tie is decided by `question`.
  void is_of(std::string_view question);

  /// Whether it was told anything; if not, it knows nothing.
  [[nodiscard]] bool told() const { return told_; }
  /// The ties that met in the run that is over. Begins again.
  [[nodiscard]] ConflictingTies take();

 private:
  struct Ran {
    std::uint64_t tie = 0;
    std::string question = {};  ///< empty: no frame, and its tie is always 0
  };
  void part();

  TimePoint now_ = {};
  std::vector<Ran> here_ = {};  ///< at now_
  ConflictingTies met_ = {};
  bool told_ = false;
};

}  // namespace castaway::sim
