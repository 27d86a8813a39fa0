#include "castaway/sim/tie_conflicts.h"

#include <stdexcept>
#include <utility>

namespace castaway::sim {

void TieConflicts::runs(TimePoint now, std::uint64_t tie) {
  told_ = true;
  if (!here_.empty() && here_.back().tie != 0 && here_.back().question.empty())
    throw std::logic_error("an event has a tie, and no question that decides it");
  if (now != std::exchange(now_, now)) part();
  here_.push_back({.tie = tie});
}

void TieConflicts::is_of(std::string_view question) { here_.back().question = question; }

ConflictingTies TieConflicts::take() {
  part();
  told_ = false;
  return std::exchange(met_, {});
}

void TieConflicts::part() {
  for (const Ran& one : here_) {
    if (one.question.empty()) continue;
    for (const Ran& other : here_) {
      if (other.question != one.question) met_[one.question].insert(other.tie);
    }
  }
  here_.clear();
}

}  // namespace castaway::sim
