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

void fields(auto& form, Is<sim::Duplicate> auto& duplicate) {
  form("copies", duplicate.copies, 1);
  form("after_messages", duplicate.after_messages);
  form("to", duplicate.to);
  form("redelivered_flag", duplicate.redelivered_flag);
}

void fields(auto& form, Is<sim::Reorder> auto& reorder) {
  form("window", reorder.window);
  form("overtake", reorder.overtake);
}

void fields(auto& form, Is<sim::Disconnect> auto& disconnect) {
  form("who", disconnect.who);
  form("for", disconnect.for_);
  form("half_open", disconnect.half_open);
  form("way", disconnect.way);
  form("then", disconnect.then);
  form("frame", disconnect.frame);
}

void fields(auto& form, Is<sim::Kill> auto& kill) {
  form.always("who", kill.who);
  form("restart", kill.restart);
}

void fields(auto& form, Is<sim::Pause> auto& pause) {
  form.always("who", pause.who);
  form.always("for", pause.for_);
}

void fields(auto& form, Is<sim::Corrupt> auto& corrupt) {
  form("bits", corrupt.bits, 1);
  form("field", corrupt.field);
}

void fields(auto& form, Is<sim::DeleteQueue> auto& gone) {
  form("queue", gone.queue);
  form("replies_of", gone.replies_of);
}

void fields(auto& form, Is<sim::RestartBroker> auto& restart) {
  form("for", restart.for_);
  form("keep_durable", restart.keep_durable, true);
  form("forget_acks", restart.forget_acks);
}

void fields(auto& form, Is<sim::Action> auto& action) {
  form.template alternative<sim::Drop>("drop", action);
  form.alternative("delay", action, &sim::Delay::by);
  form.alternative("hold_until", action, &sim::HoldUntil::event);
  form.template alternative<sim::Duplicate>("duplicate", action);
  form.template alternative<sim::Reorder>("reorder", action);
  form.template alternative<sim::Corrupt>("corrupt", action);
  form.alternative("truncate_to", action, &sim::TruncateTo::bytes);
  form.template alternative<sim::Unroutable>("unroutable", action);
  form.template alternative<sim::Nack>("nack", action);
  form.template alternative<sim::Requeue>("requeue", action);
  form.template alternative<sim::Disconnect>("disconnect", action);
  form.template alternative<sim::Kill>("kill", action);
  form.template alternative<sim::Pause>("pause", action);
  form.alternative("block_publish", action, &sim::BlockPublish::for_);
  form.template alternative<sim::DeleteQueue>("delete_queue", action);
  form.template alternative<sim::RestartBroker>("restart_broker", action);
  form.alternative("jump_wall", action, &sim::JumpWall::by);
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
