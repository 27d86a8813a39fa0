#include "castaway/scenario/shrink.h"

#include <array>
#include <utility>

#include "shrink_passes.h"
#include "trials.h"

namespace castaway::scenario {
namespace {

struct Pass {
  std::string_view name;
  void (*perform)(Trials&);
};

/// Everything again, one by one, until nothing more can go.
void prove(Trials& trials) {
  std::uint64_t kept = 0;
  do {
    kept = trials.kept();
    thin_out_faults(trials, Parts::singles);
    thin_out_actors(trials, Parts::singles);
    thin_out_script(trials, Parts::singles);
    thin_out_deviations(trials, Parts::singles);
  } while (trials.kept() != kept && !trials.over());
}

constexpr std::array passes = {
    Pass{"cut", cut_the_run},
    Pass{"faults", [](Trials& trials) { thin_out_faults(trials, Parts::halves); }},
    Pass{"actors", [](Trials& trials) { thin_out_actors(trials, Parts::halves); }},
    Pass{"operations", [](Trials& trials) { thin_out_script(trials, Parts::halves); }},
    Pass{"choices", [](Trials& trials) { thin_out_deviations(trials, Parts::halves); }},
    Pass{"values",
         [](Trials& trials) {
           simplify_values(trials);
           cut_the_run(trials);
         }},
    Pass{"proof", prove},
};

std::uint64_t copies_of(const Operation& operation, const Script& script) {
  if (!operation.only.empty()) return operation.only.size();
  return std::uint64_t{operation.repeat.value_or(1)} * script.repeat.value_or(1);
}

}  // namespace

Size size_of(const Scenario& scenario) {
  Size size{.deviations = scenario.deviations ? scenario.deviations->size() : 0,
            .rules = scenario.faults.size(),
            .clients = scenario.clients.size(),
            .servers = scenario.servers.size()};
  for (const Script& script : scenario.script) {
    size.tasks += script.repeat.value_or(1);
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr) {
        ++size.steps;
      } else {
        size.operations += copies_of(*operation, script);
      }
    }
  }
  return size;
}

std::optional<Shrunk> shrink(const Scenario& scenario, SubjectProfile profile,
                             const Property& property, const ShrinkOptions& options) {
  Trials trials(scenario, profile, property, options);
  if (!trials.confirm()) return std::nullopt;
  Shrunk shrunk;
  shrunk.signature = trials.signature();
  shrunk.before = size_of(trials.best());
  std::uint64_t spent = 0, kept = trials.kept();
  bool cut = false;
  shrunk.passes.push_back(
      {.name = "confirm", .evaluations = trials.evaluations(), .after = shrunk.before});
  for (const Pass& pass : passes) {
    spent = trials.evaluations();
    kept = trials.kept();
    trials.enter(pass.name);
    try {
      pass.perform(trials);
    } catch (const RunCut&) {
      cut = true;  // what was kept before is the result
    }
    shrunk.passes.push_back({.name = pass.name,
                             .evaluations = trials.evaluations() - spent,
                             .kept = trials.kept() - kept,
                             .after = size_of(trials.best())});
  }
  shrunk.minimal = !cut && !trials.over();
  shrunk.scenario = trials.best();
  shrunk.outcome = trials.outcome();
  shrunk.after = size_of(shrunk.scenario);
  shrunk.evaluations = trials.evaluations();
  shrunk.also = trials.also();
  return shrunk;
}

const std::vector<std::string_view>& shrink_passes() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = {"confirm"};
    for (const Pass& pass : passes) all.push_back(pass.name);
    return all;
  }();
  return names;
}

}  // namespace castaway::scenario
