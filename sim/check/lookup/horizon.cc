#include "horizon.h"

#include <algorithm>

namespace castaway::check {

namespace {

/// How far the clock of any actor may be off.
Duration largest_skew(const History& history) {
  Duration largest = history.skew;
  for (const auto& [symbol, actor] : history.actors) largest = std::max(largest, actor.skew);
  return largest;
}

/// `at` by one clock, and the latest that another clock may have shown then.
TimePoint latest(const History& history, TimePoint at) {
  const Duration skew = largest_skew(history);
  return deadline_after(deadline_after(at, skew), skew);
}

}  // namespace

Horizon::Horizon(const History& history, const Invocations& invocations)
    : history_(history),
      invocations_(invocations),
      begins_late_(history.begins_late()),
      ends_in_doubt_(history.ending == Ending::cut && history.has_skew()),
      missed_(begins_late_ ? history.symbols() : 0) {}

bool Horizon::is_near_beginning(Symbol op) const {
  const Event& invoke = *invocations_.find(op);
  if (invoke.attempt > 1) return true;  // the attempts before it are not here
  if (!history_.has_skew()) return invoke.at < history_.from;
  return invoke.at <= latest(history_, history_.from);
}

bool Horizon::misses(Symbol op) {
  if (!began_before(op)) return false;
  if (!missed_[op]) ++number_;
  missed_[op] = true;
  return true;
}

bool is_whole(const History& history) {
  return history.ending == Ending::quiescent && !history.begins_late();
}

std::string_view why_not_whole(const History& history) {
  return history.begins_late() ? "what happened before the history began is not known"
                               : "the run did not come to its end";
}

bool may_be_behind_end(const History& history, EventIndex index) {
  if (history.ending != Ending::cut || !history.has_skew()) return false;
  return history.events().back().at <= latest(history, history[index].at);
}

}  // namespace castaway::check
