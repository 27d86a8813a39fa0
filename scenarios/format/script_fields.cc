#include <nlohmann/json.hpp>

#include "fields.h"
#include "operation_fields.h"

namespace castaway::scenario {

void fields(auto& form, Is<Inject> auto& inject) {
  form.always("as", inject.as);
  form("exchange", inject.exchange);
  form("topic", inject.topic);
  form("server", inject.server);
  form("replies_of", inject.replies_of);
  form("message", inject.message);
  form("envelope", inject.envelope, Inject().envelope);
  form("headers", inject.headers);
  form("text", inject.text);
}

void fields(auto& form, Is<ScriptStep> auto& step) {
  operation_fields(form, step);
  form.alternative("wait", step, &Wait::for_);
  form.alternative("until", step, &Until::event);
  form.alternative("open_gate", step, &OpenGate::name);
  form.alternative("stop", step, &StopServer::id);
  form.alternative("start", step, &StartServer::id);
  form.template alternative<Close>("close", step);
  form.template alternative<Inject>("inject", step);
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
