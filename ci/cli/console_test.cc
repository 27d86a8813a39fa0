// Colours and widths, as the environment and the terminal want them.

#include "console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/child.h"

namespace castaway::ci {

namespace {

using testing::HasSubstr;
using testing::Not;

const std::string twice = "ci/verbs/testdata/section/a_lost_ack_runs_a_call_twice.json";

std::string listed(const std::vector<std::string>& environment, bool terminal,
                   const std::vector<std::string>& flags = {}) {
  std::vector<std::string> arguments = {"list", twice};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return run_child({.arguments = arguments, .environment = environment, .terminal = terminal}).out;
}

/// The longest line of a drawing, in columns.
std::size_t widest(const std::vector<std::string>& environment, bool terminal = false) {
  const Child child = run_child({.arguments = {"run", twice, "--profile", "classic", "--timeline"},
                                 .environment = environment,
                                 .terminal = terminal});
  const std::string drawn = child.out.substr(child.out.find("    event"));
  std::size_t longest = 0;
  for (std::size_t at = 0, end = 0; at < drawn.size(); at = end + 1) {
    end = std::min(drawn.find('\n', at), drawn.size());
    longest = std::max(longest, end - at);
  }
  return longest;
}

TEST(Colour, IsForTerminals) {
  EXPECT_THAT(listed({}, true), HasSubstr("\033[1m"));
  EXPECT_THAT(listed({}, false), Not(HasSubstr("\033")));
}

TEST(Colour, IsForcedWhereThereIsNoTerminal) {
  EXPECT_THAT(listed({"FORCE_COLOR=1"}, false), HasSubstr("\033[1m"));
  EXPECT_THAT(listed({"FORCE_COLOR="}, false), Not(HasSubstr("\033")));
  EXPECT_THAT(listed({"FORCE_COLOR=0"}, false), Not(HasSubstr("\033")));
}

TEST(Colour, IsForNobodyWhoSaysSo) {
  EXPECT_THAT(listed({"NO_COLOR=1"}, true), Not(HasSubstr("\033[1m")));
  EXPECT_THAT(listed({"NO_COLOR="}, true), HasSubstr("\033[1m"));
  EXPECT_THAT(listed({"NO_COLOR=1", "FORCE_COLOR=1"}, false), Not(HasSubstr("\033")));
  EXPECT_THAT(listed({"FORCE_COLOR=1"}, false, {"--no-color"}), Not(HasSubstr("\033")));
}

TEST(Timeline, FollowsTheWidthThatThereIs) {
  EXPECT_LE(widest({}), 100U);
  EXPECT_GT(widest({}), 70U);
  EXPECT_LE(widest({"COLUMNS=70"}), 70U);
  EXPECT_EQ(widest({"COLUMNS=many"}), widest({}));
  EXPECT_LT(widest({"COLUMNS=70"}, true), widest({}, true));
}

}  // namespace

}  // namespace castaway::ci
