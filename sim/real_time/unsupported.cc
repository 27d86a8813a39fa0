// Which rules a FaultyWorld cannot keep to, and why.

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

std::string why_not_action(const Rule& rule, const Capabilities& capabilities) {
  const Action& action = rule.action;
  if (std::holds_alternative<RestartBroker>(action))
    return "the broker is real, and perhaps others' too: it is not restarted";
  if (std::holds_alternative<Nack>(action))
    return "the broker is real, and refuses nothing because we say so";
  if (std::holds_alternative<BlockPublish>(action))
    return "the broker is real, and is not made short of memory";
  if (std::holds_alternative<DeleteQueue>(action) && !capabilities.has("durable"))
    return "this broker knows no queues, so none can be deleted: " +
           capabilities.missing.at("durable");
  if (const auto* reorder = std::get_if<Reorder>(&action);
      reorder != nullptr && reorder->overtake != 0 && rule.on.edge != Edge::confirm)
    return "a message that has come to its consumer overtakes nobody any more";
  if (std::holds_alternative<Requeue>(action) && !capabilities.has("requeue"))
    return "not kept: requeue: " + capabilities.missing.at("requeue");
  if (const auto* cut = std::get_if<Disconnect>(&action);
      cut != nullptr && rule.on.edge == Edge::ack && cut->frame == Disconnect::Frame::arrives)
    return "a broker tells nobody when an ack has reached it";
  if (const auto* hold = std::get_if<HoldUntil>(&action)) return why_not_event(hold->event);
  return "";
}

}  // namespace

std::string why_unsupported(const Rule& rule, const Capabilities& capabilities) {
  if (std::string why = why_not_edge(rule); !why.empty()) return why;
  if (std::string why = why_not_action(rule, capabilities); !why.empty()) return why;
  return rule.when.after ? why_not_event(*rule.when.after) : "";
}

}  // namespace castaway::sim
