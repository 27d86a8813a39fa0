// check: other people's histories, and what is said of files that are none.

#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::HasSubstr;
using testing::Not;

/// What check says of a file with this text.
Child check(const std::string& text, std::vector<std::string> flags = {}) {
  const TemporaryFolder folder;
  flags.insert(flags.begin(), {"check", folder.write("history.jsonl", text)});
  Child child = castaway(flags);
  child.err = masked(child.err, folder.path());
  return child;
}

const std::string executed_first = R"(
{"at":990000000,"kind":"deliver","actor":"server","op":"a","copy":1}
{"at":990100000,"kind":"execute","actor":"server","op":"a","method":"echo","digest":"1"}
{"at":995000000,"kind":"done","actor":"server","op":"a","detail":"return","digest":"2"}
{"at":1000000000,"kind":"invoke","actor":"client","op":"a","operation":"call","method":"echo"}
{"at":1010000000,"kind":"return","actor":"client","op":"a","digest":"2"}
)";

TEST(CheckSkew, IsProposedWhereItWouldExplainAViolation) {
  const Child child = check(R"({"castaway-history":2,"ending":"cut"})" + executed_first);
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out,
              HasSubstr("\n  no-phantom is not violated if the clocks of client and server are up "
                        "to 9.9ms apart. If they are\n  not one clock, say so in the head: "
                        "\"skew\": \"5ms\".\n"));
}

TEST(CheckSkew, ThatIsProposedIsEnough) {
  const Child child =
      check(R"({"castaway-history":2,"ending":"cut","skew":"5ms"})" + executed_first);
  EXPECT_EQ(child.exit_code, 0) << child.out;
  EXPECT_THAT(child.out, Not(HasSubstr("skew")));
}

TEST(CheckSkew, IsNotProposedWhereNoClockExplainsIt) {
  const Child simulated =
      check(R"({"castaway-history":2,"ending":"cut","seed":7})" + executed_first);
  EXPECT_EQ(simulated.exit_code, 1);
  EXPECT_THAT(simulated.out, Not(HasSubstr("skew"))) << "a simulated run has one clock";
  const Child twice = check(R"({"castaway-history":2}
{"at":0,"kind":"execute","actor":"s1","op":"a"}
{"at":1,"kind":"execute","actor":"s2","op":"a"}
)");
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_THAT(twice.out, Not(HasSubstr("skew")));
}

const std::string hanging = R"(
{"at":"1s","kind":"invoke","actor":"client","op":"after","operation":"call","deadline":"61s"}
{"at":"1.5s","kind":"confirm","actor":"client","op":"after","detail":"ack"}
)";

TEST(CheckUntil, IsAskedForWhereACallMayHang) {
  const Child child = check(R"({"castaway-history":2,"ending":"limit"})" + hanging);
  EXPECT_THAT(child.out, Not(HasSubstr("violated")));
  EXPECT_THAT(child.out,
              HasSubstr("\n  \"after\" had not completed at the last event, and its deadline was "
                        "yet to come, so no law judged\n  whether it hangs. If the run was "
                        "observed beyond 61s, say until when in the head: \"until\".\n"));
}

TEST(CheckUntil, LetsACallThatHangsBeJudged) {
  const Child child = check(R"({"castaway-history":2,"ending":"limit","until":"2min"})" + hanging);
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out, HasSubstr("\n  one-completion    violated once (1 judged)\n"));
  EXPECT_THAT(child.out, Not(HasSubstr("say until when")));
}

TEST(CheckAttempts, AreNoViolation) {
  const std::string attempts = R"({"castaway-history":2}
{"at":0,"kind":"invoke","actor":"c1","op":"pay","operation":"call","attempt":1}
{"at":1,"kind":"execute","actor":"s1","op":"pay"}
{"at":2,"kind":"timeout","actor":"c1","op":"pay"}
{"at":3,"kind":"invoke","actor":"c1","op":"pay","operation":"call","attempt":2}
{"at":4,"kind":"execute","actor":"s2","op":"pay"}
{"at":5,"kind":"done","actor":"s2","op":"pay","detail":"return"}
{"at":6,"kind":"return","actor":"c1","op":"pay"}
)";
  EXPECT_EQ(check(attempts).exit_code, 0);
  const std::string once_more = attempts + R"({"at":7,"kind":"execute","actor":"s2","op":"pay"})";
  const Child child = check(once_more);
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out, HasSubstr("for each of its 2 attempts"));
}

const std::string wire = R"({"castaway-history":2,"ending":"cut"}
{"at":0,"kind":"publish","actor":"c1","op":"pay","operation":"call"}
{"at":1,"kind":"deliver","actor":"s1","op":"pay"}
{"at":2,"kind":"deliver","actor":"s2","op":"pay","redelivered":true}
{"at":3,"kind":"reply","actor":"s1","op":"pay"}
)";

TEST(CheckWire, SuspectsWhatIsPossible) {
  const Child child = check(wire);
  EXPECT_EQ(child.exit_code, 2) << child.out;
  EXPECT_THAT(child.out, HasSubstr("\n  at-most-once      suspected once (1 judged)\n"));
  EXPECT_THAT(child.out, HasSubstr("\n  Suspected, and not proved:\n"
                                   "  The call \"pay\" was delivered twice.\n"));
}

TEST(CheckWire, IsCertainWhereTwoServersReply) {
  const Child child = check(wire + R"({"at":4,"kind":"reply","actor":"s2","op":"pay"})");
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out, HasSubstr("was answered by s1 and s2, so each of them executed it."));
}

TEST(CheckLaw, FindsWhatWasAcceptedAndNeverDelivered) {
  const std::string queue = R"({"castaway-history":2}
{"at":0,"kind":"invoke","actor":"p0","op":"m0","operation":"cast"}
{"at":1,"kind":"accept","actor":"broker","op":"m0"}
{"at":2,"kind":"invoke","actor":"p0","op":"m1","operation":"cast"}
{"at":3,"kind":"accept","actor":"broker","op":"m1"}
{"at":4,"kind":"execute","actor":"p9","op":"m0"}
)";
  const Child child = check(queue, {"--law", "quiet-broker", "--law", "at-most-once"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out, HasSubstr("\n  quiet-broker      violated once (2 judged)\n"));
  EXPECT_THAT(child.out, HasSubstr("\n  The cast \"m1\" was never delivered.\n"));
  EXPECT_THAT(child.out, HasSubstr("\n  at-most-once      holds (1 judged)\n"));
}

TEST(CheckLaw, NamesEachThatIsNone) {
  const Child child = castaway({"check", "-", "--law", "at-most-onc", "--law", "no-los"});
  EXPECT_EQ(child.exit_code, 64);
  EXPECT_THAT(child.err, HasSubstr("check: there is no law \"at-most-onc\"; did you mean "
                                   "at-most-once? And there is no law \"no-los\"; did you mean "
                                   "no-loss?"));
}

std::vector<nlohmann::json> lines_of(const std::string& path) {
  std::vector<nlohmann::json> lines;
  std::istringstream text(text_of(path));
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(CheckResults, HaveEachVerdictWithItsArgument) {
  const TemporaryFolder folder;
  const std::string history = folder.write("a.jsonl", R"({"castaway-history":2}
{"at":5,"kind":"execute","actor":"s1","op":"a"}
{"at":7,"kind":"execute","actor":"s1","op":"a"}
)");
  const std::string rubbish = folder.write("b.jsonl", "rubbish\n");
  const std::string results = folder.path() + "/out/results.jsonl";
  const Child child = castaway({"check", history, rubbish, "--law", "at-most-once", "--law",
                                "deadline", "--results", results});
  EXPECT_EQ(child.exit_code, 1) << child.err;
  const std::vector<nlohmann::json> lines = lines_of(results);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0]["history"], history);
  EXPECT_EQ(lines[0]["law"], "at-most-once");
  EXPECT_EQ(lines[0]["verdict"], "violated");
  EXPECT_EQ(lines[0]["judged"], 1);
  EXPECT_THAT(lines[0]["suspects"], testing::IsEmpty());
  const nlohmann::json violation = lines[0]["violations"].at(0);
  EXPECT_EQ(violation["op"], "a");
  EXPECT_EQ(violation["breach"], "executed again");
  EXPECT_EQ(violation["what"], "The operation \"a\" was executed twice by s1.");
  EXPECT_THAT(violation["law"], HasSubstr("may be executed at most once."));
  EXPECT_EQ(violation["steps"].at(1),
            nlohmann::json({{"event", 1}, {"at", 7}, {"text", "s1 executed a again"}}));
  EXPECT_EQ(lines[1], nlohmann::json({{"history", history},
                                      {"law", "deadline"},
                                      {"verdict", "vacuous"},
                                      {"judged", 0},
                                      {"unseen", 0},
                                      {"because", "no operation was invoked"}}));
  EXPECT_EQ(lines[2]["verdict"], "unreadable");
  EXPECT_THAT(lines[2]["complaints"].at(0), HasSubstr("b.jsonl:1:1: this is no JSON: "));
}

TEST(CheckResults, ThatCannotBeWrittenAreAnError) {
  const TemporaryFolder folder;
  const std::string history = folder.write("a.jsonl", "{\"castaway-history\":2}\n");
  const Child child = castaway({"check", history, "--results", folder.path()});
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_THAT(child.err, HasSubstr(" cannot be written"));
}

TEST(CheckForeign, FilesAreCalledByTheirNames) {
  const Child child =
      check(R"({"data":[{"traceID":"ab","spans":[{"traceID":"ab","spanID":"cd"}]}]})");
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, testing::StartsWith("FOLDER/history.jsonl:1:1: this looks like a Jaeger "
                                             "trace, and check reads histories: turn each "));
}

TEST(CheckForeign, StreamsAreToo) {
  const TemporaryFolder folder;
  const std::string page = folder.write("page", "<!doctype html>\n");
  const Child child = run_child({.arguments = {"check", "-"}, .input = page});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, HasSubstr("standard input:1:1: this looks like an HTML page"));
}

}  // namespace

}  // namespace castaway::ci
