#include <algorithm>

#include <fmt/format.h>

#include "castaway/sim/fault_plan.h"

// The table of what may happen where, as a function. Each question below answers with a sentence,
// or with nothing if all is well.

namespace castaway::sim {
namespace {

using castaway::to_string;
using Shape = Distribution::Shape;

template <typename T>
bool is(const Action& action) {
  return std::holds_alternative<T>(action);
}

std::string with_article(Edge edge) {
  return fmt::format("{} {}", edge == Edge::ack ? "an" : "a", to_string(edge));
}

std::string wrong_hop(const On& on) {
  if (on.edge == Edge::ack && on.hop == Hop::deliver) {
    return "An ack has only the publish hop: it goes to the broker.";
  }
  if (on.hop == Hop::deliver || has_body(on.edge) || on.edge == Edge::ack) return {};
  if (on.edge == Edge::confirm)
    return "A confirm has only the deliver hop: it comes from the broker.";
  if (on.edge == Edge::claim) return {};
  return fmt::format("A {} rule has no hop: nothing is handed over.", to_string(on.edge));
}

std::string wrong_message_selector(const Rule& rule) {
  const On& on = rule.on;
  if (on.edge == Edge::confirm && !on.from.empty()) {
    return "A confirm comes from the broker, so it has no \"from\": \"to\" says who published.";
  }
  if (on.edge == Edge::claim && on.hop == Hop::deliver && !on.from.empty()) {
    return "A claim on its deliver hop comes from the store, so it has no \"from\": \"to\" says who"
           " asked.";
  }
  if (on.edge == Edge::claim && on.hop == Hop::publish && !on.to.empty()) {
    return "A claim on its publish hop goes to the store, so it has no \"to\".";
  }
  if (on.hop == Hop::publish && !on.to.empty()) {
    return fmt::format("{} on its publish hop goes to the broker, so it has no \"to\".",
                       on.edge == Edge::ack ? "An ack" : fmt::format("A {}", to_string(on.edge)));
  }
  const bool in_queue = on.hop == Hop::deliver && has_body(on.edge);
  if (on.copy != Copy::original && !in_queue) {
    return "Copies are made in queues: elsewhere every message is an original.";
  }
  const bool comes_back = on.copy == Copy::redelivery || on.copy == Copy::any;
  if (comes_back &&
      (is<Duplicate>(rule.action) || is<Reorder>(rule.action) || is<Requeue>(rule.action))) {
    return "A redelivery goes back to where it stood: it can be lost, late or damaged, no more.";
  }
  return {};
}

/// What a rule of this edge may look at, apart from the hop.
std::string wrong_selector(const Rule& rule) {
  const On& on = rule.on;
  if (is_message(on.edge)) return wrong_message_selector(rule);
  const std::string_view edge = to_string(on.edge);
  for (const auto& [key, given] : {std::pair{"op", !on.op.empty()},
                                   {"method", !on.method.empty()},
                                   {"copy", on.copy != Copy::original},
                                   {"to", !on.to.empty()}}) {
    if (given) return fmt::format("A {} rule looks at no message, so it has no \"{}\".", edge, key);
  }
  if (on.edge == Edge::link || on.from.empty()) return {};
  return on.edge == Edge::clock ? "A clock rule has no \"from\": the world has one wall clock."
         : on.edge == Edge::broker
             ? "A broker rule has no \"from\": the world has one broker."
             : "A process rule has no \"from\": the \"who\" of its action is the process.";
}

// The actions, edge by edge.

std::string wrong_on_publish(const Action& action) {
  if (is<Duplicate>(action)) {
    return "A message cannot be duplicated on its publish hop: only a sender's own retry sends it "
           "twice.";
  }
  if (is<Reorder>(action)) {
    return "Messages cannot be reordered on their publish hop: a connection keeps its order.";
  }
  if (is<HoldUntil>(action)) {
    return "Only a queue can hold a message until an event: \"hold_until\" belongs to the deliver "
           "hop.";
  }
  if (is<Requeue>(action)) {
    return "Nobody has had a message on its publish hop: \"requeue\" belongs to the deliver hop.";
  }
  return {};
}

std::string wrong_in_queue(const Action& action) {
  if (is<Unroutable>(action)) {
    return "What stands in a queue was routed: \"unroutable\" belongs to the publish hop.";
  }
  if (is<Nack>(action))
    return "What stands in a queue was not refused: \"nack\" belongs to the publish hop.";
  return {};
}

/// Of an ack or a confirm, which are frames without a body that stand in no queue: what may not
/// happen to it, and why. Nothing if it may.
std::string wrong_for_a_frame(const Action& action, std::string_view no_copy) {
  if (is<Duplicate>(action)) return fmt::format("duplicated: {}", no_copy);
  if (is<HoldUntil>(action)) return "held until an event: it waits in no queue";
  if (is<Corrupt>(action) || is<TruncateTo>(action)) return "damaged: it has no body";
  if (is<Unroutable>(action)) return "unroutable: it is not routed";
  if (is<Nack>(action)) return "nacked: it is no publication";
  if (is<Requeue>(action)) return "given back: it stands in no queue";
  return {};
}

std::string wrong_on_ack(const Action& action) {
  std::string why = wrong_for_a_frame(action, "a receiver does not ack twice");
  if (is<Reorder>(action)) why = "reordered: a connection keeps its order";
  if (why.empty()) return why;
  return fmt::format("An ack can be dropped or delayed on its publish hop, never {}.", why);
}

std::string wrong_on_confirm(const Action& action) {
  const std::string why = wrong_for_a_frame(action, "a broker confirms a publication once");
  if (why.empty()) return why;
  return fmt::format("A confirm can be dropped, delayed or reordered, never {}.", why);
}

std::string wrong_on_claim(const Action& action) {
  std::string why = wrong_for_a_frame(action, "a server asks once for what it takes");
  if (is<Reorder>(action)) why = "reordered: it has a server waiting";
  if (why.empty()) return why;
  return fmt::format("A claim can be dropped or delayed, never {}.", why);
}

std::string_view home_of(const Action& action) {
  if (is<Kill>(action) || is<Pause>(action)) return "process";
  if (is<BlockPublish>(action) || is<DeleteQueue>(action) || is<RestartBroker>(action))
    return "broker";
  if (is<JumpWall>(action)) return "clock";
  return "message";
}

std::string wrong_action(const Rule& rule) {
  const auto& [edge, action] = std::pair{rule.on.edge, rule.action};
  // A claim comes over no connection to the broker.
  const bool on_a_link = edge == Edge::link || (is_message(edge) && edge != Edge::claim);
  if (is<Disconnect>(action) && on_a_link) return {};
  const std::string_view home = is<Disconnect>(action) ? "link" : home_of(action);
  if (home != (is_message(edge) ? "message" : to_string(edge))) {
    if (home != "message") {
      return fmt::format("\"{}\" happens on the {} edge, not to {}.", name_of(action), home,
                         with_article(edge));
    }
    if (edge == Edge::link && is<Delay>(action)) {
      return "A link is stalled by \"disconnect\" with \"half_open\": true and \"then\": "
             "\"flush\", not "
             "by \"delay\".";
    }
    return fmt::format("\"{}\" happens to a message, and {} is none.", name_of(action),
                       with_article(edge));
  }
  switch (edge) {
    case Edge::request:
    case Edge::reply:
    case Edge::heartbeat:
      return rule.on.hop == Hop::publish ? wrong_on_publish(action) : wrong_in_queue(action);
    case Edge::ack:
      return wrong_on_ack(action);
    case Edge::confirm:
      return wrong_on_confirm(action);
    case Edge::claim:
      return wrong_on_claim(action);
    default:
      return {};
  }
}

// When it happens.

std::string wrong_moment(const Rule& rule) {
  const When& when = rule.when;
  if (when.repeat && !when.at) return "\"repeat\" goes with \"at\": after which time?";
  if (when.repeat && when.repeat->every <= Duration::zero())
    return "\"repeat\" has to leave some time between.";
  if (is_message(rule.on.edge)) {
    if (!when.at) return {};
    return fmt::format(
        "\"at\" belongs to link, process, broker and clock rules: {} is chosen by \"nth\", "
        "\"every\", "
        "\"prob\", \"burst\", \"window\" or \"after\".",
        with_article(rule.on.edge));
  }
  if (!when.at && !when.after) {
    return fmt::format("A {} rule needs a moment: \"at\" a time, or \"after\" an event.",
                       to_string(rule.on.edge));
  }
  if (when.at && when.after) {
    return fmt::format("A {} rule has one moment: \"at\" a time, or \"after\" an event, not both.",
                       to_string(rule.on.edge));
  }
  if (when.at && (!when.nth.empty() || when.every != 0 || when.burst || when.window)) {
    return "\"at\" comes once: \"nth\", \"every\", \"burst\" and \"window\" have nothing to choose "
           "from.";
  }
  return {};
}

std::string wrong_choice(const When& when) {
  if (std::ranges::count(when.nth, 0U) != 0) return "\"nth\" counts from 1.";
  if (when.window && when.window->first >= when.window->second) {
    return fmt::format("The window from {} to {} contains no time.", to_string(when.window->first),
                       to_string(when.window->second));
  }
  return {};
}

// The numbers of an action.

std::string wrong_distribution(const Distribution& distribution) {
  const auto& [shape, a, b, max] = distribution;
  if (shape == Shape::uniform && b < a) {
    return fmt::format("The range from {} to {} contains no duration.", to_string(a), to_string(b));
  }
  if (shape == Shape::exponential && a <= Duration::zero()) {
    return "The mean of an exponential distribution is more than 0s.";
  }
  if (shape == Shape::lognormal && a <= Duration::zero()) {
    return "The median of a lognormal distribution is more than 0s.";
  }
  if (shape == Shape::lognormal && b < a) {
    return fmt::format("The 99th percentile, {}, is below the median, {}.", to_string(b),
                       to_string(a));
  }
  return {};
}

std::string wrong_reorder(const Reorder& reorder) {
  if ((reorder.window == 0) == (reorder.overtake == 0)) {
    return "\"reorder\" says either how large the window is, or how many messages are overtaken.";
  }
  if (reorder.window == 1) return "In a window of 1 message there is nothing to reorder.";
  return {};
}

/// Whose link, which process, or which queue.
std::string wrong_who(const Rule& rule) {
  const auto* kill = std::get_if<Kill>(&rule.action);
  const auto* pause = std::get_if<Pause>(&rule.action);
  if ((kill != nullptr && kill->who.empty()) || (pause != nullptr && pause->who.empty())) {
    return fmt::format("\"{}\" does not say who.", name_of(rule.action));
  }
  const auto* gone = std::get_if<DeleteQueue>(&rule.action);
  if (gone != nullptr && gone->queue.empty() == gone->replies_of.empty()) {
    return "\"delete_queue\" says either which \"queue\", or \"replies_of\" whom.";
  }
  return {};
}

std::string wrong_disconnect(const Rule& rule) {
  const auto* cut = std::get_if<Disconnect>(&rule.action);
  if (cut == nullptr) return {};
  if (!cut->half_open && cut->way != Disconnect::Way::both) {
    return "A link that is cut is cut both ways: one way alone it can only be half open.";
  }
  if (is_message(rule.on.edge)) {
    if (cut->who.empty()) return {};
    return "The connection that breaks is the one that carries the message, so there is no "
           "\"who\".";
  }
  if (cut->frame != Disconnect::Frame::lost) {
    return "A link rule looks at no message, so there is no \"frame\" that could arrive.";
  }
  if (cut->who.empty() && rule.on.from.empty()) {
    return "\"disconnect\" does not say whose link: give \"who\", or \"from\" in \"on\".";
  }
  if (!cut->who.empty() && !rule.on.from.empty() && cut->who != rule.on.from) {
    return fmt::format("The rule is on the link of {}, and cuts the link of {}.", rule.on.from,
                       cut->who);
  }
  return {};
}

std::string wrong_numbers(const Rule& rule) {
  const Action& action = rule.action;
  if (const auto* delay = std::get_if<Delay>(&action)) return wrong_distribution(delay->by);
  if (const auto* reorder = std::get_if<Reorder>(&action)) return wrong_reorder(*reorder);
  if (const auto* duplicate = std::get_if<Duplicate>(&action)) {
    if (duplicate->copies == 0) return "\"duplicate\" makes at least one copy.";
    if (rule.on.copy == Copy::duplicate) return "A copy is not copied again.";
  }
  const auto* restart = std::get_if<RestartBroker>(&action);
  if (restart != nullptr && restart->forget_acks > Duration::zero() && !restart->keep_durable) {
    return "A broker that keeps nothing delivers nothing again: \"forget_acks\" needs "
           "\"keep_durable\".";
  }
  const auto* corrupt = std::get_if<Corrupt>(&action);
  if (corrupt != nullptr && corrupt->bits == 0) return "\"corrupt\" flips at least one bit.";
  return {};
}

}  // namespace

std::string validate(const Distribution& distribution) { return wrong_distribution(distribution); }

std::string validate(const Rule& rule) {
  for (std::string reason :
       {wrong_action(rule), wrong_hop(rule.on), wrong_selector(rule), wrong_moment(rule),
        wrong_choice(rule.when), wrong_who(rule), wrong_disconnect(rule), wrong_numbers(rule)}) {
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace castaway::sim
