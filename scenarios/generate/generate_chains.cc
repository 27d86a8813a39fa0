// Methods of a generated world that ask other servers, or their own. A "relay" asks for a method
// that asks nobody, and a "chain" asks for a relay: so no request goes round for ever.

#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

Operation asks(const Dice& dice, const Scenario& scenario, const std::string& as) {
  using enum Operation::Kind;
  Operation operation{.kind = dice.pick("kind", {call, call, cast, fanout}), .as = as};
  ask(dice.one_of("whom", scenario.servers), operation);
  operation.args = Object({{"n", 1}});
  // A server with one worker that asks itself waits so long in vain.
  if (operation.kind == call)
    operation.timeout = dice.pick<Duration>("timeout", {50ms, 200ms, 1s, 2s});
  return operation;
}

}  // namespace

void generate_chains(Draft& draft) {
  if (draft.options.size < 2 || !draft.dice.happens("chains", {1, 4})) return;
  Scenario& scenario = draft.scenario;
  for (Server& server : scenario.servers) {
    const Dice dice = draft.dice.of("chains of " + server.id);
    Operation relay = asks(dice.of("relay"), scenario, server.id + "-relays");
    relay.method = dice.pick<const char*>("leaf", {"echo", "work", "fail", "quiet"});
    Operation chain = asks(dice.of("chain"), scenario, server.id + "-chains");
    chain.method = "relay";
    server.endpoint["relay"] = {std::move(relay), ReturnArg{"n"}};
    server.endpoint["chain"] = {std::move(chain), ReturnArg{"n"}};
  }
}

Asked asked_for(const Scenario& scenario) {
  Asked asked;
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation != nullptr) asked.emplace(operation->topic, operation->method);
    }
  }
  // Of a chain its relay, and of that what it asks for.
  for (const char* method : {"chain", "relay"}) {
    for (const Server& server : scenario.servers) {
      const auto found = server.endpoint.find(method);
      if (found == server.endpoint.end() || !asked.contains({server.topic, method})) continue;
      const auto& nested = std::get<Operation>(found->second.front());
      asked.emplace(nested.topic, nested.method);
    }
  }
  return asked;
}

}  // namespace castaway::scenario
