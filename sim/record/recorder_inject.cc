// What the recorder tells of messages that were made by hand.

#include "castaway/sim/recorder.h"

#include "message_ids.h"

namespace castaway::sim {

using check::EventIndex;
using check::EventKind;
using check::no_event;
using check::Symbol;

std::string Recorder::unique_id_of(std::string_view op) {
  const std::string* id = trail(history_.intern(op)).unique_id;
  return id == nullptr ? "" : *id;
}

std::string Recorder::msg_id_of(std::string_view op) {
  const std::string* id = trail(history_.intern(op)).msg_id;
  return id == nullptr ? "" : *id;
}

Classified Recorder::inject(const Injection& made, std::string_view body) {
  Classified message{.request = made.request,
                     .op = history_.intern(made.name),
                     .attempt = 1,
                     .name = made.name + "/by-hand"};
  for (const std::string& id : made.ids) {
    ops_.emplace(id, message.op);
    if (!is_id(id)) odd_ids_.insert(id);
  }
  if (made.request && made.ids.empty()) nameless_.insert(message.op);
  Trail& trail = this->trail(message.op);
  const EventIndex event = add(
      {.kind = EventKind::inject,
       .detail = made.request ? check::Detail::request : check::Detail::reply,
       .actor = history_.intern(made.by),
       .op = message.op,
       .cause = made.answers.empty() ? no_event : this->trail(history_.intern(made.answers)).invoke,
       .digest = check::digest(body)});
  (made.request ? trail.publish : trail.reply) = event;
  return message;
}

Symbol Recorder::nameless_op(Symbol actor) const {
  const std::string& task = context_.current_task();
  for (const Symbol op : nameless_) {
    if (taken_.contains({op, task})) return op;
  }
  // Another task than this one has acknowledged it.
  for (const Symbol op : nameless_) {
    const auto waiting = waiting_.find({op, actor});
    if (waiting != waiting_.end() && !waiting->second.empty()) return op;
  }
  return 0;
}

}  // namespace castaway::sim
