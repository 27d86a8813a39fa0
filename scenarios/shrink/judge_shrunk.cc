// What only many other runs can tell: that a failing run, made small, fails for the same reason.
//
// It trusts the shrinker in nothing: what comes out is run once more, and judged here.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "castaway/scenario/shrink.h"

namespace castaway::scenario {
namespace {

constexpr check::BreachKind not_replayed{"kept when made again"};
constexpr check::BreachKind kept{"kept when shrunk"};
constexpr check::BreachKind other_reason{"shrunk to another reason"};

struct Broken {
  FailureSignature signature = {};
  check::Violation violation = {};
};

std::vector<Broken> broken_by(const Outcome& outcome, const Property& law) {
  std::vector<Broken> all;
  const FailureSignatures signatures(outcome.history);
  for (const check::Violation& violation : judge(law, outcome.history).violations)
    all.push_back({signatures.of(name_of(law), violation), violation});
  return all;
}

/// The first that follows from nothing else, or else the first.
const Broken& first_root(const std::vector<Broken>& all) {
  const auto of_itself = std::ranges::find_if(
      all, [](const Broken& one) { return one.signature.consequence_of.empty(); });
  return of_itself != all.end() ? *of_itself : all.front();
}

}  // namespace

check::Verdict judge_shrunk(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
                            const Outcome& outcome, const ShrunkProp& property, const Cut& cut) {
  const Property law{.what = LawProp{property.law}};
  const std::vector<Broken> before = broken_by(outcome, law);
  if (before.empty()) return {.vacuous_because = "no run broke " + property.law};

  Scenario failing = scenario;
  failing.seed = seed;
  failing.deviations = outcome.deviations;
  const auto& [signature, violation] = first_root(before);
  const auto wrong = [&violation = violation](check::BreachKind kind, std::string what) {
    return check::Verdict{.judged = 1,
                          .violations = {{.op = violation.op,
                                          .breach = {.kind = kind},
                                          .what = std::move(what),
                                          .steps = violation.steps}}};
  };
  const std::optional<Shrunk> shrunk = shrink(failing, profile, law, {.cut = cut});
  if (!shrunk)
    return wrong(not_replayed, "made again from its deviations, the run keeps " + property.law);
  const Outcome again = run(shrunk->scenario, profile, shrunk->scenario.seed, {.cut = cut});
  const std::vector<Broken> after = broken_by(again, law);
  if (std::ranges::count(after, signature, &Broken::signature) != 0) return {.judged = 1};
  if (after.empty()) return wrong(kept, "shrunk, the run keeps " + property.law);
  return wrong(other_reason, "shrunk, the run breaks " + property.law +
                                 " for another reason: " + after.front().violation.what);
}

}  // namespace castaway::scenario
