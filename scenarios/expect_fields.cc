#include <nlohmann/json.hpp>

#include "fields.h"

namespace castaway::scenario {

void fields(auto& form, Is<Explore> auto& explore) {
  form("strategy", explore.strategy);
  form("runs", explore.runs, 1);
  form("stop", explore.stop);
}

void fields(auto& form, Is<Fired> auto& fired) {
  form.always("fault", fired.fault);
  form("min", fired.min, 1);
  form.choice("scope", fired.some_run, {"every-run", "some-run"});
}

void fields(auto& form, Is<CountProp> auto& count) {
  form.always("of", count.of);
  form("min", count.min);
  form("max", count.max);
}

void fields(auto& form, Is<OutcomeProp> auto& outcome) {
  form.always("op", outcome.op);
  form.always("in", outcome.in);
}

void fields(auto& form, Is<WithinProp> auto& within) {
  form.always("from", within.from);
  form.always("to", within.to);
  form("min", within.min);
  form.always("max", within.max);
}

void fields(auto& form, Is<Property> auto& property) {
  form("id", property.id);
  form.alternative("law", property.what, &LawProp::name);
  form.template alternative<CountProp>("count", property.what);
  form.alternative("before", property.what, &BeforeProp::events);
  form.template alternative<OutcomeProp>("outcome", property.what);
  form.template alternative<WithinProp>("within", property.what);
}

void fields(auto& form, Is<Expect> auto& expect) {
  form("fired", expect.fired);
  form("always", expect.always);
  form("reachable", expect.reachable);
  form("violated", expect.violated);
}

namespace {

void block(auto& form, auto& scenario) {
  form("explore", scenario.explore);
  form.always("expect", scenario.expect);
}

}  // namespace

void read_expect(const nlohmann::json& from, Scenario& scenario) {
  const Reader form(from);
  block(form, scenario);
}

void write_expect(nlohmann::ordered_json& to, const Scenario& scenario) {
  Writer form(to);
  block(form, scenario);
}

}  // namespace castaway::scenario
