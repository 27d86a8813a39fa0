#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text.h"

namespace castaway::ci {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> verbs = {"run",       "replay", "shrink",    "list",
                                        "explain",   "schema", "check",     "hashes",
                                        "self-test", "call",   "serve-echo"};

template <class Verb>
Verb parsed(const std::vector<std::string>& arguments) {
  return std::get<Verb>(parse_options(arguments).command);
}

std::string complaint(const std::vector<std::string>& arguments) {
  try {
    static_cast<void>(parse_options(arguments));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no complaint";
}

std::string answer(const std::vector<std::string>& arguments) {
  return std::get<Answer>(parse_options(arguments).command).text;
}

TEST(Options, OfSelfTestNameMutantsByIdOrByName) {
  const auto test = parsed<SelfTestCommand>({"self-test", "--mutant", "any-reply", "--mutant",
                                             "M01", "--strategy", "pct", "--time", "2s"});
  EXPECT_THAT(test.mutants, ElementsAre("M09", "M01"));
  EXPECT_THAT(test.strategies, ElementsAre(scenario::Explore::How::pct));
  EXPECT_EQ(test.time, Duration(2s));
  EXPECT_EQ(complaint({"self-test", "--mutant", "any-replay"}),
            "self-test: there is no mutant \"any-replay\"; did you mean any-reply?");
  EXPECT_EQ(complaint({"self-test", "--strategy", "exhaustive"}),
            "self-test: what is generated has no end; not with --strategy exhaustive");
}

TEST(Options, OfRunHaveTheirDefaults) {
  const auto run = parsed<RunCommand>({"run", "a.json"});
  EXPECT_THAT(run.paths, ElementsAre("a.json"));
  EXPECT_EQ(run.profile, std::nullopt);
  EXPECT_EQ(run.seed, std::nullopt);
  EXPECT_EQ(run.runs, 0U);
  EXPECT_EQ(run.jobs, 0U);
  EXPECT_EQ(run.history, "");
  EXPECT_EQ(run.out, "castaway-out");
  EXPECT_FALSE(run.timeline || run.verbose || run.quiet);
}

TEST(Options, MayStandInAnyOrder) {
  const Options options =
      parse_options({"run", "-v", "a", "--profile", "classic", "b", "--seed=0", "--runs", "9",
                     "--no-color", "--jobs", "2", "--timeline", "--history", "h", "--out", "o"});
  const auto& run = std::get<RunCommand>(options.command);
  EXPECT_THAT(run.paths, ElementsAre("a", "b"));
  EXPECT_EQ(run.profile, scenario::SubjectProfile::classic);
  const Options claims = parse_options({"run", "a", "--profile", "strict+claims"});
  EXPECT_EQ(std::get<RunCommand>(claims.command).profile, scenario::SubjectProfile::strict_claims);
  EXPECT_EQ(run.seed, 0U);
  EXPECT_EQ(run.runs, 9U);
  EXPECT_EQ(run.jobs, 2U);
  EXPECT_EQ(run.history, "h");
  EXPECT_EQ(run.out, "o");
  EXPECT_TRUE(run.timeline && run.verbose && options.no_colour);
}

TEST(Options, TakeEverySeed) {
  EXPECT_EQ(parsed<RunCommand>({"run", "a", "--seed", "18446744073709551615"}).seed, UINT64_MAX);
  const auto hashes = parsed<HashesCommand>({"hashes", "--seeds", "7", "--first", "3", "--twice"});
  EXPECT_EQ(hashes.seeds, 7U);
  EXPECT_EQ(hashes.first, 3U);
  EXPECT_TRUE(hashes.twice);
}

TEST(Options, TakeAPathThatLooksLikeAVerbOrAFlag) {
  EXPECT_THAT(parsed<RunCommand>({"run", "list"}).paths, ElementsAre("list"));
  EXPECT_THAT(parsed<RunCommand>({"run", "--", "-v"}).paths, ElementsAre("-v"));
  EXPECT_THAT(parsed<CheckCommand>({"check", "-"}).files, ElementsAre("-"));
}

TEST(Options, NameTheNearestVerbOrFlag) {
  EXPECT_EQ(complaint({"rnu", "a"}), "there is no verb \"rnu\"; did you mean run?");
  EXPECT_EQ(complaint({"frobnicate"}),
            "there is no verb \"frobnicate\"; castaway --help lists them");
  EXPECT_EQ(complaint({"run", "a", "--prfile", "strict"}),
            "run: there is no flag --prfile; did you mean --profile?");
  EXPECT_EQ(complaint({"run", "a", "--frobnicate"}),
            "run: there is no flag --frobnicate; castaway run --help lists them");
  EXPECT_EQ(complaint({"--verson"}), "there is no flag --verson; did you mean --version?");
}

TEST(Options, RefuseWhatIsNoNumber) {
  for (const std::string text : {"-1", "x", "0x7", "1.5", "18446744073709551616", " 1"}) {
    EXPECT_EQ(complaint({"run", "a", "--seed", text}),
              "--seed wants a whole number from 0 to 18446744073709551615, not \"" + text + '"');
  }
  EXPECT_EQ(complaint({"run", "a", "--runs", "0"}),
            "--runs wants a whole number from 1 to 18446744073709551615, not \"0\"");
}

TEST(Options, SayWhatIsMissingOrTooMuch) {
  EXPECT_EQ(complaint({}), "which verb? castaway --help lists them");
  EXPECT_EQ(complaint({"run"}), "run: which scenario? Give a file or a folder");
  EXPECT_EQ(complaint({"run", "a", "--history"}), "run: --history: 1 required FILE missing");
  EXPECT_EQ(complaint({"run", "a", "--profile", "loose"}),
            "--profile is strict, classic or strict+claims, not \"loose\"");
  EXPECT_EQ(complaint({"run", "a", "-q", "-v"}), "run: --quiet and --verbose exclude each other");
  EXPECT_EQ(complaint({"shrink"}), "shrink: one failing scenario at a time, please");
  EXPECT_EQ(complaint({"shrink", "a", "b"}), "shrink: one failing scenario at a time, please");
  EXPECT_EQ(complaint({"replay", "a", "b"}), "replay: one finding at a time, please");
  EXPECT_EQ(complaint({"check"}), "check: which history? Give a file of JSON lines");
  EXPECT_EQ(complaint({"hashes"}), "hashes: how many? --seeds N");
  EXPECT_EQ(complaint({"schema", "a"}), "schema: \"a\" is one argument too many");
}

TEST(Options, OfACallAreATargetAMethodAndItsArguments) {
  const auto call = parsed<CallCommand>({"call", "rabbit://h/", "t", "m", "n=1", "text=a=b",
                                         "--server", "s", "--version", "1.2", "--timeout", "3s"});
  EXPECT_EQ(call.url, "rabbit://h/");
  EXPECT_EQ(call.target, (Target{.topic = "t", .version = "1.2", .server = "s"}));
  EXPECT_EQ(call.method, "m");
  EXPECT_THAT(call.arguments, ElementsAre("n=1", "text=a=b"));
  EXPECT_FALSE(call.cast);
  EXPECT_EQ(call.timeout, 3s);
  const auto fanout = parsed<CallCommand>({"call", "u", "t", "m", "--fanout"});
  EXPECT_TRUE(fanout.cast && fanout.target.fanout);
  EXPECT_EQ(complaint({"call", "u", "t"}),
            "call: whom? As in call rabbit://localhost/ TOPIC METHOD KEY=VALUE");
  EXPECT_EQ(complaint({"call", "u", "t", "m", "n"}), "call: an argument is KEY=VALUE, not \"n\"");
  EXPECT_EQ(complaint({"call", "u", "t", "m", "--timeout", "0s"}),
            "--timeout wants more than no time, not \"0s\"");
  EXPECT_THAT(complaint({"call", "u", "t", "m", "--timeout", "3"}), HasSubstr("--timeout: "));
}

TEST(Options, OfServeEchoAreWhereAndWhat) {
  const auto serve = parsed<ServeEchoCommand>({"serve-echo", "rabbit://h/", "t"});
  EXPECT_EQ(serve.target, (Target{.topic = "t", .server = "castaway"}));
  EXPECT_EQ(complaint({"serve-echo", "u"}),
            "serve-echo: what? As in serve-echo rabbit://localhost/ TOPIC");
}

TEST(Help, OfTheProgramNamesEveryVerb) {
  const std::string help = answer({"--help"});
  for (const std::string& verb : verbs) EXPECT_THAT(help, HasSubstr("\n  " + verb + "  "));
}

TEST(Help, OfEveryVerbHasExamplesAndFitsThePage) {
  for (const std::string& verb : verbs) {
    const std::string help = answer({verb, "--help"});
    const std::size_t examples = help.find("\nExamples:\n");
    ASSERT_NE(examples, std::string::npos) << help;
    EXPECT_THAT(help.substr(examples), HasSubstr("castaway " + verb));
    for (std::size_t at = 0; at < help.size(); at = help.find('\n', at) + 1) {
      EXPECT_LE(width(help.substr(at, help.find('\n', at) - at)), page_width) << help;
    }
  }
}

TEST(Help, IsTheSameWhereverItIsAskedFor) {
  EXPECT_EQ(answer({"run", "-h"}), answer({"run", "a.json", "--seed", "7", "--help"}));
  EXPECT_EQ(answer({"--version"}), version_line() + '\n');
}

}  // namespace

}  // namespace castaway::ci
