#include "castaway/scenario/failure_signature.h"

#include <algorithm>
#include <utility>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using check::EventKind;
using check::History;
using check::Violation;

/// The kinds of the events that show the violation, repetitions counted once. What led up to it may
/// have been anything.
std::vector<EventKind> events_of(const Violation& violation, const History& history) {
  std::vector<EventKind> kinds;
  for (const check::Step& step : violation.steps) {
    if (step.event == check::no_event || step.is_reason) continue;
    const EventKind kind = history[step.event].kind;
    if (kinds.empty() || kinds.back() != kind) kinds.push_back(kind);
  }
  return kinds;
}

constexpr std::string_view every_copy = "#*";

}  // namespace

FailureSignatures::FailureSignatures(const History& history) : history_(history) {
  for (check::EventIndex i = 0; i < history.events().size(); ++i) {
    if (history[i].kind != EventKind::invoke) continue;
    const std::string_view op = history.text(history[i].op);
    first_.try_emplace(op, i);
    const std::string_view name = op.substr(0, op.rfind('#'));
    if (name != op && sim::matches_op(name, op)) first_numbered_.try_emplace(name, i);
  }
}

// As sim::matches_op() has it, without a look at each operation.
check::OperationKind FailureSignatures::operation_of(std::string_view op) const {
  if (op.empty()) return check::OperationKind::none;
  check::EventIndex invoked = check::no_event;
  const auto look = [&](const Invoked& where, std::string_view name) {
    const auto found = where.find(name);
    if (found != where.end()) invoked = std::min(invoked, found->second);
  };
  look(first_, op);
  if (op.ends_with(every_copy)) op.remove_suffix(every_copy.size());
  look(first_numbered_, op);
  return invoked == check::no_event ? check::OperationKind::none : history_[invoked].operation;
}

FailureSignature FailureSignatures::of(const std::string& property,
                                       const Violation& violation) const {
  return {.property = property,
          .operation = operation_of(violation.op),
          .breach = violation.breach,
          .events = events_of(violation, history_),
          .consequence_of = violation.consequence_of};
}

FailureSignature signature_of(const std::string& property, const Violation& violation,
                              const History& history) {
  return FailureSignatures(history).of(property, violation);
}

std::string to_string(const FailureSignature& signature) {
  return signature.property + ": " + to_string(signature.breach) +
         (signature.consequence_of.empty() ? ""
                                           : " (follows from " + signature.consequence_of + ")");
}

}  // namespace castaway::scenario
