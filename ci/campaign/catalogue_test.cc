// The catalogue, the scenarios that show it, the mutants that it kills, and what classic is known
// to fail, held against each other.

#include "catalogue.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/cases.h"

namespace castaway::ci {

namespace {

using testing::IsEmpty;

const std::string folder = std::string(CASTAWAY_SOURCE_DIR) + "/scenarios/catalogue";

const std::vector<Selected>& scenarios() {
  static InputProblems problems;
  static const std::vector<Selected> all = select({folder}, problems);
  EXPECT_EQ(problems.lines(), "");
  return all;
}

TEST(Catalogue, HasAScenarioForEachCaseOfTheFirstWave) {
  const auto paths = shown_by(scenarios());
  std::vector<std::string> missing;
  for (const scenario::Case& one : scenario::cases()) {
    if (one.first_wave && !paths.contains(std::string(one.id))) missing.emplace_back(one.id);
  }
  EXPECT_THAT(missing, IsEmpty());
}

TEST(Catalogue, CallsEachScenarioAfterItsCase) {
  for (const Selected& selected : scenarios()) {
    const scenario::Case* first = scenario::find_case(selected.scenario.cases.front());
    std::string prefix = std::string(first->id) + '-' + std::string(first->slug);
    std::ranges::transform(prefix, prefix.begin(), [](unsigned char c) { return std::tolower(c); });
    EXPECT_TRUE(selected.scenario.name.starts_with(prefix)) << selected.path;
    EXPECT_EQ(selected.section, first->id.substr(0, 3)) << selected.path;
  }
}

TEST(Catalogue, ShowsThatEachFaultFired) {
  for (const Selected& selected : scenarios()) {
    std::set<std::string> asked;
    for (const scenario::Fired& fired : selected.scenario.expect.fired) asked.insert(fired.fault);
    for (const sim::Rule& rule : selected.scenario.faults) {
      const bool never = rule.when.prob && rule.when.prob->num == 0;
      EXPECT_TRUE(never || asked.contains(rule.id)) << selected.path << " " << rule.id;
    }
  }
}

TEST(Catalogue, EachUniversalCaseOfTheFirstWaveKillsAMutant) {
  std::set<std::string> killers;
  for (const Mutant& mutant : gallery())
    killers.insert(mutant.killed_by.begin(), mutant.killed_by.end());
  for (const auto& [id, paths] : shown_by(scenarios())) {
    const scenario::Case* one = scenario::find_case(id);
    if (one->first_wave && !one->existential) {
      EXPECT_TRUE(killers.contains(id)) << id;
    }
  }
}

TEST(Catalogue, ClassicFailsWhatItsBaselineSaysAndNothingElse) {
  std::set<std::string> known, violated;
  for (const KnownFailure& failure : known_failures_of_classic()) known.insert(failure.case_id);
  for (const Selected& selected : scenarios()) {
    if (selected.scenario.expect.violated.contains("classic"))
      violated.insert(selected.scenario.cases.front());
    EXPECT_FALSE(selected.scenario.expect.violated.contains("strict")) << selected.path;
    EXPECT_FALSE(selected.scenario.expect.violated.contains("strict+claims")) << selected.path;
  }
  EXPECT_EQ(known, violated);
}

}  // namespace

}  // namespace castaway::ci
