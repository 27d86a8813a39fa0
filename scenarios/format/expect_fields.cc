#include <nlohmann/json.hpp>

#include "fields.h"

namespace castaway::scenario {

void fields(auto& form, Is<Explore> auto& explore) {
  form("strategy", explore.strategy);
  form("runs", explore.runs, 1);
  form("faults", explore.bounds.faults, sim::ExhaustiveBounds().faults);
  form("orders", explore.bounds.orders, sim::ExhaustiveBounds().orders);
  form("stop", explore.stop);
}

void fields(auto& form, Is<Fired> auto& fired) {
  form.always("fault", fired.fault);
  form("min", fired.min, 1);
  form("max", fired.max);
  form.choice("scope", fired.some_run, {"every-run", "some-run"});
  form("profiles", fired.profiles);
}

void fields(auto& form, Is<CountProp> auto& count) {
  form.always("of", count.of);
  form("after", count.after);
  form("min", count.min);
  form("max", count.max);
}

template <class J>
void fields(const Reader<J>& form, OutcomeProp& outcome) {
  form.always("op", outcome.op);
  form.always("in", outcome.in);
  if (form.has("value")) read_value(Reader<J>(form["value"]), outcome.value);
  form("raises", outcome.raises);
}

template <class J>
void fields(Writer<J>& form, const OutcomeProp& outcome) {
  form.always("op", outcome.op);
  form.always("in", outcome.in);
  form("raises", outcome.raises);
  if (outcome.value == Object()) return;
  Writer<J> value(form["value"]);
  write_value(value, outcome.value);
}

void fields(auto& form, Is<AtOnceProp> auto& at_once) {
  form.always("server", at_once.server);
  form.always("max", at_once.max);
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
  form.template alternative<AtOnceProp>("at_once", property.what);
  form.alternative("again", property.what, &AgainProp::from);
  form.alternative("shrunk", property.what, &ShrunkProp::law);
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
