// What only another run can tell: that the same run is the same.

#include <sstream>
#include <string>
#include <utility>

#include "castaway/scenario/difference.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using check::History;

std::string text_of(const History& history) {
  std::ostringstream text;
  check::write_jsonl(text, history);
  return std::move(text).str();
}

}  // namespace

check::Verdict judge_again(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
                           const Outcome& outcome, const AgainProp& property, const Cut& cut) {
  Scenario again = scenario;
  const bool replayed = property.from == AgainProp::From::deviations;
  if (replayed) again.deviations = outcome.deviations;
  const History second = run(again, profile, seed, {.cut = cut}).history;
  const History& first = outcome.history;
  if (text_of(second) == text_of(first)) return {.judged = 1};

  // Where all words agree it is a number that differs: of a digest, or of a deadline.
  const std::vector<std::string> words = in_words(second, second.events().size());
  const auto difference = first_difference(words, words.size(), first);
  const std::size_t index = difference ? difference->event : words.size();
  constexpr check::BreachKind differs{"not the same again"};
  check::Violation violation{
      .breach = {.kind = differs},
      .what = std::string("made again from its ") + (replayed ? "deviations" : "seed") +
              ", the run differs from event " + std::to_string(index) + " on"};
  if (difference) violation.steps = difference->after;
  return {.judged = 1, .violations = {std::move(violation)}};
}

}  // namespace castaway::scenario
