#include "castaway/check/laws.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "argument/suspects.h"

namespace castaway::check {

// Each in a file of its own.
Law at_most_once_law();
Law no_phantom_law();
Law own_reply_law();
Law one_completion_law();
Law deadline_law();
Law task_order_law();
Law effect_law();
Law no_loss_law();
Law reply_arrives_law();
Law reply_heard_law();
Law expiry_law();
Law fanout_whole_law();
Law cast_accepted_law();
Law cast_runs_law();
Law no_reply_to_cast_law();
Law stop_ends_law();
Law bounded_delivery_law();
Law retries_used_law();
Law recovery_law();
Law no_residue_law();
Law quiet_broker_law();
Law cast_order_law();

namespace {

bool has_invoke(const History& history) {
  return std::ranges::any_of(history.events(),
                             [](const Event& event) { return event.kind == EventKind::invoke; });
}

std::set<std::string_view> violated_operations(const Verdict& verdict) {
  std::set<std::string_view> operations;
  for (const Violation& violation : verdict.violations) operations.insert(violation.op);
  return operations;
}

bool speaks_of(const History& history, const Violation& violation,
               const std::set<std::string_view>& operations) {
  return std::ranges::any_of(violation.steps, [&](const Step& step) {
    return operations.contains(history.text(history[step.event].op));
  });
}

/// Marks the violations that a violation of one of the law's roots explains.
void mark_consequences(const Law& law, const History& history, Verdict& verdict) {
  for (const std::string_view name : law.roots) {
    const Verdict root = find_law(name)->judge(history);
    const std::set<std::string_view> operations = violated_operations(root);
    for (Violation& violation : verdict.violations) {
      if (violation.consequence_of.empty() && speaks_of(history, violation, operations))
        violation.consequence_of = name;
    }
  }
}

}  // namespace

std::span<const Law> laws() {
  // Causes come before their consequences.
  static const std::array all = {
      at_most_once_law(), no_phantom_law(),     own_reply_law(),        reply_arrives_law(),
      reply_heard_law(),  cast_accepted_law(),  no_loss_law(),          cast_runs_law(),
      fanout_whole_law(), one_completion_law(), deadline_law(),         expiry_law(),
      task_order_law(),   effect_law(),         no_reply_to_cast_law(), stop_ends_law(),
      retries_used_law(), recovery_law(),       bounded_delivery_law(), no_residue_law(),
      quiet_broker_law(), cast_order_law()};
  return all;
}

const Law* find_law(std::string_view name) {
  const auto found = std::ranges::find(laws(), name, &Law::name);
  return found == laws().end() ? nullptr : &*found;
}

Verdict Law::judge(const History& history) const {
  Verdict judged = judge_twice(verdict, history);
  if (judged.vacuous() && needs_invoke && !has_invoke(history))
    judged.vacuous_because = "no operation was invoked";
  if (judged.vacuous() && judged.unseen > 0) judged.vacuous_because = unseen_in_words(judged);
  if (judged.violated()) mark_consequences(*this, history, judged);
  return judged;
}

std::vector<Verdict> judge_all(const History& history) {
  std::vector<Verdict> verdicts;
  for (const Law& law : laws()) {
    if (!law.goal && !law.duty) verdicts.push_back(law.judge(history));
  }
  return verdicts;
}

}  // namespace castaway::check
