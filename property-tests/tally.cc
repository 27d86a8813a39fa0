#include "tally.h"

#include <fmt/format.h>

namespace castaway::property {

std::string kind_of(const sim::Rule& rule) {
  std::string kind(to_string(rule.on.edge));
  if (rule.on.edge < sim::Edge::link) kind.append(" ").append(to_string(rule.on.hop));
  const auto* cut = std::get_if<sim::Disconnect>(&rule.action);
  if (cut == nullptr) return kind.append(" ").append(name_of(rule.action));
  return kind.append(cut->unnoticed                  ? " unnoticed"
                     : cut->half_open                ? " half-open"
                     : cut->stale > Duration::zero() ? " stale"
                                                     : " disconnect");
}

void Tally::take(const scenario::Scenario& scenario, const scenario::Outcome& outcome) {
  ++runs_;
  events_ += outcome.events;
  hashes_.insert(outcome.history.hash());
  for (std::size_t rule = 0; rule < scenario.faults.size(); ++rule) {
    const std::uint64_t times = outcome.fired[rule];
    Kind& kind = kinds_[kind_of(scenario.faults[rule])];
    ++kind.planned;
    kind.fired += times > 0 ? 1 : 0;
    kind.times += times;
    faults_ += times;
  }
  for (const check::Event& event : outcome.history.events()) {
    if (event.kind == check::EventKind::deliver) ++not_executed_;
    if (event.kind == check::EventKind::execute && not_executed_ > 0) --not_executed_;
    if (event.kind == check::EventKind::deliver && event.redelivered) ++redelivered_;
    if (is_completion(event.kind)) ++completions_[std::string(to_string(event.kind))];
  }
}

std::string to_string(const Tally& tally) {
  std::string text = fmt::format(
      "{} runs, {} distinct, {} events, {} faults\n{} requests delivered and not executed, {} "
      "redelivered; operations ended in",
      tally.runs(), tally.distinct(), tally.events(), tally.faults(), tally.not_executed_,
      tally.redelivered_);
  for (const auto& [kind, count] : tally.completions_) text += fmt::format(" {} {}", kind, count);
  text += fmt::format("\n{:<26} {:>8} {:>8} {:>8}\n", "rule", "planned", "fired", "times");
  for (const auto& [name, kind] : tally.kinds()) {
    text += fmt::format("{:<26} {:>8} {:>8} {:>8}\n", name, kind.planned, kind.fired, kind.times);
  }
  return text;
}

}  // namespace castaway::property
