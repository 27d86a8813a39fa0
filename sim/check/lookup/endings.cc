#include "endings.h"

#include "horizon.h"

namespace castaway::check {

Endings::Endings(const History& history)
    : history_(history),
      first_(history.symbols(), no_event),
      executor_(history.symbols(), no_event),
      refused_(history.symbols()) {}

void Endings::note(EventIndex index) {
  const Event& event = history_[index];
  if (event.op == 0) return;
  if (event.kind == EventKind::execute) {
    if (executor_[event.op] == no_event) {
      executor_[event.op] = index;
    } else if (!executed_by(event.op, event.actor)) {
      other_executors_.insert({event.op, event.actor});
    }
  } else if (event.kind == EventKind::done) {
    if (first_[event.op] == no_event) {
      first_[event.op] = index;
    } else {
      more_[event.op].push_back(index);
    }
  } else if (event.kind == EventKind::reply && !executed_by(event.op, event.actor)) {
    refused_[event.op] = true;
  }
}

std::vector<EventIndex> Endings::of(Symbol op) const {
  std::vector<EventIndex> all;
  if (ended(op)) all.push_back(first_[op]);
  if (const auto found = more_.find(op); found != more_.end()) {
    all.insert(all.end(), found->second.begin(), found->second.end());
  }
  return all;
}

bool Endings::may_have_ended(Symbol op, EventIndex reached) const {
  if (!history_.has_skew()) return false;
  const auto size = static_cast<EventIndex>(history_.events().size());
  for (EventIndex i = reached + 1; i < size; ++i) {
    const Event& event = history_[i];
    if (event.kind == EventKind::done && event.op == op && !history_.surely_before(reached, i))
      return true;
  }
  return may_be_behind_end(history_, reached);
}

bool Endings::executed_by(Symbol op, Symbol server) const {
  if (executor_[op] == no_event) return false;
  return history_[executor_[op]].actor == server || other_executors_.contains({op, server});
}

}  // namespace castaway::check
