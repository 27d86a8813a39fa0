// What is wrong with a plan beyond its single rules: the names in it.

#include <algorithm>
#include <concepts>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "castaway/nearest.h"
#include "castaway/sim/fault_plan.h"

namespace castaway::sim {
namespace {

/// `no event is called "acept"; did you mean "accept"?`
std::string unknown(std::string_view what, const std::string& name,
                    const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return fmt::format("no {} is called \"{}\"{}", what, name,
                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
}

/// Collects what is wrong with the rules of a plan.
class Problems {
 public:
  void add(const Rule& rule, const std::string& what) {
    found_.push_back(fmt::format("rule \"{}\": {}", rule.id, what));
  }
  /// Adds a problem unless `name` is empty or one of `known`.
  void require(const Rule& rule, std::string_view what, const std::string& name,
               const std::vector<std::string>& known) {
    if (name.empty() || std::ranges::count(known, name) != 0) return;
    add(rule, unknown(what, name, known));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

/// Calls `visit` for each event that the rule waits for, or holds messages until.
void for_each_pattern(const Rule& rule, const auto& visit) {
  if (rule.when.after) visit(*rule.when.after);
  std::visit(
      [&]<class A>(const A& action) {
        A::fields([&](const char*, auto member, const FieldInfo&) {
          if constexpr (std::same_as<std::remove_cvref_t<decltype(action.*member)>, EventPattern>)
            visit(action.*member);
        });
      },
      rule.action);
}

/// Calls `visit` for each text of the action that names a process.
void for_each_process(const Rule& rule, const auto& visit) {
  std::visit(
      [&]<class A>(const A& action) {
        A::fields([&](const char*, auto member, const FieldInfo& info) {
          if constexpr (std::same_as<std::remove_cvref_t<decltype(action.*member)>, std::string>) {
            if (info.names == Named::process || info.names == Named::client ||
                info.names == Named::server)
              visit(action.*member);
          }
        });
      },
      rule.action);
}

}  // namespace

std::vector<std::string> problems_of(const FaultPlan& plan) {
  Problems problems;
  const std::vector<std::string> events(event_names().begin(), event_names().end());
  std::vector<std::string> rules;
  for (const Rule& rule : plan) {
    if (rule.id.empty()) problems.add(rule, "a rule needs an id");
    if (std::ranges::count(rules, rule.id) != 0) problems.add(rule, "another rule has this id");
    rules.push_back(rule.id);
  }
  for (const Rule& rule : plan) {
    if (const std::string wrong = validate(rule); !wrong.empty()) problems.add(rule, wrong);
    for_each_pattern(rule, [&](const EventPattern& pattern) {
      if (pattern.ev.empty()) problems.add(rule, "an event that it waits for has no name");
      problems.require(rule, "event", pattern.ev, events);
      problems.require(rule, "rule", pattern.fault, rules);
    });
  }
  return problems.take();
}

std::vector<std::string> problems_of(const FaultPlan& plan,
                                     const std::vector<std::string>& processes) {
  Problems problems;
  std::vector<std::string> actors = processes;
  actors.emplace_back("broker");
  for (const Rule& rule : plan) {
    problems.require(rule, "process", rule.on.from, processes);
    problems.require(rule, "process", rule.on.to, processes);
    for_each_process(
        rule, [&](const std::string& name) { problems.require(rule, "process", name, processes); });
    for_each_pattern(rule, [&](const EventPattern& pattern) {
      problems.require(rule, "process", pattern.server, actors);
    });
  }
  return problems.take();
}

}  // namespace castaway::sim
