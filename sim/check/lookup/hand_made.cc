#include "hand_made.h"

#include <algorithm>

namespace castaway::check {

HandMade::HandMade(const History& history) {
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::inject && event.op != 0) {
      made_.resize(history.symbols(), no_event);
      answers_.resize(history.symbols(), no_event);
      made_[event.op] = std::min(made_[event.op], i);
    }
    if (event.kind != EventKind::reply_arrive || !is(event.op)) continue;
    const EventIndex call = history[made_[event.op]].cause;
    if (call == no_event) continue;
    // In another client's reply queue it answers nobody.
    const Event& invoke = history[call];
    if (invoke.actor == event.actor) answers_[invoke.op] = std::min(answers_[invoke.op], i);
  }
}

}  // namespace castaway::check
