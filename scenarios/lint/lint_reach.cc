// Whether what is asked for reaches a server that has it: topics, methods, arguments, servers.

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "format/wording.h"
#include "lint.h"

namespace castaway::scenario {
namespace {

using Kind = Operation::Kind;

bool listens_for(const Server& server, const std::string& exchange, const std::string& topic) {
  return server.topic == topic && server.exchange == exchange;
}

bool speaks_of(std::string_view pattern, const Operation& operation) {
  return pattern.substr(0, pattern.find('#')) == operation.as;
}

/// Whether the scenario says that nobody carries it out: it expects no return of it, or no
/// execution.
bool is_meant_to_fail(const Scenario& scenario, const Operation& operation) {
  return std::ranges::any_of(scenario.expect.always, [&](const Property& property) {
    if (const auto* outcome = std::get_if<OutcomeProp>(&property.what))
      return speaks_of(outcome->op, operation) && std::ranges::count(outcome->in, "return") == 0;
    const auto* count = std::get_if<CountProp>(&property.what);
    return count != nullptr && count->max == 0 && speaks_of(count->of.op, operation) &&
           (count->of.ev == "execute" || count->of.ev == "deliver" || count->of.ev == "return");
  });
}

/// The names of the arguments that it sends.
std::set<std::string> sent_by(const Operation& operation) {
  std::set<std::string> names;
  for (const auto& [name, value] : operation.args.json().items()) names.insert(name);
  for (const std::string& name : {operation.nonce, operation.unserialisable}) {
    if (!name.empty()) names.insert(name);
  }
  return names;
}

std::string among(std::string_view words, const std::vector<std::string>& known) {
  return known.empty() ? "" : fmt::format("; {} {}", words, listed_in_quotes(known));
}

std::vector<std::string> unique(std::vector<std::string> names) {
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}  // namespace

std::vector<const Server*> Linter::reached_by(const Operation& operation) const {
  std::vector<const Server*> reached;
  for (const Server& server : scenario_.servers) {
    if (listens_for(server, operation.exchange, operation.topic) &&
        (operation.server.empty() || operation.server == server.target_name()))
      reached.push_back(&server);
  }
  return reached;
}

void Linter::look_at_reach() {
  // In a world without servers nobody is meant to be reached, and replies that are made by hand
  // stand in for one.
  const bool stands_in = std::ranges::any_of(
      messages_, [](const Inject* message) { return !message->replies_of.empty(); });
  if (scenario_.servers.empty() || stands_in) return;
  each_operation([this](const At& at, const Operation& operation) {
    if (!is_meant_to_fail(scenario_, operation)) look_for_servers(at, operation);
  });
  for (std::size_t i = 0; i < scenario_.servers.size(); ++i) {
    look_for_callers(At() / "servers" / i, scenario_.servers[i]);
    const Server& server = scenario_.servers[i];
    look_for_arguments(At() / "servers" / i / "endpoint", server, server.endpoint);
    for (std::size_t k = 0; k < server.more_endpoints.size(); ++k) {
      look_for_arguments(At() / "servers" / i / "more_endpoints" / k / "methods", server,
                         server.more_endpoints[k].methods);
    }
  }
}

void Linter::each_operation(
    const std::function<void(const At& at, const Operation& operation)>& look) const {
  const auto in_steps = [&](const At& at, const auto& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (const auto* operation = std::get_if<Operation>(&steps[i]))
        look(at / i / with_article(operation->kind).substr(2), *operation);
    }
  };
  const auto in_methods = [&](const At& at, const Methods& methods) {
    for (const auto& [method, steps] : methods) in_steps(at / method, steps);
  };
  for (std::size_t i = 0; i < scenario_.script.size(); ++i)
    in_steps(At() / "script" / i / "steps", scenario_.script[i].steps);
  for (std::size_t i = 0; i < scenario_.servers.size(); ++i) {
    const Server& server = scenario_.servers[i];
    const At at = At() / "servers" / i;
    in_methods(at / "endpoint", server.endpoint);
    for (std::size_t k = 0; k < server.more_endpoints.size(); ++k)
      in_methods(at / "more_endpoints" / k / "methods", server.more_endpoints[k].methods);
  }
}

void Linter::look_for_servers(const At& at, const Operation& operation) {
  std::vector<std::string> topics;
  bool served = false;
  for (const Server& server : scenario_.servers) {
    if (server.exchange == operation.exchange) topics.push_back(server.topic);
    served = served || listens_for(server, operation.exchange, operation.topic);
  }
  topics = unique(topics);
  if (!served) {
    const std::string near = did_you_mean(operation.topic, topics);
    const std::string where = operation.exchange.empty()
                                  ? ""
                                  : fmt::format(" in exchange {}", in_quotes(operation.exchange));
    complain(at / "topic",
             fmt::format("no server serves the topic {}{}{}", in_quotes(operation.topic), where,
                         near.empty() ? among("servers serve", topics) : near));
    return;
  }
  const std::vector<const Server*> reached = reached_by(operation);
  if (reached.empty()) {
    if (target_names_.contains(operation.server))
      complain(at / "server", fmt::format("{} does not serve the topic {}",
                                          in_quotes(operation.server), in_quotes(operation.topic)));
    return;
  }
  std::vector<std::string> methods;
  for (const Server* server : reached) {
    for (const auto& [method, steps] : server->endpoint) methods.push_back(method);
    for (const ServerEndpoint& more : server->more_endpoints) {
      for (const auto& [method, steps] : more.methods) methods.push_back(method);
    }
  }
  if (std::ranges::count(methods, operation.method) != 0) return;
  methods = unique(methods);
  const std::string near = did_you_mean(operation.method, methods);
  complain(at / "method", fmt::format("no server of {} has the method {}{}",
                                      in_quotes(operation.topic), in_quotes(operation.method),
                                      near.empty() ? among("there are", methods) : near));
}

void Linter::look_for_callers(const At& at, const Server& server) {
  const auto asks = [&](const Known& known) {
    return listens_for(server, known.operation->exchange, known.operation->topic);
  };
  const auto is_for_it = [&](const Inject* message) {
    return listens_for(server, message->exchange, message->topic);
  };
  if (operations_.empty() || std::ranges::any_of(known_, asks) ||
      std::ranges::any_of(messages_, is_for_it))
    return;
  std::vector<std::string> topics;
  for (const Known& known : known_) topics.push_back(known.operation->topic);
  topics = unique(topics);
  const std::string near = did_you_mean(server.topic, topics);
  complain(at / "topic", fmt::format("nobody calls {}: no step asks for the topic {}{}",
                                     in_quotes(server.id), in_quotes(server.topic),
                                     near.empty() ? among("steps ask for", topics) : near));
}

void Linter::look_for_arguments(const At& at, const Server& server, const Methods& methods) {
  for (const auto& [method, steps] : methods) {
    std::vector<std::string> sent;
    bool called = false;
    for (const Known& known : known_) {
      const Operation& operation = *known.operation;
      if (operation.method != method || std::ranges::count(reached_by(operation), &server) == 0)
        continue;
      called = called || operation.kind == Kind::call;
      const std::set<std::string> names = sent_by(operation);
      sent.insert(sent.end(), names.begin(), names.end());
    }
    sent = unique(sent);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto* arg = std::get_if<ReturnArg>(&steps[i]);
      if (arg == nullptr || std::ranges::count(sent, arg->name) != 0) continue;
      const std::string near = did_you_mean(arg->name, sent);
      // Of a cast nobody sees the value, so that it may as well be null.
      if (near.empty() && !called) continue;
      complain(at / method / i / "return_arg",
               fmt::format("no step sends the argument {}{}", in_quotes(arg->name),
                           near.empty() ? among("steps send", sent) : near));
    }
  }
}

}  // namespace castaway::scenario
