#pragma once
// Meetings: which ties had anything to decide in a run.
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

/// By question for a tie: the ties of whatever else of its class ran at an instant at which one of
/// its own frames arrived. Too many do no harm.
using MetTies = std::map<std::string, std::set<std::uint64_t>, std::less<>>;

/// Collects them, told of all events of the class message, in the order in which they run.
class Meetings {
 public:
  /// One with this tie runs now. Throws: std::logic_error if nobody said whose the last one was,
  /// and it had a tie.
  void runs(TimePoint now, std::uint64_t tie);
  /// It is a frame of the direction whose tie is decided by `question`.
  void is_of(std::string_view question);

  /// Whether anybody said anything; one who was told nothing knows nothing.
  [[nodiscard]] bool told() const { return told_; }
  /// Of the run that is over. Begins again.
  [[nodiscard]] MetTies take();

 private:
  struct Ran {
    std::uint64_t tie = 0;
    std::string question = {};  ///< empty: no frame, and its tie is always 0
  };
  void part();

  TimePoint now_ = {};
  std::vector<Ran> here_ = {};  ///< at now_
  MetTies met_ = {};
  bool told_ = false;
};

}  // namespace castaway::sim
