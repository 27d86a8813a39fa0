#include "castaway/check/laws.h"

#include <algorithm>
#include <array>
#include <set>

namespace castaway::check {

namespace {

constexpr std::array all_laws = {
    Law{"at-most-once",
        "No operation is executed twice: a call or cast by all servers together, a fanout by each.",
        at_most_once},
    Law{"no-phantom",
        "Nothing is executed that was not asked for, and no call returns before an execution "
        "ended.",
        no_phantom},
    Law{"own-reply",
        "A call gets the value, or the error, that an execution of its own ended with.", own_reply},
    Law{"one-completion", "Every invoked operation completes exactly once.", one_completion},
    Law{"deadline",
        "A timeout comes neither early nor late, and nothing completes after its deadline.",
        deadline},
    Law{"task-order",
        "Once a call has completed, no execution of it ends after a later operation of its task "
        "began.",
        task_order},
    Law{"effect", "What is said to have had no effect is not executed.", effect},
    Law{"no-loss", "What a server acknowledges it executes or refuses, unless something breaks.",
        no_loss},
    Law{"recovery", "Once everything should work again, every call with time enough is answered.",
        recovery},
    Law{"no-residue", "At the end of a run no operation is pending and no delivery unacknowledged.",
        no_residue},
    Law{"quiet-broker",
        "Left alone, a broker delivers what it accepted once, and in the order of each client.",
        quiet_broker, false, true},
    Law{"cast-order",
        "A goal: casts of one task to one topic are executed in another order than they were sent.",
        cast_order, true},
};

/// If results come only from executions, and an operation is executed once, then the order of a
/// task's calls follows from causality alone. So when it breaks, one of these was broken first.
constexpr std::array roots_of_task_order = {std::string_view("at-most-once"),
                                            std::string_view("no-phantom"),
                                            std::string_view("own-reply")};

std::set<std::string_view> violated_operations(const Verdict& verdict) {
  std::set<std::string_view> operations;
  for (const Violation& violation : verdict.violations) operations.insert(violation.op);
  return operations;
}

bool speaks_of(const History& history, const Violation& violation,
               const std::set<std::string_view>& operations) {
  return std::any_of(violation.steps.begin(), violation.steps.end(), [&](const Step& step) {
    return operations.contains(history.text(history[step.event].op));
  });
}

void mark_consequences(const History& history, const std::vector<Verdict>& verdicts,
                       Verdict& task_order) {
  for (const Verdict& root : verdicts) {
    if (std::find(roots_of_task_order.begin(), roots_of_task_order.end(), root.law) ==
        roots_of_task_order.end()) {
      continue;
    }
    const std::set<std::string_view> operations = violated_operations(root);
    for (Violation& violation : task_order.violations) {
      if (violation.consequence_of.empty() && speaks_of(history, violation, operations)) {
        violation.consequence_of = root.law;
      }
    }
  }
}

}  // namespace

std::span<const Law> laws() { return all_laws; }

const Law* find_law(std::string_view name) {
  const auto found = std::find_if(all_laws.begin(), all_laws.end(),
                                  [&](const Law& law) { return law.name == name; });
  return found == all_laws.end() ? nullptr : &*found;
}

std::vector<Verdict> judge_all(const History& history) {
  std::vector<Verdict> verdicts;
  for (const Law& law : all_laws) {
    if (law.goal || law.duty) continue;
    Verdict verdict = law.judge(history);
    if (law.name == "task-order") mark_consequences(history, verdicts, verdict);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace castaway::check
