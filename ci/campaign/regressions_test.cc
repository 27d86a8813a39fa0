// What once broke is run first: by run on a folder, and by explore.

#include "regressions.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::HasSubstr;
using testing::Not;

/// A collection in a folder `scenarios` of its own, with one regression that holds.
class Regressions : public testing::Test {
 protected:
  Regressions() {
    copy("examples/bas/answered.json", "section/a_call_is_answered.json");
    copy("catalogue/amo/answered.json", "section/a_call_is_answered.json");
    keep("section/a_call_is_answered.json");
  }

  void copy(const std::string& to, const std::string& from) const {
    folder_.write("scenarios/" + to, text_of(scenario_path(from)));
  }
  /// Puts it among the regressions in place of the one that is there.
  void keep(const std::string& from) const { copy("regressions/once.json", from); }

  [[nodiscard]] Child castaway_here(std::vector<std::string> arguments) const {
    return castaway(arguments, folder_.path());
  }
  [[nodiscard]] std::vector<std::string> selected(const std::string& path,
                                                  bool beside = true) const {
    std::vector<std::string> paths;
    const std::filesystem::path root = folder_.path();
    InputProblems problems;
    for (const Selected& one : select_regressions_first({(root / path).string()}, beside, problems))
      paths.push_back(std::filesystem::relative(one.path, root).string());
    EXPECT_EQ(problems.lines(), "");
    return paths;
  }

  TemporaryFolder folder_;
};

TEST_F(Regressions, ComeFirstInTheFolderThatTheyAreIn) {
  const std::vector<std::string> all = {"scenarios/regressions/once.json",
                                        "scenarios/catalogue/amo/answered.json",
                                        "scenarios/examples/bas/answered.json"};
  EXPECT_EQ(selected("scenarios"), all);
  EXPECT_EQ(selected("."), all);
}

TEST_F(Regressions, OfTheCollectionComeBeforeAFolderOfIt) {
  EXPECT_EQ(selected("scenarios/examples/bas"),
            (std::vector<std::string>{"scenarios/regressions/once.json",
                                      "scenarios/examples/bas/answered.json"}));
  EXPECT_EQ(selected("scenarios/catalogue/amo"),
            (std::vector<std::string>{"scenarios/regressions/once.json",
                                      "scenarios/catalogue/amo/answered.json"}));
}

TEST_F(Regressions, DoNotComeWithAFileNorWhereOneScenarioIsLookedAt) {
  const std::vector<std::string> alone = {"scenarios/examples/bas/answered.json"};
  EXPECT_EQ(selected("scenarios/examples/bas/answered.json"), alone);
  EXPECT_EQ(selected("scenarios/examples/bas", false), alone);
}

TEST_F(Regressions, AreTheFirstLineOfARun) {
  const Child child = castaway_here({"run", "scenarios/examples/bas", "-q"});
  EXPECT_EQ(child.exit_code, 0) << child.out << child.err;
  EXPECT_THAT(child.out, HasSubstr("\n                strict    classic\n"
                                   "REGRESSIONS 1   .         .\n"
                                   "BAS         1   .         .\n"));
}

TEST_F(Regressions, ThatFailMakeARunFailWhateverItRuns) {
  keep("section/a_call_that_nobody_answers_returns.json");
  const Child child = castaway_here({"run", "scenarios/examples/bas"});
  EXPECT_EQ(child.exit_code, 1) << child.out << child.err;
  EXPECT_THAT(child.out, HasSubstr("FAIL  scenarios/regressions/once.json  strict"));
  EXPECT_EQ(castaway_here({"run", "scenarios/examples/bas/answered.json"}).exit_code, 0);
}

TEST_F(Regressions, RunBeforeAnExploration) {
  const std::vector<std::string> generated = {"explore", "--generated", "--runs",    "40",
                                              "--seed",  "7",           "--profile", "strict"};
  const Child well = castaway_here(generated);
  EXPECT_THAT(well.out, HasSubstr("\n\nregressions first: 1 scenario, 1 pass\n"));

  keep("section/a_call_that_nobody_answers_returns.json");
  const Child ill = castaway_here(generated);
  EXPECT_EQ(ill.exit_code, 1) << ill.out << ill.err;
  EXPECT_THAT(ill.out, HasSubstr("\n\nregressions first: 1 scenario, 1 fail\n\n"
                                 "FAIL  scenarios/regressions/once.json  strict\n"));
  EXPECT_THAT(ill.out, HasSubstr("40 runs, "));
  EXPECT_THAT(
      castaway_here({"explore", "scenarios/examples/bas/answered.json", "--runs", "20"}).out,
      HasSubstr("regressions first: 1 scenario, 2 fail\n"));
}

TEST_F(Regressions, ThatFailAreAnEndForAnExplorationOfOneFinding) {
  keep("section/a_call_that_nobody_answers_returns.json");
  const Child child = castaway_here({"explore", "scenarios/examples/bas", "--first"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out, Not(HasSubstr(" runs, ")));
}

TEST(Help, SaysWhichRegressionsRunFirst) {
  for (const char* verb : {"run", "explore"})
    EXPECT_THAT(castaway({verb, "--help"}).out, HasSubstr("Regressions ")) << verb;
}

}  // namespace

}  // namespace castaway::ci
