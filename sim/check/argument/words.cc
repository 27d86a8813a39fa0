#include "words.h"

#include <algorithm>

#include <fmt/format.h>

namespace castaway::check {

std::string_view word(OperationKind kind) {
  switch (kind) {
    case OperationKind::call:
      return "call";
    case OperationKind::cast:
      return "cast";
    case OperationKind::fanout:
      return "fanout";
    case OperationKind::none:
      break;
  }
  return "operation";
}

std::string any(OperationKind kind) {
  return fmt::format("{} {}", kind == OperationKind::none ? "An" : "A", word(kind));
}

std::string title(const History& history, Symbol op, OperationKind kind) {
  return fmt::format("{} \"{}\"", word(kind), history.text(op));
}

std::string name(const History& history, Symbol op) {
  return op == 0 ? "something" : std::string(history.text(op));
}

std::string who(const History& history, Symbol actor, std::string_view otherwise) {
  const std::string_view text = history.text(actor);
  if (text == "broker") return "the broker";
  return std::string(actor == 0 ? otherwise : text);
}

std::string caller(const History& history, const Event& invoke) {
  return who(history, invoke.task != 0 ? invoke.task : invoke.actor, "a client");
}

std::string_view completed(EventKind completion) {
  switch (completion) {
    case EventKind::returned:
      return "returned";
    case EventKind::error:
      return "raised an error";
    case EventKind::timeout:
      return "timed out";
    default:
      return "failed";
  }
}

std::string at(const Event& event) { return to_string(event.at.time_since_epoch()); }

Duration between(const Event& first, const Event& second) {
  return std::max(Duration::zero(), second.at - first.at);
}

void sort(std::vector<Step>& steps) {
  // There are four or five of them, and those of one event stay as they are.
  for (auto step = steps.begin(); step != steps.end(); ++step) {
    const auto place = std::upper_bound(
        steps.begin(), step, *step,
        [](const Step& left, const Step& right) { return left.event < right.event; });
    std::rotate(place, step, step + 1);
  }
}

}  // namespace castaway::check
