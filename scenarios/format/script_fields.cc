#include <nlohmann/json.hpp>

#include "fields.h"

namespace castaway::scenario {

namespace {

/// By the value of Operation::Kind.
constexpr std::array<Key, 3> kinds = {"call", "cast", "fanout"};

}  // namespace

void fields(auto& form, Is<Operation> auto& operation) {
  form.always("as", operation.as);
  form("repeat", operation.repeat);
  form("only", operation.only);
  form("exchange", operation.exchange);
  form.always("topic", operation.topic);
  form("server", operation.server);
  form("namespace", operation.namespace_);
  form("version", operation.version);
  form.always("method", operation.method);
  form("args", operation.args);
  form("context", operation.context);
  form("nonce", operation.nonce);
  form("unserialisable", operation.unserialisable);
  form("timeout", operation.timeout);
}

void fields(auto& form, Is<Inject> auto& inject) {
  form.always("as", inject.as);
  form("exchange", inject.exchange);
  form("topic", inject.topic);
  form("server", inject.server);
  form("replies_of", inject.replies_of);
  form("message", inject.message);
  form("envelope", inject.envelope, Inject().envelope);
  form("text", inject.text);
}

void other_fields(auto& form, auto& step) {
  form.alternative("wait", step, &Wait::for_);
  form.alternative("until", step, &Until::event);
  form.alternative("open_gate", step, &OpenGate::name);
  form.alternative("stop", step, &StopServer::id);
  form.alternative("start", step, &StartServer::id);
  form.template alternative<Close>("close", step);
  form.template alternative<Inject>("inject", step);
}

template <class J>
void fields(const Reader<J>& form, ScriptStep& step) {
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    if (!form.has(kinds[kind])) continue;
    form.template alternative<Operation>(kinds[kind], step);
    std::get<Operation>(step).kind = static_cast<Operation::Kind>(kind);
  }
  other_fields(form, step);
}

template <class J>
void fields(Writer<J>& form, const ScriptStep& step) {
  if (const auto* operation = std::get_if<Operation>(&step)) {
    form.always(kinds[static_cast<std::size_t>(operation->kind)], *operation);
  }
  other_fields(form, step);
}

/// "c1/main": the client and the task.
template <class J>
void fields(const Reader<J>& form, Script& script) {
  std::string name;
  form("task", name);
  const std::size_t slash = name.find('/');
  script.client = name.substr(0, slash);
  script.task = name.substr(slash + 1);
  form("repeat", script.repeat);
  form("steps", script.steps);
}

template <class J>
void fields(Writer<J>& form, const Script& script) {
  form.always("task", script.client + "/" + script.task);
  form("repeat", script.repeat);
  form.always("steps", script.steps);
}

void read_script(const nlohmann::json& from, Scenario& scenario) {
  const Reader form(from);
  form.always("script", scenario.script);
}

void write_script(nlohmann::ordered_json& to, const Scenario& scenario) {
  Writer form(to);
  form.always("script", scenario.script);
}

}  // namespace castaway::scenario
