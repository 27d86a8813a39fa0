// What the properties of a scenario say of one run.

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/check/explain.h"
#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"
#include "castaway/sim/json_digest.h"
#include "castaway/sim/overloaded.h"

#include "long_texts.h"

namespace castaway::scenario {
namespace {

using check::Breach;
using check::BreachKind;
using check::EventIndex;
using check::History;
using check::Verdict;
using check::Violation;
using sim::Overloaded;

/// Events that match, in order; the one that `n` names if it is given.
std::vector<EventIndex> matching(const sim::EventPattern& pattern, const History& history) {
  std::vector<EventIndex> found;
  for (EventIndex index = 0; index < history.events().size(); ++index) {
    if (sim::matches(pattern, history, history[index])) found.push_back(index);
  }
  if (pattern.n == 0) return found;
  if (found.size() < pattern.n) return {};
  return {found[pattern.n - 1]};
}

std::string in_words(const sim::EventPattern& pattern) {
  std::string text = pattern.ev;
  if (!pattern.op.empty()) text += " of " + pattern.op;
  if (!pattern.server.empty()) text += " at " + pattern.server;
  if (!pattern.fault.empty()) text += " of rule " + pattern.fault;
  if (!pattern.what.empty()) text += " (" + pattern.what + ")";
  if (pattern.n != 0) text += " (number " + std::to_string(pattern.n) + ")";
  return text;
}

constexpr BreachKind never_happened{"never happened"};
constexpr BreachKind too_few{"too few"};
constexpr BreachKind too_many{"too many"};
constexpr BreachKind out_of_order{"out of order"};
constexpr BreachKind never_completed{"never completed"};
constexpr BreachKind other_outcome{"another outcome"};
constexpr BreachKind other_value{"another value"};
constexpr BreachKind other_error{"another error"};
constexpr BreachKind not_within{"too soon or too late"};
constexpr BreachKind too_many_at_once{"too many at once"};
constexpr BreachKind time_stood_still{"time stood still"};

Verdict holds() { return {.judged = 1}; }

Verdict broken(const Breach& breach, std::string what, std::vector<check::Step> steps,
               std::string op) {
  return {.judged = 1,
          .violations = {{.op = std::move(op),
                          .breach = breach,
                          .what = std::move(what),
                          .steps = std::move(steps)}}};
}

std::vector<check::Step> as_steps(const History& history, const std::vector<EventIndex>& events) {
  std::vector<check::Step> steps;
  for (const EventIndex event : events) {
    if (steps.size() == 4) break;
    steps.push_back({.event = event, .text = in_words(history, history[event])});
  }
  return steps;
}

/// Adds why what should have happened did not: for each operation that it could have happened to,
/// and that it did not happen to, why that came no further.
Verdict explained(Verdict verdict, const sim::EventPattern& missing, const History& history) {
  check::Violation& violation = verdict.violations.front();
  const auto end = static_cast<EventIndex>(history.events().size());
  std::set<check::Symbol> happened;
  for (const EventIndex index : matching(missing, history)) happened.insert(history[index].op);
  std::size_t most = 3;
  bool invoked = false;
  for (EventIndex index = 0; index < end && most > 0; ++index) {
    const check::Event& event = history[index];
    if (event.kind != check::EventKind::invoke ||
        !sim::matches({.ev = "invoke", .op = missing.op}, history, event))
      continue;
    invoked = true;
    if (happened.contains(event.op) && event.operation == check::OperationKind::fanout) {
      explain_missing_servers(violation, history, event.op,
                              history[matching(missing, history).front()].kind, end);
    }
    if (happened.contains(event.op)) continue;
    --most;
    const std::string never =
        fmt::format("{}; {} of it never happened", in_words(history, event), missing.ev);
    violation.steps.push_back({.event = index, .text = never});
    explain_no_further(violation, history, event.op, end);
  }
  if (!invoked && !missing.op.empty())
    violation.steps.push_back({.text = "no operation called " + missing.op + " was ever invoked"});
  return verdict;
}

Verdict judge_count(const CountProp& property, const History& history) {
  std::vector<EventIndex> found = matching(property.of, history);
  std::string what;
  if (property.after) {
    const std::vector<EventIndex> begin = matching(*property.after, history);
    if (begin.empty())
      return explained(broken({.kind = never_happened},
                              in_words(*property.after) + " never happened", {}, property.of.op),
                       *property.after, history);
    std::erase_if(found, [&](EventIndex index) { return index < begin.front(); });
    what = "after " + in_words(*property.after) + " ";
  }
  what += in_words(property.of) + " happened " + std::to_string(found.size()) + " times, not at ";
  const auto wrong = [&](BreachKind kind, const std::string& bound) {
    return broken({.kind = kind}, what + bound, as_steps(history, found), property.of.op);
  };
  if (property.min && found.size() < *property.min)
    return explained(broken({.kind = too_few}, what + "least " + std::to_string(*property.min), {},
                            property.of.op),
                     property.of, history);
  if (property.max && found.size() > *property.max) {
    Verdict verdict = wrong(too_many, "most " + std::to_string(*property.max));
    explain_again(verdict.violations.front(), history, found.back());
    return verdict;
  }
  return holds();
}

Verdict judge_before(const BeforeProp& property, const History& history) {
  std::vector<EventIndex> firsts;
  for (const sim::EventPattern& pattern : property.events) {
    const std::vector<EventIndex> found = matching(pattern, history);
    if (found.empty())
      return explained(broken({.kind = never_happened}, in_words(pattern) + " never happened",
                              as_steps(history, firsts), pattern.op),
                       pattern, history);
    firsts.push_back(found.front());
  }
  const auto unsorted = std::is_sorted_until(firsts.begin(), firsts.end());
  if (unsorted == firsts.end()) return holds();
  const auto later = static_cast<std::size_t>(unsorted - firsts.begin());
  return broken(
      {.kind = out_of_order},
      in_words(property.events[later]) + " came before " + in_words(property.events[later - 1]),
      as_steps(history, {firsts[later], firsts[later - 1]}), property.events[later].op);
}

std::string outcome_name(check::EventKind kind) {
  return kind == check::EventKind::returned ? "return" : std::string(to_string(kind));
}

/// Python's name for the class of the error that an `error` stands for.
std::string raised_by(const History& history, const check::Event& error) {
  const std::string_view name = history.text(error.name);
  return name.ends_with("_Remote") ? std::string(name) : "RemoteError";
}

struct Flawed {
  Breach breach = {};
  std::string text = {};
};

/// What is wrong with an operation that ended like this; nothing if it ended as it should.
std::optional<Flawed> flaw_of(const OutcomeProp& property, const History& history,
                              const check::Event& end) {
  const std::string op(history.text(end.op));
  const std::string got = outcome_name(end.kind);
  if (std::ranges::count(property.in, got) == 0) {
    std::string allowed;
    for (const std::string& name : property.in) allowed += (allowed.empty() ? "" : " or ") + name;
    return Flawed{{.kind = other_outcome, .first = end.kind},
                  fmt::format("{} ended in {}, not in {}", op, got, allowed)};
  }
  const auto value = property.value.json().find("value");
  if (value != property.value.json().end() && end.digest != sim::json_digest(in_full(*value)))
    return Flawed{{.kind = other_value},
                  fmt::format("{} returned another value than {}", op, value->dump())};
  if (!property.raises.empty() && raised_by(history, end) != property.raises)
    return Flawed{
        {.kind = other_error},
        fmt::format("{} raised {}, not {}", op, raised_by(history, end), property.raises)};
  return std::nullopt;
}

Verdict judge_outcome(const OutcomeProp& property, const History& history) {
  const std::vector<EventIndex> found = matching({.ev = "complete", .op = property.op}, history);
  if (found.empty())
    return explained(
        broken({.kind = never_completed}, property.op + " never completed", {}, property.op),
        {.ev = "complete", .op = property.op}, history);
  for (const EventIndex index : found) {
    const std::optional<Flawed> flawed = flaw_of(property, history, history[index]);
    if (!flawed) continue;
    Verdict verdict = broken(flawed->breach, flawed->text, as_steps(history, {index}), property.op);
    explain_outcome(verdict.violations.front(), history, index);
    return verdict;
  }
  return holds();
}

Verdict judge_within(const WithinProp& property, const History& history) {
  const std::vector<EventIndex> from = matching(property.from, history);
  const std::vector<EventIndex> to = matching(property.to, history);
  if (from.empty() || to.empty()) {
    const sim::EventPattern& missing = from.empty() ? property.from : property.to;
    return explained(broken({.kind = never_happened}, in_words(missing) + " never happened", {},
                            property.from.op),
                     missing, history);
  }
  const Duration took = history[to.front()].at - history[from.front()].at;
  if (took >= property.min && took <= property.max) return holds();
  Verdict verdict =
      broken({.kind = not_within},
             "from " + in_words(property.from) + " to " + in_words(property.to) + " it took " +
                 castaway::to_string(took) + ", not " + castaway::to_string(property.min) + " to " +
                 castaway::to_string(property.max),
             as_steps(history, {from.front(), to.front()}), property.from.op);
  if (took <= property.max) return verdict;
  const auto explain =
      is_completion(history[to.front()].kind) ? check::explain_completion : check::explain_slow;
  explain(verdict.violations.front(), history, to.front());
  return verdict;
}

/// Executions that have ended make room for others at the same instant only if they did so before.
Verdict judge_at_once(const AtOnceProp& property, const History& history) {
  std::vector<EventIndex> running;
  std::size_t executions = 0;
  for (EventIndex index = 0; index < history.events().size(); ++index) {
    const check::Event& event = history[index];
    if (history.text(event.actor) != property.server) continue;
    if (event.kind == check::EventKind::done) {
      std::erase(running, event.cause);
    } else if (event.kind == check::EventKind::process) {
      running.clear();  // killed, or started anew
    } else if (event.kind == check::EventKind::execute) {
      running.push_back(index);
      ++executions;
    }
    if (running.size() <= property.max) continue;
    return broken({.kind = too_many_at_once},
                  property.server + " had " + std::to_string(running.size()) +
                      " executions under way, not at most " + std::to_string(property.max),
                  as_steps(history, running), std::string(history.text(event.op)));
  }
  return {.judged = executions};
}

}  // namespace

Verdict judge(const Property& property, const History& history) {
  Verdict judged =
      std::visit(Overloaded{[&](const LawProp& law) {
                              const check::Law* found = check::find_law(law.name);
                              return found != nullptr ? found->judge(history) : Verdict{};
                            },
                            [&](const CountProp& what) { return judge_count(what, history); },
                            [&](const BeforeProp& what) { return judge_before(what, history); },
                            [&](const OutcomeProp& what) { return judge_outcome(what, history); },
                            [&](const WithinProp& what) { return judge_within(what, history); },
                            [&](const AtOnceProp& what) { return judge_at_once(what, history); },
                            [&](const AgainProp&) { return Verdict{}; },
                            [&](const ShrunkProp&) { return Verdict{}; }},
                 property.what);
  if (judged.law.empty()) judged.law = name_of(property);
  return judged;
}

std::vector<Finding> judge(const Scenario& scenario, const Outcome& outcome) {
  std::vector<Finding> findings;
  if (outcome.history.ending == check::Ending::livelock) {
    const auto last = static_cast<EventIndex>(outcome.history.events().size() - 1);
    findings.push_back(
        {.property = "livelock",
         .verdict = broken({.kind = time_stood_still},
                           "time stood still: tasks went on and on at one instant",
                           as_steps(outcome.history, {last > 0 ? last - 1 : last, last}), "")});
  }
  for (const Property& property : scenario.expect.always) {
    if (std::holds_alternative<AgainProp>(property.what) ||
        std::holds_alternative<ShrunkProp>(property.what))
      continue;  // takes other runs
    findings.push_back(
        {.property = name_of(property), .verdict = judge(property, outcome.history)});
  }
  return findings;
}

}  // namespace castaway::scenario
