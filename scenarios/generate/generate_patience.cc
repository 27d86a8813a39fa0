// How long the broker of a generated world waits for an ack.

#include <algorithm>
#include <string>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

/// How long a cast takes whose connection has to be made anew.
constexpr Duration usual_cast = 1s;

/// How long a server is busy with a request for this method, and others with what it asks for.
Duration work_of(const Scenario& scenario, const std::string& method) {
  Duration longest = {};
  for (const Server& server : scenario.servers) {
    const auto found = server.endpoint.find(method);
    if (found == server.endpoint.end()) continue;
    Duration work = {};
    for (const Behaviour& step : found->second) {
      if (const auto* sleep = std::get_if<Sleep>(&step)) work += sleep->for_;
      const auto* asks = std::get_if<Operation>(&step);
      if (asks == nullptr) continue;
      work += asks->timeout.value_or(usual_cast) + work_of(scenario, asks->method);
    }
    longest = std::max(longest, work);
  }
  return longest;
}

/// A request that waits for a worker is delivered again each time that the broker has waited so
/// long. Nobody can promise that this comes to an end, unless it is longer than an ack takes, and
/// than most of what is before it.
Duration shortest_promised(const Scenario& scenario) {
  constexpr int deliveries = 15;  // fewer than bounded-delivery allows
  const bool asks_others = scenario.servers.front().endpoint.contains("relay") ||
                           scenario.servers.front().endpoint.contains("chain");
  Duration work = asks_others ? longest_cast : 0s;  // a method may have to wait for one
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation != nullptr)
        work += work_of(scenario, operation->method) * operation->names().size();
    }
  }
  const sim::Distribution& latency = scenario.broker.latency;
  return work / deliveries + 4 * std::max({latency.a, latency.b, latency.max});
}

}  // namespace

void generate_patience(Draft& draft) {
  const Dice dice = draft.dice.of("patience");
  // Who is late loses its connection, which a world with copies of requests may not allow.
  if (draft.kind == Kind::copies || !dice.happens("short", {1, 8})) return;
  const auto age = dice.pick<Duration>("age", {1s, 1s, 2s, 15s});
  draft.scenario.broker.consumer_timeout = {
      .age = std::max(age, shortest_promised(draft.scenario)),
      .tick = dice.pick<Duration>("tick", {100ms, 100ms, 1s})};
}

bool is_short(const sim::ConsumerTimeout& patience) { return patience != sim::ConsumerTimeout{}; }

}  // namespace castaway::scenario
