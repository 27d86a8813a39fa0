#include "event_words.h"

#include <fmt/format.h>

namespace castaway::ci {

namespace {

using check::Detail;
using check::Event;
using check::EventKind;
using check::History;
using check::OperationKind;

std::string invoked(const Event& event, const std::string& op) {
  const std::string_view verb = event.operation == OperationKind::cast     ? "casts "
                                : event.operation == OperationKind::fanout ? "fans out "
                                                                           : "calls ";
  std::string text = std::string(verb) + op;
  if (event.deadline != never) {
    text += ", until " + to_string(event.deadline.time_since_epoch());
  }
  return text;
}

std::string_view effect_in_words(Effect effect) {
  switch (effect) {
    case Effect::none:
      return "never ran";
    case Effect::dispatched:
      return "was dispatched";
    case Effect::unknown:
      break;
  }
  return "may have run";
}

std::string marks(const Event& event) {
  if (event.copy > 1 && event.redelivered)
    return fmt::format(" (copy {}, redelivered)", event.copy);
  if (event.copy > 1) return fmt::format(" (copy {})", event.copy);
  return event.redelivered ? " (redelivered)" : "";
}

}  // namespace

std::string short_words(const History& history, const Event& event) {
  const std::string op(event.op == 0 ? std::string_view("a message") : history.text(event.op));
  const std::string detail = detail_in_words(history, event);
  const std::string because = detail.empty() ? "" : ": " + detail;
  switch (event.kind) {
    case EventKind::invoke:
      return invoked(event, op);
    case EventKind::publish:
      return "publishes " + op + marks(event);
    case EventKind::accept:
      return "accepts " + op + marks(event) + because;
    case EventKind::confirm:
      return (event.detail == Detail::nack ? "nack of " : "confirm of ") + op;
    case EventKind::deliver:
      return "gets " + op + marks(event);
    case EventKind::settle:
      return (detail.empty() || event.detail == Detail::ack ? "ack" : detail) + " of " + op;
    case EventKind::execute:
      return "runs " + op + marks(event);
    case EventKind::done:
      return (event.detail == Detail::error ? "fails " : "ends ") + op + marks(event);
    case EventKind::reply:
      return "replies to " + op + marks(event);
    case EventKind::reply_accept:
      return "accepts the reply to " + op + marks(event) + because;
    case EventKind::reply_arrive:
      return "gets the reply to " + op + marks(event);
    case EventKind::returned:
      return op + " returns";
    case EventKind::error:
      return op + " raises" + because;
    case EventKind::timeout:
      return fmt::format("{} times out, {}", op, effect_in_words(event.effect));
    case EventKind::failure:
      return fmt::format("{} fails, {}{}", op, effect_in_words(event.effect), because);
    case EventKind::fault:
      return fmt::format("[{}] {}{}", history.text(event.actor), detail,
                         event.op == 0 ? "" : " on " + op);
    case EventKind::link:
      return "connection " + detail;
    case EventKind::residue:
      return fmt::format("{} left: {}", detail, event.copy);
    case EventKind::inject:
      return fmt::format("makes the {} {} by hand", detail.empty() ? "message" : detail, op);
    case EventKind::refuse:
      return "refuses " + op + because;
    case EventKind::process:
    case EventKind::note:
      break;
  }
  return detail.empty() ? std::string(to_string(event.kind)) : detail;
}

}  // namespace castaway::ci
