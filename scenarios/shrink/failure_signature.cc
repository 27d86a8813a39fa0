#include "castaway/scenario/failure_signature.h"

#include <utility>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using check::Event;
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

check::OperationKind operation_of(const std::string& op, const History& history) {
  if (op.empty()) return check::OperationKind::none;
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::invoke && sim::matches_op(op, history.text(event.op)))
      return event.operation;
  }
  return check::OperationKind::none;
}

}  // namespace

FailureSignature signature_of(const std::string& property, const Violation& violation,
                              const History& history) {
  return {.property = property,
          .operation = operation_of(violation.op, history),
          .breach = violation.breach,
          .events = events_of(violation, history),
          .consequence_of = violation.consequence_of};
}

std::string to_string(const FailureSignature& signature) {
  return signature.property + ": " + to_string(signature.breach) +
         (signature.consequence_of.empty() ? ""
                                           : " (follows from " + signature.consequence_of + ")");
}

}  // namespace castaway::scenario
