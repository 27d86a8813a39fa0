// What the rules of a generated fault plan may be aimed at: who is there, what they ask for, and
// whose connections may break.

#include <set>
#include <utility>
#include <vector>

#include "castaway/topology.h"

#include "generate_faults.h"

namespace castaway::scenario {
namespace {

/// The script's, and those of methods that ask others.
std::vector<const Operation*> operations_of(const Scenario& scenario, Names& askers) {
  std::vector<const Operation*> operations;
  const auto add = [&](const auto& steps) {
    const std::size_t before = operations.size();
    for (const auto& step : steps) {
      if (const auto* one = std::get_if<Operation>(&step)) operations.push_back(one);
    }
    return operations.size() > before;
  };
  for (const Script& script : scenario.script) add(script.steps);
  for (const Server& server : scenario.servers) {
    bool asks = false;
    for (const auto& [method, steps] : server.endpoint) asks = add(steps) || asks;
    if (asks) askers.push_back(server.id);
  }
  return operations;
}

void add_operations(const Scenario& scenario, Targets& targets) {
  std::set<std::string> methods, topics, exchanges;
  const Topology names(scenario.broker.isolated ? TopologyPolicy::isolated : TopologyPolicy::oslo,
                       {}, "openstack");
  for (const Operation* operation : operations_of(scenario, targets.askers)) {
    const bool fanout = operation->kind == Operation::Kind::fanout;
    targets.operations.push_back(operation->as);
    if (operation->kind == Operation::Kind::call) targets.calls.push_back(operation->as);
    methods.insert(operation->method);
    topics.insert(operation->topic);
    exchanges.insert(
        names
            .address_of(
                {.exchange = operation->exchange, .topic = operation->topic, .fanout = fanout})
            .exchange.exchange);
  }
  targets.methods.assign(methods.begin(), methods.end());
  targets.topics.assign(topics.begin(), topics.end());
  targets.exchanges.assign(exchanges.begin(), exchanges.end());
}

}  // namespace

Targets targets_of(const Draft& draft) {
  const Scenario& scenario = draft.scenario;
  Targets targets;
  std::set<std::string> stopped;
  for (const Client& client : scenario.clients) targets.clients.push_back(client.id);
  targets.askers = targets.clients;
  for (const Client& client : scenario.clients) {
    // The first asks in the end, and dies with whoever shares its process.
    const Client& asks = scenario.clients.front();
    const bool is_its =
        client.id == asks.id || (!asks.process.empty() && client.process == asks.process);
    if (!scenario.clock.quiet || !is_its) targets.mortal.push_back(client.id);
  }
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      if (const auto* stop = std::get_if<StopServer>(&step)) stopped.insert(stop->id);
    }
  }
  add_operations(scenario, targets);
  for (const Server& server : scenario.servers) {
    targets.servers.push_back(server.id);
    if (draft.kind == Kind::copies) continue;
    // Who waits for a server to stop would wait for ever if it were killed meanwhile.
    if (!stopped.contains(server.id)) targets.killable.push_back(server.id);
  }
  if (draft.kind != Kind::copies || !shares_a_topic(scenario)) targets.breakable = targets.servers;
  return targets;
}

}  // namespace castaway::scenario
