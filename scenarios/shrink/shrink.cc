#include "castaway/scenario/shrink.h"

#include <array>
#include <utility>

#include "shrink_stages.h"
#include "trials.h"

namespace castaway::scenario {
namespace {

struct Stage {
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

constexpr std::array stages = {
    Stage{"cut", cut_the_run},
    Stage{"faults", [](Trials& trials) { thin_out_faults(trials, Parts::halves); }},
    Stage{"actors", [](Trials& trials) { thin_out_actors(trials, Parts::halves); }},
    Stage{"operations", [](Trials& trials) { thin_out_script(trials, Parts::halves); }},
    Stage{"choices", [](Trials& trials) { thin_out_deviations(trials, Parts::halves); }},
    Stage{"values",
          [](Trials& trials) {
            simplify_values(trials);
            cut_the_run(trials);
          }},
    Stage{"proof", prove},
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

std::optional<Shrunk> shrink(const Scenario& scenario, Profile profile, const Property& property,
                             const ShrinkOptions& options) {
  Trials trials(scenario, profile, property, options);
  if (!trials.confirm()) return std::nullopt;
  Shrunk shrunk{.root = trials.root(), .before = size_of(trials.best())};
  std::uint64_t spent = 0, kept = trials.kept();
  shrunk.stages.push_back(
      {.name = "confirm", .evaluations = trials.evaluations(), .after = shrunk.before});
  for (const Stage& stage : stages) {
    spent = trials.evaluations();
    kept = trials.kept();
    trials.enter(stage.name);
    stage.perform(trials);
    shrunk.stages.push_back({.name = stage.name,
                             .evaluations = trials.evaluations() - spent,
                             .kept = trials.kept() - kept,
                             .after = size_of(trials.best())});
  }
  shrunk.minimal = !trials.over();
  shrunk.scenario = trials.best();
  shrunk.outcome = trials.outcome();
  shrunk.after = size_of(shrunk.scenario);
  shrunk.evaluations = trials.evaluations();
  shrunk.also = trials.also();
  return shrunk;
}

const std::vector<std::string_view>& shrink_stages() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = {"confirm"};
    for (const Stage& stage : stages) all.push_back(stage.name);
    return all;
  }();
  return names;
}

}  // namespace castaway::scenario
