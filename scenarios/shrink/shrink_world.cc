// Passes of shrinking: the end of the run, the faults, and who is there.

#include <algorithm>
#include <set>
#include <string>

#include "round_numbers.h"
#include "shrink_passes.h"

namespace castaway::scenario {
namespace {

Scenario without_rules(Scenario scenario, const Gone& gone) {
  scenario.faults = left_of(scenario.faults, gone);
  return scenario;
}

Scenario without_clients(Scenario scenario, const Gone& gone) {
  for (std::size_t i = 0; i < gone.size(); ++i) {
    if (!gone[i]) continue;
    std::erase_if(scenario.script,
                  [&](const Script& script) { return script.client == scenario.clients[i].id; });
  }
  scenario.clients = left_of(scenario.clients, gone);
  return scenario;
}

/// As many tasks that do the same as still have something to do, or one that does it all.
void unite_tasks(Trials& trials) {
  for (std::size_t i = trials.best().script.size(); i-- > 0;) {
    if (i >= trials.best().script.size() || !trials.best().script[i].repeat) continue;
    Scenario candidate = trials.best();
    candidate.script[i].repeat.reset();
    for (ScriptStep& step : candidate.script[i].steps) {
      auto* operation = std::get_if<Operation>(&step);
      // Its copies keep their names.
      if (operation == nullptr || !operation->only.empty()) continue;
      const std::uint32_t copies = operation->repeat.value_or(1) * *trials.best().script[i].repeat;
      for (std::uint32_t copy = 0; copy < copies; ++copy) operation->only.push_back(copy);
    }
    for (ScriptStep& step : candidate.script[i].steps) {
      if (auto* operation = std::get_if<Operation>(&step)) operation->repeat.reset();
    }
    trials.attempt(std::move(candidate));
  }
}

}  // namespace

void cut_the_run(Trials& trials) {
  const std::optional<TimePoint> broken = trials.broken_at();
  if (!broken) return;
  const auto at = static_cast<std::uint64_t>(broken->time_since_epoch().count());
  Scenario candidate = trials.best();
  const Duration limit(static_cast<Duration::rep>(next_round_number(at)));
  if (limit >= candidate.clock.limit) return;
  candidate.clock.limit = limit;
  trials.attempt(std::move(candidate));
}

void thin_out_faults(Trials& trials, Parts parts) {
  if (parts == Parts::halves) {
    std::set<sim::Edge> edges;
    for (const sim::Rule& rule : trials.best().faults) edges.insert(rule.on.edge);
    for (const sim::Edge edge : edges) {
      Scenario candidate = trials.best();
      std::erase_if(candidate.faults, [&](const sim::Rule& rule) { return rule.on.edge == edge; });
      trials.attempt(std::move(candidate));
    }
  }
  const Scenario base = trials.best();
  thin_out(trials, base.faults.size(), parts,
           [&](const Gone& gone) { return without_rules(base, gone); });
}

void thin_out_actors(Trials& trials, Parts parts) {
  const Scenario with_clients = trials.best();
  thin_out(trials, with_clients.clients.size(), parts,
           [&](const Gone& gone) { return without_clients(with_clients, gone); });
  const Scenario with_servers = trials.best();
  thin_out(trials, with_servers.servers.size(), parts, [&](const Gone& gone) {
    Scenario scenario = with_servers;
    scenario.servers = left_of(scenario.servers, gone);
    return scenario;
  });
  const Scenario with_tasks = trials.best();
  thin_out(trials, with_tasks.script.size(), parts, [&](const Gone& gone) {
    Scenario scenario = with_tasks;
    scenario.script = left_of(scenario.script, gone);
    return scenario;
  });
  unite_tasks(trials);
}

}  // namespace castaway::scenario
