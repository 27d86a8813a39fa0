#include "copies.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "copy_origin.h"
#include "words.h"

namespace castaway::check {

namespace {

Step delivery_step(const Deliveries& deliveries, const Twice& twice, const CopyOrigin& origin) {
  const History& history = deliveries.history();
  const Event& second = history[twice.second_delivery];
  std::string text = fmt::format("the broker handed {} to {}", name(history, twice.op),
                                 who(history, second.actor, "a server"));
  if (twice.first_delivery == no_event) {
    text += twice.one_server ? " again" : " as well";
  } else if (second.actor == twice.holder) {
    const std::uint32_t gap = deliveries.gap(twice.first_delivery, twice.second_delivery);
    text += " again, " + (gap == 0 ? "as its next message" : count(gap, "message") + " later");
  } else {
    text += fmt::format(" as well, {} after {} had got it",
                        to_string(between(history[twice.first_delivery], second)),
                        who(history, twice.holder, "a server"));
  }
  if (second.redelivered) text += ", flagged as redelivered";
  if (!origin.known && second.redelivered && deliveries.settles_seen() &&
      !deliveries.acknowledged(twice, twice.second_delivery)) {
    text += ", without an ack in between";
  }
  return {twice.second_delivery, text + origin.rule};
}

/// Whether the first execution had not ended when the second began, though it did later.
bool still_running(const Deliveries& deliveries, const Twice& twice) {
  const History& history = deliveries.history();
  int later = 0;
  for (const EventIndex i : deliveries.events_of(twice.op)) {
    if (history[i].kind != EventKind::done || history[i].actor != history[twice.first].actor)
      continue;
    if (i > twice.first && i < twice.second) return false;
    if (i > twice.second) ++later;
  }
  return later >= (twice.one_server ? 2 : 1);
}

std::string number(const Deliveries& deliveries, const Twice& twice) {
  const History& history = deliveries.history();
  const Event& first = history[twice.first];
  const Event& second = history[twice.second];
  const std::string apart = to_string(between(first, second));
  if (!twice.one_server) {
    return fmt::format(
        "The executions began {} apart, on two servers: what {} remembers does not help {}.", apart,
        who(history, first.actor, "one"), who(history, second.actor, "the other"));
  }
  std::string text;
  if (twice.first_delivery != no_event && twice.second_delivery != no_event) {
    const std::optional<std::uint32_t> survived = deliveries.largest_gap_survived();
    text = fmt::format(
        "Between the copies lay {} and {}. Largest gap survived: {}.",
        count(deliveries.gap(twice.first_delivery, twice.second_delivery), "message"),
        to_string(between(history[twice.first_delivery], history[twice.second_delivery])),
        survived.has_value() ? count(*survived, "message") : "none");
  } else if (twice.first_delivery != no_event) {
    text = fmt::format("One delivery was executed twice, {} apart.", apart);
  } else {
    text = fmt::format("The executions began {} apart; the history does not show both deliveries.",
                       apart);
  }
  if (deliveries.restarted(first.actor, twice.first, twice.second)) {
    text += fmt::format(" {} was restarted in between.", who(history, first.actor, "It"));
  } else if (between(first, second) >= 1h) {
    text += " By then its memory of the first had run out.";
  }
  return text;
}

/// Which events would tell why there was a second delivery, if nobody recorded any of them.
std::string missing(const Deliveries& deliveries, const Twice& twice) {
  const History& history = deliveries.history();
  const bool delivered = twice.second_delivery != no_event;
  const bool by_itself = twice.first_delivery != no_event && !delivered;
  if (deliveries.origins_seen() || history.begins_late() || by_itself) return "";
  const bool redelivered = delivered && history[twice.second_delivery].redelivered;
  std::vector<std::string> kinds = {"\"settle\"", "\"link\"", "\"process\""};
  if (!redelivered) kinds.insert(kinds.begin(), "\"publish\"");
  if (!delivered) kinds.insert(kinds.begin(), "\"deliver\"");
  return fmt::format(" The history does not show where the copy came from: record {}.",
                     listed(kinds));
}

}  // namespace

std::vector<Step> second_delivery(const Deliveries& deliveries, const Twice& twice) {
  const CopyOrigin origin = copy_origin(deliveries, twice);
  std::vector<Step> steps;
  if (origin.step.has_value()) steps.push_back(*origin.step);
  steps.push_back(delivery_step(deliveries, twice, origin));
  return steps;
}

CopyArgument argue(const Deliveries& deliveries, EventIndex first, EventIndex second) {
  const History& history = deliveries.history();
  const Twice twice = deliveries.pair(first, second);
  const std::string op = name(history, twice.op);

  CopyArgument argument{.first_delivery = twice.first_delivery,
                        .second_delivery = twice.second_delivery};
  argument.steps.push_back(
      {first, fmt::format("{} executed {} for the first time",
                          who(history, history[first].actor, "a server"), op)});
  if (twice.second_delivery != no_event) {
    for (Step& step : second_delivery(deliveries, twice)) argument.steps.push_back(std::move(step));
  }
  argument.steps.push_back(
      {second,
       fmt::format(
           "{} executed {} {}{}", who(history, history[second].actor, "a server"), op,
           twice.one_server ? "again" : "too",
           still_running(deliveries, twice) ? ", while the first execution still ran" : "")});
  sort(argument.steps);
  argument.number = number(deliveries, twice) + missing(deliveries, twice);
  return argument;
}

}  // namespace castaway::check
