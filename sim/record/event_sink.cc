#include "castaway/sim/event_sink.h"

namespace castaway::sim {

using check::Event;
using check::EventIndex;
using check::no_event;

EventIndex EventSink::add(Event event) {
  if (over_) return no_event;
  event.at = context_.now();
  // A cause that is forgotten, or that there was before the numbers began anew, is far out of
  // range.
  if (event.cause != no_event) event.cause -= forgotten_;
  if (event.cause >= history_.events().size()) event.cause = no_event;
  const EventIndex place = history_.add(event);
  const EventIndex index = forgotten_ + place;
  if (writer_) writer_->add(history_, place);
  for (const Listener& listener : listeners_) listener(index, event);
  if (history_.events().size() >= 2 * kept_) forget();
  return index;
}

EventIndex EventSink::add(const OperationPtr& op, Event event) {
  if (op) event.op = intern(op->name);
  const EventIndex index = add(event);
  if (op && index != no_event) op->latest = index;
  return index;
}

void EventSink::stream_to(std::ostream& out) {
  writer_ = std::make_unique<check::HistoryWriter>(out, history_);
}

void EventSink::stop() {
  if (over_) return;
  over_ = true;
  if (!writer_) return;
  writer_->close(history_);
  writer_.reset();
}

void EventSink::forget() {
  const std::size_t before = history_.events().size();
  history_ = history_.tail(kept_);
  forgotten_ += static_cast<EventIndex>(before - history_.events().size());
  for (const auto& listener : forget_listeners_) listener(forgotten_);
}

}  // namespace castaway::sim
