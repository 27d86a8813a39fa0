// castaway shrink, as a person meets it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string answered = "ci/verbs/testdata/section/a_call_is_answered.json";
const std::string unanswered = "ci/verbs/testdata/section/a_call_that_nobody_answers_returns.json";
const std::string twice = "ci/verbs/testdata/section/a_lost_ack_runs_a_call_twice.json";
const std::string slow = "scenarios/examples/amo/a_slow_confirm_is_no_failure.json";
const std::string long_run = "ci/verbs/testdata/long/many_many_runs.json";

class Shrink : public testing::Test {
 protected:
  [[nodiscard]] std::string output() const { return folder_.path() + "/small.json"; }

  [[nodiscard]] Child shrink(const std::string& file, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"shrink", file, "--output", output()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return castaway(arguments);
  }

  TemporaryFolder folder_;
};

TEST_F(Shrink, PrintsWhatIsLeftAndWhatEachStageDid) {
  const Child child = shrink(twice, {"--profile", "classic"});
  EXPECT_EQ(child.exit_code, 0) << child.err;
  EXPECT_EQ(child.err, "");
  expect_recorded("shrink.txt", masked(child.out, folder_.path()));
}

TEST_F(Shrink, TakesTheFindingOfARunAndLeavesOneThatReplays) {
  const Child run = castaway({"run", unanswered, "--profile", "strict", "--out", folder_.path()});
  const std::string finding = folder_.path() + "/a-call-that-nobody-answers-returns.strict.json";
  EXPECT_THAT(run.out, HasSubstr(" shrink " + finding + '\n'));
  EXPECT_EQ(shrink(finding).exit_code, 0);

  const Child replay = castaway({"replay", output()});
  EXPECT_EQ(replay.exit_code, 1);
  EXPECT_THAT(replay.out,
              EndsWith("\nsame: it-returns is still broken, in the very same run\nexit 1\n"));
  EXPECT_EQ(castaway({"run", output(), "--out", folder_.path()}).exit_code, 1);
  const scenario::Scenario small = scenario::load(text_of(output()), output());
  EXPECT_EQ(small.deviations, std::vector<sim::Deviation>());
  EXPECT_THAT(text_of(output()), HasSubstr("\"shrunk_from\": {\"deviations\": 1"));
}

TEST_F(Shrink, LeavesAnExpectedFailureExpected) {
  EXPECT_EQ(shrink(twice).exit_code, 0);
  EXPECT_EQ(castaway({"run", output()}).exit_code, 0);
}

TEST_F(Shrink, SaysWhereNothingFails) {
  const Child child = shrink(answered);
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err, answered +
                           ": there is nothing to shrink: in profile strict and classic it "
                           "does not fail\n");
  EXPECT_EQ(text_of(output()), "");
}

TEST_F(Shrink, SaysThatAPropertyIsNotBroken) {
  const auto told = [&](const std::string& property) {
    const Child child = shrink(slow, {"--profile", "classic", "--property", property});
    EXPECT_EQ(child.exit_code, 65);
    return child.err;
  };
  EXPECT_EQ(told("own-reply"), slow +
                                   ": there is nothing to shrink: in profile classic no run "
                                   "breaks \"own-reply\"\n");
  EXPECT_EQ(told("own-repyl"), slow +
                                   ": no property of \"always\" is called \"own-repyl\"; did "
                                   "you mean \"own-reply\"?\n");
}

TEST_F(Shrink, LooksForARunThatBreaksTheVeryPropertyThatIsAskedFor) {
  EXPECT_EQ(shrink(slow, {"--profile", "classic", "--property", "deadline"}).exit_code, 0);
  EXPECT_EQ(castaway({"replay", output()}).exit_code, 1);
  const scenario::Scenario small = scenario::load(text_of(output()), output());
  ASSERT_EQ(small.expect.always.size(), 1U);
  EXPECT_EQ(name_of(small.expect.always.front()), "deadline");
}

TEST_F(Shrink, StaysWithinItsBudget) {
  const Child child = shrink(twice, {"--budget", "4"});
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, HasSubstr("The budget is spent: it may become smaller still."));
  EXPECT_EQ(castaway({"replay", output()}).exit_code, 1);
  EXPECT_EQ(shrink(twice, {"--budget", "0"}).exit_code, 64);
  EXPECT_EQ(shrink(twice, {"--budget", "many"}).exit_code, 64);
}

TEST_F(Shrink, RefusesWhatIsNoScenario) {
  EXPECT_EQ(shrink(folder_.write("a.json", "{\"scenario\": 1}")).exit_code, 65);
  EXPECT_EQ(shrink(folder_.path() + "/none.json").exit_code, 66);
  const Child child = castaway({"shrink", twice, "--output", "/proc/none/small.json"});
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_THAT(child.err, StartsWith("castaway: "));
  EXPECT_THAT(child.out, Not(HasSubstr("replay")));
}

TEST_F(Shrink, LintsWhatPeopleWrote) {
  std::string twins = text_of(scenario_path("section/a_call_is_answered.json"));
  const std::string id = R"("id": "s1")";
  twins.replace(twins.find(id), id.size(), R"("id": "c1")");
  const Child child = shrink(folder_.write("a.json", twins));
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, HasSubstr("already"));
}

TEST_F(Shrink, EndsWhenItIsInterrupted) {
  const Child child = run_child({.arguments = {"shrink", long_run, "--output", output()},
                                 .terminal = true,
                                 .interrupt_at = "  run "});
  EXPECT_EQ(child.exit_code, 130) << child.signal;
  EXPECT_THAT(child.out, HasSubstr("interrupted before " + long_run + " failed"));
}

/// One of many casts is lost, and all of them have to be executed: none can be taken away, which
/// takes long to find out.
std::string stubborn_failure() {
  return R"({"scenario": 1, "name": "a",
    "servers": [{"id": "s1", "topic": "t", "endpoint": {"m": []}}],
    "clients": [{"id": "c1"}, {"id": "c2"}],
    "script": [{"task": "c1/main", "steps": [
      {"cast": {"as": "job", "repeat": 2000, "topic": "t", "method": "m"}}]}],
    "faults": [{"id": "lost", "on": {"edge": "request"}, "when": {"nth": [7]}, "do": {"drop": true}}],
    "expect": {"always": [
      {"id": "all-run", "count": {"of": {"ev": "execute", "op": "job#*"}, "min": 2000}}]}})";
}

TEST_F(Shrink, KeepsTheBestSoFarWhenItIsInterrupted) {
  const std::string stubborn = folder_.write("a.json", stubborn_failure());
  const Child child = run_child({.arguments = {"shrink", stubborn, "--output", output()},
                                 .terminal = true,
                                 .interrupt_at = "operations: "});
  EXPECT_EQ(child.exit_code, 130) << child.signal << child.out;
  EXPECT_THAT(child.out, HasSubstr("Interrupted: this is the best so far"));
  EXPECT_EQ(castaway({"replay", output()}).exit_code, 1);
  EXPECT_EQ(scenario::load(text_of(output()), output()).clients.size(), 1U);
}

}  // namespace

}  // namespace castaway::ci
