#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

TEST(LintTexts, LooksAtThemWhereverAValueIs) {
  const std::string wrong = ": a text of so many bytes: an integer from 0 to 16777216\n";
  EXPECT_EQ(told_with(R"({"return": 1})", R"({"return": {"a": {"text_of": "1"}}})"),
            "/servers/0/endpoint/add/1/return/a/text_of" + wrong);
  EXPECT_EQ(told_with(R"("timeout": "5s"})", R"("args": {"v": {"text_of": 1.5}}})"),
            "/script/0/steps/0/call/args/v/text_of" + wrong);
  EXPECT_EQ(told_with(R"("timeout": "5s"})",
                      R"("args": {"v": {"text_of": 16777216}, "w": {"text_of": -1, "x": 1}}})"),
            "");
}

}  // namespace
}  // namespace castaway::scenario
