#include "mutant_result.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mutant_process.h"

namespace castaway::ci {

namespace {

const Encounter missed{.with = "portfolio", .runs = 900, .seconds = 4, .cpu = 2};
const Encounter killed{.with = "catalogue",
                       .killed = true,
                       .runs = 12,
                       .seconds = 3,
                       .cpu = 1,
                       .law = "own-reply",
                       .cases = {"COR-010"},
                       .scenario = "replies-cross",
                       .size = SmallestScope{2, 1, 3, true}};

TEST(MutantResult, OfAnEncounterComesBackFromItsJson) {
  EXPECT_EQ(encounter_of(to_json(missed)), missed);
  EXPECT_EQ(encounter_of(to_json(killed)), killed);
}

TEST(MutantResult, IsWrongWhereAMutantSurvivesAndWhereABenignOneIsFlagged) {
  EXPECT_TRUE((MutantResult{.encounters = {missed}, .complete = true}).is_wrong());
  EXPECT_FALSE((MutantResult{.encounters = {missed, killed}, .complete = true}).is_wrong());
  const Mutant benign{.benign = true};
  EXPECT_FALSE(
      (MutantResult{.mutant = benign, .encounters = {missed}, .complete = true}).is_wrong());
  EXPECT_TRUE((MutantResult{.mutant = benign, .encounters = {missed, killed}}).is_wrong());
}

TEST(MutantResult, OfAMutantThatWasStoppedIsNotWrong) {
  EXPECT_FALSE((MutantResult{.encounters = {missed}, .complete = false}).is_wrong());
}

TEST(MutantResult, CountsTheTimeToTheKillAndNotBehindIt) {
  const MutantResult result{.encounters = {missed, killed, missed}, .complete = true};
  EXPECT_EQ(result.seconds_to_kill(), 7);
  EXPECT_EQ(result.cpu_to_kill(), 3);
}

/// A mutant of the claims breaks nothing where there are none.
TEST(MutantProcess, PutsAMutantToGeneratedRunsInEveryProfileThatPromises) {
  const scenario::Exploration exploration =
      exploration_of({.strategy = scenario::Explore::How::pct, .runs = 40, .seed = 3});
  EXPECT_EQ(exploration.profiles, (std::vector{scenario::SubjectProfile::strict,
                                               scenario::SubjectProfile::strict_claims}));
  EXPECT_EQ(exploration.strategy, scenario::Explore::How::pct);
  EXPECT_EQ(exploration.runs, 40U);
  EXPECT_EQ(exploration.seed, 3U);
}

}  // namespace

}  // namespace castaway::ci
