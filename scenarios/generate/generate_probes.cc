// What is asked so that nothing is left unasked: calls to topics that nobody else calls, and probes
// once everything should work again.

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

/// A request for a chain is three requests.
constexpr std::uint64_t longest_chain = 3;

/// How long a method takes at most, but for what it sends.
Duration work_of(const std::vector<Behaviour>& steps) {
  Duration work = {};
  for (const Behaviour& step : steps) {
    if (const auto* sleep = std::get_if<Sleep>(&step)) work += sleep->for_;
    if (const auto* asks = std::get_if<Operation>(&step)) work += asks->timeout.value_or(0s);
  }
  return work;
}

/// How long all that is asked for keeps the servers busy, if they do one after the other.
Duration backlog(const Scenario& scenario) {
  Duration longest = {};
  for (const Server& server : scenario.servers) {
    for (const auto& [method, steps] : server.endpoint) longest = std::max(longest, work_of(steps));
  }
  // A delivery, its acknowledgement, and the confirm that a caster waits for.
  const sim::Distribution& latency = scenario.broker.latency;
  longest += 3 * std::max({latency.a, latency.b, latency.max});
  std::uint64_t operations = 0;
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* one = std::get_if<Operation>(&step);
      if (one == nullptr) continue;
      const bool asks_on = one->method == "relay" || one->method == "chain";
      operations += one->names().size() * (asks_on ? longest_chain : 1);
    }
  }
  return longest * operations;
}

}  // namespace

void ask(const Server& server, Operation& operation) {
  operation.exchange = server.exchange;
  operation.topic = server.topic;
  operation.namespace_ = server.namespace_;
  operation.version = server.version;
}

void add_probes(Scenario& scenario) {
  Script& script = scenario.script.front();
  script.steps.emplace_back(
      Wait{*scenario.clock.quiet + std::max(scenario.clock.recovery, backlog(scenario))});
  std::set<std::pair<std::string, std::string>> asked;
  for (const Server& server : scenario.servers) {
    if (!asked.emplace(server.exchange, server.topic).second) continue;
    Operation probe{.as = "probe-" + std::to_string(asked.size()),
                    .method = "echo",
                    .args = Object({{"n", 0}}),
                    .timeout = scenario.clock.recovery};
    ask(server, probe);
    script.steps.emplace_back(std::move(probe));
  }
}

void ask_the_unasked(Scenario& scenario) {
  std::set<std::pair<std::string, std::string>> asked;
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation != nullptr) asked.emplace(operation->exchange, operation->topic);
    }
  }
  for (const Server& server : scenario.servers) {
    if (!asked.emplace(server.exchange, server.topic).second) continue;
    Operation call{.as = "for-" + server.id,
                   .method = "echo",
                   .args = Object({{"n", 0}}),
                   .timeout = scenario.clock.quiet ? 15s : 2s};
    ask(server, call);
    scenario.script.front().steps.emplace_back(std::move(call));
  }
}

}  // namespace castaway::scenario
