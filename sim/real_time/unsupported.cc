// Which rules a FaultyWorld cannot keep to, and why.

#include <concepts>
#include <string>
#include <variant>

#include "castaway/sim/faulty_transport.h"

namespace castaway::sim {
namespace {

std::string why_not_edge(const Rule& rule) {
  switch (rule.on.edge) {
    case Edge::process:
      return "processes are threads of one program here, and cannot be killed or paused";
    case Edge::clock:
      return "the wall clock is this machine's, and is not ours to step";
    case Edge::claim:
      return "the claim store is in this program: no message goes to it";
    case Edge::request:
    case Edge::reply:
    case Edge::heartbeat:
    case Edge::ack:
    case Edge::confirm:
    case Edge::link:
    case Edge::broker:
      break;
  }
  return "";
}

std::string why_not_event(const EventPattern& event) {
  if (event.ev == "settle") return "a broker tells nobody when an ack has reached it";
  if (event.ev == "residue") return "what is left in a broker is not told";
  return "";
}

/// What the action says of itself, and of the event that it waits for, if it does.
std::string why_not_action(const Rule& rule, const Capabilities& capabilities) {
  const auto look = [&]<class A>(const A& action) {
    std::string why;
    if constexpr (requires { action.why_not_over(rule.on, capabilities); })
      why = action.why_not_over(rule.on, capabilities);
    A::fields([&](const char*, auto field, const FieldInfo&) {
      if constexpr (std::same_as<decltype(field), EventPattern A::*>)
        if (why.empty()) why = why_not_event(action.*field);
    });
    return why;
  };
  return std::visit(look, rule.action);
}

}  // namespace

std::string why_unsupported(const Rule& rule, const Capabilities& capabilities) {
  if (std::string why = why_not_edge(rule); !why.empty()) return why;
  if (std::string why = why_not_action(rule, capabilities); !why.empty()) return why;
  return rule.when.after ? why_not_event(*rule.when.after) : "";
}

}  // namespace castaway::sim
