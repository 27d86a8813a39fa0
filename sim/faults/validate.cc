#include <algorithm>

#include <fmt/format.h>

#include "castaway/sim/fault_plan.h"

// The table of what may happen where, as a function. Each question below answers with a sentence,
// or with nothing if all is well.

namespace castaway::sim {
namespace {

using castaway::to_string;
using Shape = Distribution::Shape;

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

bool strikes_redeliveries(const Action& action) {
  const auto strikes = []<class A>(const A&) {
    if constexpr (HappensToMessages<A>) return A::where.redelivery;
    return true;
  };
  return std::visit(strikes, action);
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
    return fmt::format("{} on its publish hop goes to the broker, so it has no \"to\"{}.",
                       on.edge == Edge::ack ? "An ack" : fmt::format("A {}", to_string(on.edge)),
                       on.edge == Edge::request ? ": \"topic\" says to whose servers" : "");
  }
  if ((!on.topic.empty() || !on.exchange.empty()) &&
      (on.edge != Edge::request || on.hop != Hop::publish)) {
    return fmt::format("Only a request on its publish hop has {} to go by.",
                       on.topic.empty() ? "an \"exchange\"" : "a \"topic\"");
  }
  const bool in_queue = on.hop == Hop::deliver && has_body(on.edge);
  if (on.copy != Copy::original && !in_queue) {
    return "Copies are made in queues: elsewhere every message is an original.";
  }
  const bool comes_back = on.copy == Copy::redelivery || on.copy == Copy::any;
  if (comes_back && !strikes_redeliveries(rule.action)) {
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
                                   {"to", !on.to.empty()},
                                   {"topic", !on.topic.empty()},
                                   {"exchange", !on.exchange.empty()}}) {
    if (given) return fmt::format("A {} rule looks at no message, so it has no \"{}\".", edge, key);
  }
  if (on.edge == Edge::link || on.from.empty()) return {};
  return on.edge == Edge::clock ? "A clock rule has no \"from\": the world has one wall clock."
         : on.edge == Edge::broker
             ? "A broker rule has no \"from\": the world has one broker."
             : "A process rule has no \"from\": the \"who\" of its action is the process.";
}

// The action.

/// A sentence of the reason why an action does not happen to the messages of this edge.
std::string in_a_sentence(Edge edge, std::string_view why) {
  switch (edge) {
    case Edge::ack:
      return fmt::format("An ack can be dropped or delayed on its publish hop, never {}.", why);
    case Edge::confirm:
      return fmt::format("A confirm can be dropped, delayed or reordered, never {}.", why);
    case Edge::claim:
      return fmt::format("A claim can be dropped or delayed, never {}.", why);
    default:
      return std::string(why);
  }
}

WhyNot why_not(const On& on, const OnMessages& where) {
  switch (on.edge) {
    case Edge::ack:
      return where.ack;
    case Edge::confirm:
      return where.confirm;
    case Edge::claim:
      return where.claim;
    default:
      return on.hop == Hop::publish ? where.publish : where.queue;
  }
}

/// Why an action does not happen on this edge; empty if it does.
template <class A>
std::string wrong_edge(const On& on) {
  if constexpr (HappensToMessages<A>) {
    if (is_message(on.edge)) {
      const WhyNot why = why_not(on, A::where);
      if (why.is_possible()) return {};
      if (!why.why().empty()) return in_a_sentence(on.edge, why.why());
    }
  }
  if constexpr (HappensToTheWorld<A>) {
    if (on.edge == A::edge) return {};
    return fmt::format("\"{}\" happens on the {} edge, not to {}.", A::name, to_string(A::edge),
                       with_article(on.edge));
  }
  if constexpr (requires { A::why_not_on_link; }) {
    if (on.edge == Edge::link) return A::why_not_on_link;
  }
  return fmt::format("\"{}\" happens to a message, and {} is none.", A::name,
                     with_article(on.edge));
}

std::string wrong_action(const Rule& rule) {
  return std::visit([&]<class A>(const A&) { return wrong_edge<A>(rule.on); }, rule.action);
}

/// What the action itself finds wrong with its values.
std::string wrong_values(const Rule& rule) {
  const auto look = [&](const auto& one) -> std::string {
    if constexpr (requires { one.wrong(rule.on); }) return one.wrong(rule.on);
    return {};
  };
  return std::visit(look, rule.action);
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

bool is_above_one(const Ratio& chance) { return chance.num > chance.den; }

std::string wrong_choice(const When& when) {
  for (const auto& [key, chance] :
       {std::pair{"prob", when.prob},
        {"burst", when.burst ? std::optional(when.burst->first) : std::nullopt},
        {"burst", when.burst ? std::optional(when.burst->second) : std::nullopt}}) {
    if (!chance || !is_above_one(*chance)) continue;
    return fmt::format("The chance {}/{} of \"{}\" is above 1.", chance->num, chance->den, key);
  }
  if (std::ranges::count(when.nth, 0U) != 0) return "\"nth\" counts from 1.";
  if (when.window && when.window->first >= when.window->second) {
    return fmt::format("The window from {} to {} contains no time.", to_string(when.window->first),
                       to_string(when.window->second));
  }
  return {};
}

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

}  // namespace

std::string validate(const Distribution& distribution) { return wrong_distribution(distribution); }

std::string validate(const Rule& rule) {
  for (std::string reason : {wrong_action(rule), wrong_hop(rule.on), wrong_selector(rule),
                             wrong_moment(rule), wrong_choice(rule.when), wrong_values(rule)}) {
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace castaway::sim
