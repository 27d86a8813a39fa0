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

bool is_message(Edge edge) {
  return edge == Edge::request || edge == Edge::reply || edge == Edge::ack || edge == Edge::confirm;
}

std::string with_article(Edge edge) {
  return fmt::format("{} {}", edge == Edge::ack ? "an" : "a", to_string(edge));
}

std::string wrong_hop(const On& on) {
  if (on.edge == Edge::ack && on.hop == Hop::deliver) {
    return "An ack has only the publish hop: it goes to the broker.";
  }
  if (on.hop == Hop::deliver || on.edge <= Edge::ack) return {};
  if (on.edge == Edge::confirm)
    return "A confirm has only the deliver hop: it comes from the broker.";
  return fmt::format("A {} rule has no hop: nothing is handed over.", to_string(on.edge));
}

std::string wrong_message_selector(const On& on) {
  if (on.edge == Edge::confirm && !on.from.empty()) {
    return "A confirm comes from the broker, so it has no \"from\": \"to\" says who published.";
  }
  if (on.hop == Hop::publish && !on.to.empty()) {
    return fmt::format("{} on its publish hop goes to the broker, so it has no \"to\".",
                       on.edge == Edge::ack     ? "An ack"
                       : on.edge == Edge::reply ? "A reply"
                                                : "A request");
  }
  const bool in_queue = on.hop == Hop::deliver && on.edge != Edge::confirm;
  if (on.copy == Copy::duplicate && !in_queue) {
    return "Copies are made in queues: elsewhere every message is an original.";
  }
  return {};
}

/// What a rule of this edge may look at, apart from the hop.
std::string wrong_selector(const Rule& rule) {
  const On& on = rule.on;
  if (is_message(on.edge)) return wrong_message_selector(on);
  const std::string_view edge = to_string(on.edge);
  for (const auto& [key, given] : {std::pair{"op", !on.op.empty()},
                                   {"method", !on.method.empty()},
                                   {"copy", on.copy == Copy::duplicate},
                                   {"to", !on.to.empty()}}) {
    if (given) return fmt::format("A {} rule looks at no message, so it has no \"{}\".", edge, key);
  }
  if (on.edge == Edge::link || on.from.empty()) return {};
  return on.edge == Edge::clock
             ? "A clock rule has no \"from\": the world has one wall clock."
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
  return {};
}

std::string wrong_on_ack(const Action& action) {
  if (is<Duplicate>(action)) {
    return "An ack can be dropped or delayed on its publish hop, never duplicated: a receiver does "
           "not ack twice.";
  }
  if (is<Reorder>(action)) {
    return "An ack can be dropped or delayed on its publish hop, never reordered: a connection "
           "keeps "
           "its order.";
  }
  if (is<HoldUntil>(action)) {
    return "An ack can be dropped or delayed on its publish hop, never held until an event: it "
           "waits "
           "in no queue.";
  }
  return {};
}

std::string wrong_on_confirm(const Action& action) {
  if (is<Duplicate>(action)) {
    return "A confirm can be dropped, delayed or reordered, never duplicated: a broker confirms a "
           "publication once.";
  }
  if (is<HoldUntil>(action)) {
    return "A confirm can be dropped, delayed or reordered, never held until an event: it waits in "
           "no "
           "queue.";
  }
  return {};
}

std::string_view home_of(const Action& action) {
  if (is<Disconnect>(action)) return "link";
  if (is<Kill>(action) || is<Pause>(action)) return "process";
  if (is<JumpWall>(action)) return "clock";
  return "message";
}

std::string wrong_action(const Rule& rule) {
  const auto& [edge, action] = std::pair{rule.on.edge, rule.action};
  const std::string_view home = home_of(action);
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
      return rule.on.hop == Hop::publish ? wrong_on_publish(action) : std::string();
    case Edge::ack:
      return wrong_on_ack(action);
    case Edge::confirm:
      return wrong_on_confirm(action);
    default:
      return {};
  }
}

// When it happens.

std::string wrong_moment(const Rule& rule) {
  const When& when = rule.when;
  if (is_message(rule.on.edge)) {
    if (!when.at) return {};
    return fmt::format(
        "\"at\" belongs to link, process and clock rules: {} is chosen by \"nth\", \"every\", "
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

/// Whose link, or which process.
std::string wrong_who(const Rule& rule) {
  if (const auto* cut = std::get_if<Disconnect>(&rule.action)) {
    if (cut->who.empty() && rule.on.from.empty()) {
      return "\"disconnect\" does not say whose link: give \"who\", or \"from\" in \"on\".";
    }
    if (!cut->who.empty() && !rule.on.from.empty() && cut->who != rule.on.from) {
      return fmt::format("The rule is on the link of {}, and cuts the link of {}.", rule.on.from,
                         cut->who);
    }
  }
  const auto* kill = std::get_if<Kill>(&rule.action);
  const auto* pause = std::get_if<Pause>(&rule.action);
  if ((kill != nullptr && kill->who.empty()) || (pause != nullptr && pause->who.empty())) {
    return fmt::format("\"{}\" does not say who.", name_of(rule.action));
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
  return {};
}

}  // namespace

std::string why_impossible(const Distribution& distribution) {
  return wrong_distribution(distribution);
}

std::string why_impossible(const Rule& rule) {
  for (std::string reason :
       {wrong_action(rule), wrong_hop(rule.on), wrong_selector(rule), wrong_moment(rule),
        wrong_choice(rule.when), wrong_who(rule), wrong_numbers(rule)}) {
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace castaway::sim
