#include <fmt/format.h>

#include "castaway/check/history.h"

#include "argument/words.h"

namespace castaway::check {

namespace {

std::string_view effect_in_words(Effect effect) {
  switch (effect) {
    case Effect::none:
      return "no server executes it";
    case Effect::dispatched:
      return "a server took it up";
    case Effect::unknown:
      break;
  }
  return "it may have been executed";
}

std::string invoked(const History& history, const Event& event) {
  std::string_view verb = "asked for";
  if (event.operation == OperationKind::call) verb = "called";
  if (event.operation == OperationKind::cast) verb = "cast";
  if (event.operation == OperationKind::fanout) verb = "fanned out";
  std::string text = fmt::format("{} {} {}", caller(history, event), verb, name(history, event.op));
  if (event.method != 0) text += fmt::format(", method {}", history.text(event.method));
  if (event.topic != 0) text += fmt::format(" on {}", history.text(event.topic));
  if (event.deadline != never) {
    text += fmt::format(", until {}", to_string(event.deadline.time_since_epoch()));
  }
  if (event.monitor != Duration::zero())
    text += fmt::format(", monitored every {}", to_string(event.monitor));
  return text;
}

std::string settled(const History& history, const Event& event, const std::string& op) {
  const std::string server = who(history, event.actor, "a server");
  const std::string_view how =
      event.detail == Detail::none ? "settlement" : to_string(event.detail);
  return fmt::format("{}'s {} of {} reached the broker", server, how, op);
}

/// "" of a fault that struck no message, " on ping#3", " on the confirm of ping#3"
std::string struck(const Event& event, const std::string& op) {
  if (event.op == 0) return "";
  const bool is_plain = !event.edge || event.edge == Edge::request;
  return is_plain ? " on " + op : fmt::format(" on the {} of {}", to_string(*event.edge), op);
}

/// Which copy, and that the broker said so. The first of its kind needs no words.
std::string marks(const Event& event) {
  if (event.copy > 1 && event.redelivered) {
    return fmt::format(" (copy {}, flagged as redelivered)", event.copy);
  }
  if (event.copy > 1) return fmt::format(" (copy {})", event.copy);
  return event.redelivered ? " (flagged as redelivered)" : "";
}

}  // namespace

std::string in_words(const History& history, const Event& event) {
  const std::string op = name(history, event.op);
  const auto by = [&](std::string_view otherwise) { return who(history, event.actor, otherwise); };
  const std::string detail = detail_in_words(history, event);
  const std::string because = detail.empty() ? "" : ": " + detail;
  switch (event.kind) {
    case EventKind::invoke:
      return invoked(history, event);
    case EventKind::publish:
      return by("a client") + " published " + op + marks(event);
    case EventKind::accept:
      return "the broker accepted " + op + marks(event);
    case EventKind::confirm:
      return "the confirm of " + op + " reached " + by("its client");
    case EventKind::deliver:
      return "the broker handed " + op + " to " + by("a server") + marks(event);
    case EventKind::settle:
      return settled(history, event, op);
    case EventKind::execute:
      return by("a server") + " executed " + op + marks(event);
    case EventKind::done:
      return by("a server") + (event.detail == Detail::error
                                   ? " ended " + op + " with an error" + marks(event)
                                   : " finished " + op + marks(event));
    case EventKind::reply:
      return by("a server") + " replied to " + op + marks(event);
    case EventKind::reply_accept:
      return "the broker accepted the reply to " + op + marks(event);
    case EventKind::reply_arrive:
      return "the reply to " + op + " reached " + by("its client") + marks(event);
    case EventKind::returned:
      return op + " returned to " + by("its client");
    case EventKind::error:
      return op + " raised an error to " + by("its client") + because;
    case EventKind::timeout:
      return fmt::format("{} timed out at {} ({})", op, by("its client"),
                         effect_in_words(event.effect));
    case EventKind::failure:
      return fmt::format("{} failed at {} ({}){}", op, by("its client"),
                         effect_in_words(event.effect), because);
    case EventKind::fault:
      return fmt::format("fault {} fired{}{}", by("without a name"), struck(event, op), because);
    case EventKind::link:
      return by("somebody") + "'s connection" + because;
    case EventKind::process:
      return by("a process") + because;
    case EventKind::residue:
      return fmt::format("in the end, {}: {}", detail.empty() ? "something" : detail, event.copy);
    case EventKind::inject:
      return by("somebody") + " made the " + (detail.empty() ? "message" : detail) + " " + op +
             " by hand";
    case EventKind::refuse:
      return by("a server") + " refused " + op + because;
    case EventKind::note:
      break;
  }
  return event.actor == 0 ? detail : by("") + because;
}

std::string describe(const History& history, EventIndex index) {
  const Event& event = history[index];
  return fmt::format("{}  {}  {}", index, at(event), in_words(history, event));
}

}  // namespace castaway::check
