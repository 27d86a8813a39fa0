#include "lint.h"

#include <fmt/format.h>

#include "format/json_text.h"
#include "format/wording.h"

namespace castaway::scenario {

At At::operator/(std::string_view key) const {
  At at;
  at.pointer_ = below(pointer_, key);
  return at;
}

At At::operator/(std::size_t index) const {
  At at;
  at.pointer_ = below(pointer_, index);
  return at;
}

Linter::Linter(const Scenario& scenario) : scenario_(scenario) {
  for (const Client& client : scenario.clients) clients_.push_back(client.id);
  askers_ = clients_;
  for (const Server& server : scenario.servers) {
    servers_.push_back(server.id);
    target_names_.push_back(server.target_name());
    bool asks = false;
    std::vector<const Methods*> methods = {&server.endpoint};
    for (const ServerEndpoint& more : server.more_endpoints) methods.push_back(&more.methods);
    for (const Methods* const endpoint : methods) {
      for (const auto& [method, steps] : *endpoint) {
        for (const Behaviour& step : steps) {
          if (const auto* gate = std::get_if<Gate>(&step)) gates_.push_back(gate->name);
          const auto* operation = std::get_if<Operation>(&step);
          if (operation == nullptr) continue;
          asks = true;
          operations_.push_back(operation->as);
          known_.push_back({.operation = operation, .client = server.id});
        }
      }
    }
    if (asks) askers_.push_back(server.id);
  }
  processes_ = clients_;
  for (const std::string& server : servers_) processes_.push_back(server);
  actors_ = processes_;
  actors_.push_back("broker");
  for (const sim::Rule& rule : scenario.faults) rules_.push_back(rule.id);
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      if (const auto* gate = std::get_if<OpenGate>(&step)) opened_.push_back(gate->name);
      if (const auto* inject = std::get_if<Inject>(&step)) messages_.push_back(inject);
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr) continue;
      operations_.push_back(operation->as);
      known_.push_back({operation, script.client, &script});
    }
  }
  for (const Known& known : known_) {
    known_by_name_.emplace(known.operation->as, &known);
    methods_.push_back(known.operation->method);
    topics_.push_back(known.operation->topic);
  }
  for (const Server& server : scenario.servers) {
    queues_.push_back(server.topic);
    queues_.push_back(server.topic + "." + server.target_name());
  }
}

void Linter::complain(const At& at, std::string text) {
  problems_.push_back({.pointer = at.pointer(), .text = std::move(text)});
}

bool Linter::require(const At& at, std::string_view none, const std::string& name,
                     const Names& known) {
  if (known.contains(name)) return true;
  // Nobody reads so many problems, and each looks at every name for one that is near.
  const bool advise = problems_.size() < most_problems;
  complain(at, fmt::format("no {} {}{}", none, in_quotes(name),
                           advise ? did_you_mean(name, known.all()) : ""));
  return false;
}

void Linter::require_unique(const At& at, const std::string& name, std::string_view what,
                            Names& seen) {
  if (seen.contains(name)) {
    complain(at, fmt::format("there is already {} called {}", what, in_quotes(name)));
  }
  seen.push_back(name);
}

std::vector<Problem> lint(const Scenario& scenario) {
  Linter linter(scenario);
  linter.look_at_world();
  linter.look_at_broker();
  linter.look_at_script();
  linter.look_at_reach();
  linter.look_at_faults();
  linter.look_at_expectations();
  linter.look_at_size();
  return linter.problems();
}

}  // namespace castaway::scenario
