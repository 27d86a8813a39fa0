// What a real transport does not keep to, or show, and why.

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "castaway/check/laws.h"
#include "castaway/scenario/across.h"
#include "castaway/scenario/cases.h"
#include "castaway/sim/faulty_transport.h"
#include "castaway/sim/overloaded.h"

namespace castaway::scenario {
namespace {

using sim::Overloaded;

bool has_step(const Scenario& scenario, const auto& is_it) {
  return std::ranges::any_of(scenario.script, [&](const Script& script) {
    return std::ranges::any_of(script.steps, is_it);
  });
}

bool is_fanout(const ScriptStep& step) {
  const auto* operation = std::get_if<Operation>(&step);
  return operation != nullptr && operation->kind == Operation::Kind::fanout;
}

/// The promises of a transport that this scenario lives on: those it names, and those that its
/// world asks for.
std::vector<std::string> needs_of(const Scenario& scenario) {
  std::vector<std::string> needs = scenario.needs;
  if (scenario.broker.durable) needs.emplace_back("durable");
  const auto has_arguments = [](const Server& server) {
    return !server.queue_arguments.json().empty();
  };
  if (!scenario.broker.queue_arguments.json().empty() ||
      std::ranges::any_of(scenario.servers, has_arguments))
    needs.emplace_back("queue-arguments");
  if (scenario.broker.mandatory) needs.emplace_back("mandatory");
  if (has_step(scenario, is_fanout)) needs.emplace_back("fanout");
  for (const sim::Rule& rule : scenario.faults) {
    // What a server has had and not acknowledged is to come again.
    const bool is_cut_off = sim::has_body(rule.on.edge) && rule.on.hop == sim::Hop::deliver &&
                            std::holds_alternative<sim::Disconnect>(rule.action);
    const bool is_redelivered =
        is_cut_off || rule.on.edge == sim::Edge::ack || rule.on.copy == sim::Copy::redelivery;
    if (is_redelivered) needs.emplace_back("requeue");
  }
  return needs;
}

/// What is about the simulator itself, or about times that only it can keep.
std::string why_simulated(const Scenario& scenario) {
  if (std::ranges::find(scenario.needs, "sim") != scenario.needs.end())
    return "it needs a virtual clock: its times are exact";
  if (!(scenario.broker.consumer_timeout == sim::ConsumerTimeout()))
    return "how long a real broker waits for an ack is for its operator to say";
  if (scenario.broker.nodes != 1) return "of how many nodes a real broker is, its operator says";
  const auto has_rights = [](const auto& member) { return member.rights.has_value(); };
  if (std::ranges::any_of(scenario.servers, has_rights) ||
      std::ranges::any_of(scenario.clients, has_rights))
    return "what a user may do at a real broker, its operator says";
  for (const std::string& id : scenario.cases) {
    const Case* known = find_case(id);
    if (known != nullptr && known->needs == "sim")
      return id + " asks for a simulation: nobody else makes so many runs, or the same one twice";
  }
  return "";
}

std::string why_not_event(const sim::EventPattern& event) {
  if (event.ev == "settle") return "a broker tells nobody when an ack has reached it";
  if (event.ev == "residue") return "what is left in a broker is not told";
  if (event.ev == "process" && (event.what == to_string(check::Detail::killed) ||
                                event.what == to_string(check::Detail::paused)))
    return "no process is killed or paused";
  return "";
}

std::string why_not_script(const Scenario& scenario) {
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* until = std::get_if<Until>(&step);
      if (until == nullptr) continue;
      if (std::string why = why_not_event(until->event); !why.empty()) return why;
    }
  }
  return "";
}

std::string why_not_law(const std::string& name) {
  const check::Law* law = check::find_law(name);
  return law == nullptr ? "" : std::string(law->unobservable);
}

}  // namespace

std::string why_not_over(const Scenario& scenario, const Capabilities& capabilities,
                         Duration duration, const AcrossOptions& options) {
  if (scenario.deviations)
    return "it replays decisions of a simulation, and time and order are nobody's to decide here";
  if (std::string why = why_simulated(scenario); !why.empty()) return why;
  for (const std::string& need : needs_of(scenario)) {
    if (const auto missing = capabilities.missing.find(need); missing != capabilities.missing.end())
      return "not kept by " + options.transport + ": " + need + " (" + missing->second + ")";
  }
  for (const sim::Rule& rule : scenario.faults) {
    if (std::string why = sim::why_unsupported(rule, capabilities); !why.empty())
      return "rule " + rule.id + ": " + why;
  }
  if (std::string why = why_not_script(scenario); !why.empty()) return "its script waits: " + why;
  if (duration > options.patience)
    return "takes too long: " + castaway::to_string(duration) + ", and patience ends at " +
           castaway::to_string(options.patience);
  return "";
}

std::string why_not_seen(const Property& property) {
  return std::visit(
      Overloaded{[](const LawProp& law) { return why_not_law(law.name); },
                 [](const CountProp& count) {
                   std::string why = why_not_event(count.of);
                   return why.empty() && count.after ? why_not_event(*count.after) : why;
                 },
                 [](const BeforeProp& before) {
                   for (const sim::EventPattern& event : before.events) {
                     if (std::string why = why_not_event(event); !why.empty()) return why;
                     if (event.ev == "accept" || event.ev == "reply_accept")
                       return std::string(
                           "when a broker accepts a message it tells nobody but by its "
                           "confirm, later");
                   }
                   return std::string();
                 },
                 [](const OutcomeProp&) { return std::string(); },
                 [](const WithinProp& within) {
                   std::string why = why_not_event(within.from);
                   return why.empty() ? why_not_event(within.to) : why;
                 },
                 [](const AtOnceProp&) { return std::string(); },
                 [](const AgainProp&) { return std::string("no run in real time comes twice"); },
                 [](const ShrunkProp&) { return std::string("no run in real time comes twice"); }},
      property.what);
}

}  // namespace castaway::scenario
