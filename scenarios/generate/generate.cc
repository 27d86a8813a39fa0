#include "castaway/scenario/generate.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

Kind kind_of(const Dice& dice, const GenerateOptions& options) {
  if (options.stray_copies) return Kind::both;
  return dice.happens("copies", {1, 2}) ? Kind::copies : Kind::restarts;
}

/// What the script has that a law could have something to say about.
struct Material {
  bool executions = false;  ///< somebody serves what somebody asks for
  bool calls = false;       ///< and asks for it by a call
  bool sequels = false;     ///< after which the same task asks for more
  bool stops = false;       ///< some step stops a server

  [[nodiscard]] bool has(check::LawNeeds needs) const {
    switch (needs) {
      case check::LawNeeds::executions:
        return executions;
      case check::LawNeeds::calls:
        return calls;
      case check::LawNeeds::sequels:
        return sequels;
      case check::LawNeeds::stops:
        return stops;
      case check::LawNeeds::casts:
        return false;  // a goal needs more than one run
      case check::LawNeeds::operations:
        break;
    }
    return true;
  }
};

Material material_of(const Scenario& scenario) {
  Material found;
  for (const Script& script : scenario.script) {
    bool called = false;
    for (const ScriptStep& step : script.steps) {
      found.stops = found.stops || std::holds_alternative<StopServer>(step);
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr || !operation->unserialisable.empty()) continue;
      const bool served = std::ranges::any_of(scenario.servers, [&](const Server& server) {
        return server.topic == operation->topic && server.endpoint.contains(operation->method);
      });
      const bool call = operation->kind == Operation::Kind::call;
      found.executions = found.executions || served;
      found.calls = found.calls || (served && call);
      found.sequels =
          found.sequels || (served && (called || (call && operation->names().size() > 1)));
      called = called || (served && call);
    }
  }
  return found;
}

/// Then the faults are over, and so much later everything works again.
void generate_quiet(Draft& draft) {
  const bool large = draft.options.size >= 4;
  if (!draft.options.faults || !large || !draft.dice.happens("quiet", {1, 3})) return;
  draft.scenario.clock.quiet = draft.dice.pick<Duration>("quiet-from", {6s, 10s, 20s});
  draft.scenario.clock.recovery = 15s;
  draft.scenario.clients.front().monitor.reset();  // it asks in the end, and waits for its answer
  // What was asked before has to be done by then.
  for (Server& server : draft.scenario.servers) {
    for (auto& [method, steps] : server.endpoint) {
      for (Behaviour& step : steps) {
        if (auto* sleep = std::get_if<Sleep>(&step))
          sleep->for_ = std::min<Duration>(sleep->for_, 200ms);
      }
    }
  }
}

std::vector<Property> laws_for(const Scenario& scenario) {
  std::vector<Property> laws;
  const Material material = material_of(scenario);
  for (const check::Law& law : check::laws()) {
    if (law.goal || law.duty || !law.generated || !material.has(law.needs)) continue;
    if (law.quiet && !scenario.clock.quiet) continue;
    const std::string name(law.name);
    laws.push_back({.id = name, .what = LawProp{.name = name}});
  }
  return laws;
}

/// Who asks for what no server has gets no value, whatever else happens.
void expect_refusals(Scenario& scenario) {
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr || operation->method != missing_method) continue;
      scenario.expect.always.push_back(
          {.id = "refused-" + operation->as,
           .what = CountProp{.of = {.ev = "return", .op = operation->as}, .max = 0}});
    }
  }
}

}  // namespace

Scenario generate(std::uint64_t seed, const GenerateOptions& options) {
  Draft draft{.dice = Dice(seed), .options = options};
  draft.options.stray_copies = options.stray_copies || options.claims;
  draft.kind = kind_of(draft.dice, draft.options);
  draft.scenario.name = fmt::format("generated-{:016x}", seed);
  draft.scenario.about = fmt::format("Made from the seed {} with size {}.", seed, options.size);
  draft.scenario.seed = seed;
  if (options.claims) draft.scenario.profiles = {SubjectProfile::strict_claims};
  generate_world(draft);
  generate_quiet(draft);
  generate_queues(draft);
  generate_script(draft);
  generate_patience(draft);
  generate_allowed_errors(draft);
  if (options.faults) generate_faults(draft);
  generate_makes(draft);
  draft.scenario.expect.always = laws_for(draft.scenario);
  expect_refusals(draft.scenario);
  return std::move(draft.scenario);
}

}  // namespace castaway::scenario
