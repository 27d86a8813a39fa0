// What only another run can tell: that the same run is the same.

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using check::History;

constexpr std::size_t longest_chain = 12;

std::string text_of(const History& history) {
  std::ostringstream text;
  check::write_jsonl(text, history);
  return std::move(text).str();
}

/// The first event that is not the same in both, or the end of the shorter one.
check::EventIndex first_difference(const History& a, const History& b) {
  const auto size = static_cast<check::EventIndex>(std::min(a.events().size(), b.events().size()));
  check::EventIndex index = 0;
  while (index < size && describe(a, index) == describe(b, index)) ++index;
  return index;
}

/// The event, after what led to it.
std::vector<check::Step> chain(const History& history, check::EventIndex index) {
  std::vector<check::Step> steps;
  for (; index != check::no_event && steps.size() < longest_chain; index = history[index].cause)
    steps.push_back({.event = index, .text = describe(history, index)});
  std::ranges::reverse(steps);
  return steps;
}

}  // namespace

check::Verdict judge_again(const Scenario& scenario, Profile profile, std::uint64_t seed,
                           const Outcome& outcome, const AgainProp& property) {
  Scenario again = scenario;
  const bool replayed = property.from == AgainProp::From::deviations;
  if (replayed) again.deviations = outcome.deviations;
  const History second = run(again, profile, seed).history;
  const History& first = outcome.history;
  if (text_of(second) == text_of(first)) return {.judged = 1};

  const check::EventIndex index = first_difference(first, second);
  check::Violation violation{
      .what = std::string("made again from its ") + (replayed ? "deviations" : "seed") +
              ", the run differs from event " + std::to_string(index) + " on"};
  if (index < first.events().size()) violation.steps = chain(first, index);
  return {.judged = 1, .violations = {std::move(violation)}};
}

}  // namespace castaway::scenario
