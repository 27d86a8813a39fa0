// A failure is kept whatever is done to it: made again from its deviations, or made small.

#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"
#include "castaway/scenario/shrink.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr PropertyOptions classic = {.profile = scenario::SubjectProfile::classic,
                                     .generate = {.size = 30}};

/// The laws of a run that are violated, each once.
std::vector<std::string> broken_laws(const check::History& history) {
  std::vector<std::string> names;
  for (const check::Verdict& verdict : check::judge_all(history)) {
    if (verdict.violated()) names.push_back(verdict.law);
  }
  return names;
}

TEST(KeptFailure, AReplayReadFromItsFileBreaksTheSameLawsInTheSameWords) {
  for_all_scenarios(
      "replay-keeps-failures",
      [](const Case& run) -> Judgement {
        const std::vector<check::Verdict> before = check::judge_all(run.outcome.history);
        scenario::Scenario replay = run.scenario;
        replay.deviations = run.outcome.deviations;
        const scenario::Scenario read = scenario::parse(print(replay), "replay");
        const scenario::Outcome again = scenario::run(read, run.profile, run.seed);
        if (check::judge_all(again.history) != before) return {.wrong = "It fails otherwise."};
        return {.judged = broken_laws(run.outcome.history).size()};
      },
      classic);
}

TEST(KeptFailure, WhatIsShrunkBreaksTheSameLawForTheSameRootAndIsNoLarger) {
  PropertyOptions few = classic;
  few.runs = 60;
  int shrunk_so_far = 0;
  constexpr int most_shrunk = 30;  // it takes long, however many cases are asked for
  for_all_scenarios(
      "shrink-keeps-failures",
      [&](const Case& run) -> Judgement {
        const std::vector<std::string> broken = broken_laws(run.outcome.history);
        if (broken.empty()) return {};
        scenario::Scenario failing = run.scenario;
        failing.seed = run.seed;
        failing.deviations = run.outcome.deviations;
        const scenario::Property law{.what = scenario::LawProp{broken.front()}};
        if (++shrunk_so_far > most_shrunk) return {};
        const auto shrunk = scenario::shrink(failing, run.profile, law, {.budget = 150});
        if (!shrunk) return {.wrong = "As a replay it keeps " + broken.front()};
        if (shrunk->after.operations > shrunk->before.operations ||
            shrunk->after.deviations > shrunk->before.deviations)
          return {.wrong = "It has become larger."};
        const scenario::Outcome again =
            scenario::run(shrunk->scenario, run.profile, shrunk->scenario.seed);
        const check::Verdict verdict = scenario::judge(law, again.history);
        for (const check::Violation& violation : verdict.violations) {
          if (scenario::signature_of(broken.front(), violation, again.history) == shrunk->signature)
            return {.judged = 1};
        }
        return {.wrong = "What is left keeps " + broken.front() + ", or breaks it otherwise."};
      },
      few);
}

}  // namespace
}  // namespace castaway::property
