#include <nlohmann/json.hpp>

#include "fields.h"

namespace castaway::scenario {
namespace {

/// An ack has only one hop, and so it need not be said.
sim::Hop usual_hop(sim::Edge edge) {
  return edge == sim::Edge::ack ? sim::Hop::publish : sim::Hop::deliver;
}

}  // namespace

void selectors(auto& form, auto& on) {
  form("hop", on.hop, usual_hop(on.edge));
  form("op", on.op);
  form("method", on.method);
  form("from", on.from);
  form("to", on.to);
  form("copy", on.copy);
  form("topic", on.topic);
  form("exchange", on.exchange);
}

template <class J>
void fields(const Reader<J>& form, sim::On& on) {
  form("edge", on.edge);
  on.hop = usual_hop(on.edge);
  selectors(form, on);
}

template <class J>
void fields(Writer<J>& form, const sim::On& on) {
  form.always("edge", on.edge);
  selectors(form, on);
}

/// The only pair of chances there is is a burst's.
void fields(auto& form, Is<std::pair<sim::Ratio, sim::Ratio>> auto& burst) {
  form.always("enter", burst.first);
  form.always("leave", burst.second);
}

void fields(auto& form, Is<sim::Repeat> auto& repeat) {
  form.always("every", repeat.every);
  form("times", repeat.times, 1);
}

void fields(auto& form, Is<sim::When> auto& when) {
  form("nth", when.nth);
  form("every", when.every);
  form("prob", when.prob);
  form("burst", when.burst);
  form("window", when.window);
  form("at", when.at);
  form("repeat", when.repeat);
  form("after", when.after);
  form("limit", when.limit);
}

void fields(auto& form, Is<sim::Action> auto& action) {
  sim::for_each_action([&]<class A>(const A&) { form.template alternative<A>(A::name, action); });
}

void fields(auto& form, Is<sim::Rule> auto& rule) {
  form.always("id", rule.id);
  form.always("on", rule.on);
  form("when", rule.when);
  form.always("do", rule.action);
}

void read_faults(const nlohmann::json& from, Scenario& scenario) {
  const Reader form(from);
  form("faults", scenario.faults);
}

void write_faults(nlohmann::ordered_json& to, const Scenario& scenario) {
  Writer form(to);
  form("faults", scenario.faults);
}

}  // namespace castaway::scenario
