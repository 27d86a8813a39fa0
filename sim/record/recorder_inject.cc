// What the recorder tells of messages that were made by hand.

#include "castaway/sim/recorder.h"

namespace castaway::sim {

using check::Detail;
using check::EventIndex;
using check::EventKind;
using check::no_event;

std::string Recorder::unique_id_of(std::string_view op) const {
  const OperationPtr found = classifier_.find_named(op);
  return found ? found->unique_id : "";
}

std::string Recorder::msg_id_of(std::string_view op) const {
  const OperationPtr found = classifier_.find_named(op);
  return found ? found->msg_id : "";
}

Classified Recorder::inject(const Injection& made, std::string_view body) {
  Classified message{.request = made.request,
                     .op = classifier_.named(made.name),
                     .attempt = 1,
                     .name = made.name + "/by-hand"};
  Operation& op = *message.op;
  op.origin = Origin::by_hand;
  for (const std::string& id : made.ids) classifier_.know(id, message.op);
  const OperationPtr answers = classifier_.find_named(made.answers);
  const EventIndex event =
      sink_.add(message.op, {.kind = EventKind::inject,
                             .detail = made.request ? Detail::request : Detail::reply,
                             .actor = sink_.intern(made.by),
                             .cause = answers ? answers->invoke : no_event,
                             .digest = check::digest(body)});
  (made.request ? op.publish : op.reply) = event;
  return message;
}

}  // namespace castaway::sim
