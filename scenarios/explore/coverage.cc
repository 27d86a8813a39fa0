#include "castaway/scenario/coverage.h"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "format/fields.h"

namespace castaway::scenario {
namespace {

using check::EventKind;

/// How far an operation is after its latest event; empty where that says nothing of it.
std::string_view step_after(EventKind kind) {
  switch (kind) {
    case EventKind::invoke:
      return "invoked";
    case EventKind::publish:
      return "published";
    case EventKind::accept:
      return "accepted";
    case EventKind::confirm:
      return "confirmed";
    case EventKind::deliver:
      return "delivered";
    case EventKind::settle:
      return "settled";
    case EventKind::execute:
      return "executing";
    case EventKind::done:
      return "executed";
    case EventKind::reply:
      return "replied";
    case EventKind::reply_accept:
      return "reply accepted";
    case EventKind::reply_arrive:
      return "answered";
    default:
      return is_completion(kind) ? "completed" : "";
  }
}

/// Operations of a run, and how far each is.
class Progress {
 public:
  void take(const check::Event& event) {
    const std::string_view step = step_after(event.kind);
    if (event.op != 0 && !step.empty()) steps_[event.op] = step;
  }
  [[nodiscard]] std::string_view of(check::Symbol op) const {
    const auto found = steps_.find(op);
    return found == steps_.end() ? "idle" : found->second;
  }
  /// Those of all that are under way; "idle" if none is.
  [[nodiscard]] std::set<std::string_view> under_way() const {
    std::set<std::string_view> steps;
    for (const auto& [op, step] : steps_) {
      if (step != "completed") steps.insert(step);
    }
    if (steps.empty()) steps.insert("idle");
    return steps;
  }

 private:
  std::map<check::Symbol, std::string_view> steps_;
};

}  // namespace

std::string family_of(const sim::Rule& rule) {
  std::string family(names_of<sim::Edge>[static_cast<std::size_t>(rule.on.edge)]);
  if (sim::is_message(rule.on.edge))
    family += ' ' + std::string(names_of<sim::Hop>[static_cast<std::size_t>(rule.on.hop)]);
  return family + ' ' + std::string(sim::name_of(rule.action));
}

std::set<Strike> strikes_in(const Scenario& scenario, const check::History& history) {
  std::map<std::string, std::string, std::less<>> families;
  for (const sim::Rule& rule : scenario.faults) families.emplace(rule.id, family_of(rule));
  std::set<Strike> strikes;
  Progress progress;
  for (const check::Event& event : history.events()) {
    if (event.kind != EventKind::fault) {
      progress.take(event);
      continue;
    }
    const auto family = families.find(history.text(event.actor));
    if (family == families.end()) continue;
    if (event.op != 0) {
      strikes.insert({family->second, std::string(progress.of(event.op))});
    } else {
      for (const std::string_view step : progress.under_way())
        strikes.insert({family->second, std::string(step)});
    }
  }
  if (strikes.empty()) strikes.insert({"none", "idle"});
  return strikes;
}

// A message is at a certain step when its fault strikes; what is behind the first ones is that it
// came again, or that something else of the operation went ahead of it.
std::vector<std::string_view> steps_of(std::string_view family) {
  if (family == "none") return {"idle"};
  if (family.starts_with("request publish")) return {"published"};
  if (family.starts_with("request deliver"))
    return {"published", "accepted", "confirmed", "delivered", "completed"};
  if (family.starts_with("reply publish")) return {"replied"};
  if (family.starts_with("reply deliver"))
    return {"replied", "reply accepted", "settled", "confirmed", "completed"};
  if (family.starts_with("ack"))
    return {"delivered", "confirmed", "settled", "executed", "answered", "completed"};
  if (family.starts_with("confirm")) return {"accepted", "reply accepted"};
  if (family.starts_with("heartbeat")) return {"executing", "settled", "confirmed"};
  if (family.starts_with("claim")) return {"settled", "delivered", "confirmed"};
  return {"idle",    "invoked",   "published", "accepted", "confirmed",      "delivered",
          "settled", "executing", "executed",  "replied",  "reply accepted", "answered"};
}

}  // namespace castaway::scenario
