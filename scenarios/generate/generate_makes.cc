// Servers of another make than the profile of the run: one that acknowledges late, or has another
// profile. Only strict servers, and those that ask for claims, tell copies from requests; so the
// others are drawn where a request comes once, which the fault plan shows.
//
// Never drawn: a client of profile classic. It counts its deadline from the confirm on, sends again
// whatever is not confirmed in time, and gives up what its link refuses: so it breaks the laws
// deadline, bounded-delivery and retries-used, even where all servers are strict.

#include <algorithm>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "castaway/sim/overloaded.h"

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

/// Whether the rule may bring a request to a server again: it makes a copy of it, or a connection
/// of a server breaks before the broker has its ack.
bool brings_back(const Scenario& scenario, const sim::Rule& rule) {
  const auto is_server = [&](const std::string& who) {
    return std::ranges::count(scenario.servers, who, &Server::id) > 0;
  };
  return std::visit(
      sim::Overloaded{[&](const sim::Duplicate&) { return rule.on.edge == sim::Edge::request; },
                      [&](const sim::Drop&) { return rule.on.edge == sim::Edge::ack; },
                      [&](const sim::Disconnect& cut) {
                        return sim::is_message(rule.on.edge) || is_server(cut.who);
                      },
                      [&](const sim::Kill& kill) { return is_server(kill.who); },
                      [&](const sim::CloseChannel& close) { return is_server(close.who); },
                      [&](const sim::CancelConsumer& cancel) {
                        return cancel.replies_of.empty() &&
                               (cancel.who.empty() || is_server(cancel.who));
                      },
                      [](const sim::DeleteQueue& gone) { return gone.replies_of.empty(); },
                      [](const sim::RestartBroker&) { return true; },
                      [](const sim::StopNode&) { return true; }, [](const auto&) { return false; }},
      rule.action);
}

bool asks_others(const Server& server) {
  return std::ranges::any_of(server.endpoint, [](const auto& method) {
    return std::holds_alternative<Operation>(method.second.front());
  });
}

/// The servers that some step stops.
std::set<std::string> stopped_in(const Scenario& scenario) {
  std::set<std::string> servers;
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      if (const auto* stop = std::get_if<StopServer>(&step)) servers.insert(stop->id);
    }
  }
  return servers;
}

bool has_arguments(const Scenario& scenario, const Server& server) {
  return !scenario.broker.queue_arguments.json().empty() || !server.queue_arguments.json().empty();
}

/// One that declares its queues and exchanges otherwise than the others, as in a rolling upgrade:
/// the broker refuses it, and it is deaf for good. Nobody may wait for it to serve.
void generate_odd_one(Draft& draft, const std::set<std::string>& stopped) {
  Scenario& scenario = draft.scenario;
  const Dice dice = draft.dice.of("odd-one");
  if (scenario.clock.quiet || draft.options.size < 4 || !dice.happens("there", {1, 24})) return;
  for (Server& server : scenario.servers) {
    if (server.start == Duration::zero() || stopped.contains(server.id)) continue;
    // A quorum queue is durable.
    if (scenario.broker.durable && has_arguments(scenario, server)) continue;
    server.durable = !scenario.broker.durable;
    return;
  }
  scenario.clients.back().durable = !scenario.broker.durable;
}

}  // namespace

void generate_makes(Draft& draft) {
  Scenario& scenario = draft.scenario;
  const bool comes_once = !is_short(scenario.broker.consumer_timeout) &&
                          std::ranges::none_of(scenario.faults, [&](const sim::Rule& rule) {
                            return brings_back(scenario, rule);
                          });
  const std::set<std::string> stopped = stopped_in(scenario);
  for (Server& server : scenario.servers) {
    const Dice dice = draft.dice.of("make of " + server.id);
    if (dice.happens("claims", {1, 12})) server.profile = SubjectProfile::strict_claims;
    if (!comes_once) continue;
    if (dice.happens("strict", {1, 12})) server.profile = SubjectProfile::strict;
    if (dice.happens("late-acks", {1, 4})) server.acks_late = true;
    // A classic server that stops acknowledges what it never runs. What it asks for itself it may
    // ask for twice. And its workers answer who has gone for a minute each, so that it recovers
    // late.
    const bool may_be_classic = stopped.empty() && !asks_others(server) && !scenario.clock.quiet;
    if (may_be_classic && dice.happens("classic", {1, 4})) server.profile = SubjectProfile::classic;
  }
  generate_odd_one(draft, stopped);
}

}  // namespace castaway::scenario
