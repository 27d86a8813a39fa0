#include <algorithm>
#include <span>

#include "castaway/check/history.h"

namespace castaway::check {

namespace {

/// The texts of one history as symbols of another, which gets only those that are asked for.
class Renaming {
 public:
  Renaming(const History& from, History& to) : from_(from), to_(to), symbols_(from.symbols()) {}

  [[nodiscard]] Symbol operator()(Symbol old) {
    Symbol& symbol = symbols_[old];
    if (symbol == 0 && old != 0) symbol = to_.intern(from_.text(old));
    return symbol;
  }

  [[nodiscard]] Event operator()(Event event) {
    for (Symbol* symbol : {&event.actor, &event.task, &event.op, &event.method, &event.topic,
                           &event.name, &event.text})
      *symbol = (*this)(*symbol);
    return event;
  }

 private:
  const History& from_;
  History& to_;
  std::vector<Symbol> symbols_;
};

/// From when on a history was observed that goes on with `kept` and has lost what came before.
TimePoint observed_from(const History& whole, std::size_t lost) {
  constexpr TimePoint not_the_beginning{Duration{1}};
  const std::span<const Event> events = whole.events();
  if (!whole.has_skew() && lost < events.size()) {
    // The order of events counts, not their times. What was kept has been observed.
    const std::span<const Event> kept = events.subspan(lost);
    return std::max(std::ranges::min(kept, {}, &Event::at).at, not_the_beginning);
  }
  // What began near the last that was lost may have left events among the lost.
  const TimePoint last = std::ranges::max(events.first(lost), {}, &Event::at).at;
  return std::max({whole.from, last, not_the_beginning});
}

}  // namespace

History History::tail(std::size_t n) const {
  History result;
  static_cast<Head&>(result) = *this;
  Renaming renamed(*this, result);
  for (const auto& [symbol, actor] : actors) result.actors[renamed(symbol)] = actor;
  const std::size_t lost = events_.size() - std::min(n, events_.size());
  for (std::size_t i = lost; i < events_.size(); ++i) {
    Event event = renamed(events_[i]);
    if (event.cause != no_event)
      event.cause = event.cause < lost ? no_event : event.cause - static_cast<EventIndex>(lost);
    result.add(event);
  }
  if (lost > 0) result.from = observed_from(*this, lost);
  return result;
}

}  // namespace castaway::check
