#include "command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "usage_error.h"
#include "version.h"

namespace castaway::ci {

namespace {

using scenario::SubjectProfile;
using testing::ElementsAre;
using testing::HasSubstr;
using How = scenario::Explore::How;

/// A verb with its options read, and the fields that they wrote to.
class Parsed {
 public:
  explicit Parsed(const std::vector<std::string>& arguments)
      : line_(read_command_line(arguments)) {}

  template <class Value>
  [[nodiscard]] const Value& value(const std::string& name) const {
    for (const Option& option : line_.verb->options()) {
      if (name_of(option) == name) return *std::get<Value*>(option.into);
    }
    throw std::invalid_argument("there is no option " + name);
  }
  [[nodiscard]] bool flag(const std::string& name) const { return value<bool>(name); }
  [[nodiscard]] std::string text(const std::string& name) const { return value<std::string>(name); }
  [[nodiscard]] std::uint64_t number(const std::string& name) const {
    return value<std::uint64_t>(name);
  }
  [[nodiscard]] std::vector<std::string> words(const std::string& name) const {
    return value<std::vector<std::string>>(name);
  }
  [[nodiscard]] std::optional<std::uint64_t> seed() const {
    return value<std::optional<std::uint64_t>>("--seed");
  }
  [[nodiscard]] std::optional<SubjectProfile> profile() const {
    return value<std::optional<SubjectProfile>>("--profile");
  }
  [[nodiscard]] bool no_colour() const { return line_.no_colour; }

 private:
  CommandLine line_;
};

std::string complaint(const std::vector<std::string>& arguments) {
  try {
    static_cast<void>(read_command_line(arguments));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no complaint";
}

std::string answer(const std::vector<std::string>& arguments) {
  return read_command_line(arguments).answer;
}

TEST(CommandLine, OfSelfTestNamesMutantsByIdOrByName) {
  const Parsed test({"self-test", "--mutant", "any-reply", "--mutant", "M01", "--strategy", "pct",
                     "--time", "2s"});
  EXPECT_THAT(test.words("--mutant"), ElementsAre("M09", "M01"));
  EXPECT_THAT(test.value<std::vector<How>>("--strategy"), ElementsAre(How::pct));
  EXPECT_EQ(test.value<std::optional<Duration>>("--time"), Duration(2s));
  EXPECT_EQ(complaint({"self-test", "--mutant", "any-replay"}),
            "self-test: there is no mutant \"any-replay\"; did you mean any-reply?");
  EXPECT_EQ(complaint({"self-test", "--strategy", "exhaustive"}),
            "self-test: what is generated has no end; not with --strategy exhaustive");
}

TEST(CommandLine, OfRunHasItsDefaults) {
  const Parsed run({"run", "a.json"});
  EXPECT_THAT(run.words("PATH"), ElementsAre("a.json"));
  EXPECT_EQ(run.profile(), std::nullopt);
  EXPECT_EQ(run.seed(), std::nullopt);
  EXPECT_EQ(run.number("--runs"), 0U);
  EXPECT_EQ(run.number("--jobs"), 0U);
  EXPECT_EQ(run.text("--history"), "");
  EXPECT_EQ(run.text("--out"), "castaway-out");
  EXPECT_FALSE(run.flag("--timeline") || run.flag("-v,--verbose") || run.flag("-q,--quiet"));
}

TEST(CommandLine, TakesFlagsInAnyOrder) {
  const Parsed run({"run", "-v", "a", "--profile", "classic", "b", "--seed=0", "--runs", "9",
                    "--no-color", "--jobs", "2", "--timeline", "--history", "h", "--out", "o"});
  EXPECT_THAT(run.words("PATH"), ElementsAre("a", "b"));
  EXPECT_EQ(run.profile(), SubjectProfile::classic);
  EXPECT_EQ(Parsed({"run", "a", "--profile", "strict+claims"}).profile(),
            SubjectProfile::strict_claims);
  EXPECT_EQ(run.seed(), 0U);
  EXPECT_EQ(run.number("--runs"), 9U);
  EXPECT_EQ(run.number("--jobs"), 2U);
  EXPECT_EQ(run.text("--history"), "h");
  EXPECT_EQ(run.text("--out"), "o");
  EXPECT_TRUE(run.flag("--timeline") && run.flag("-v,--verbose") && run.no_colour());
  EXPECT_TRUE(Parsed({"--no-color", "run", "a"}).no_colour());
}

TEST(CommandLine, TakesEverySeed) {
  EXPECT_EQ(Parsed({"run", "a", "--seed", "18446744073709551615"}).seed(), UINT64_MAX);
  const Parsed hashes({"hashes", "--seeds", "7", "--first", "3", "--twice"});
  EXPECT_EQ(hashes.number("--seeds"), 7U);
  EXPECT_EQ(hashes.number("--first"), 3U);
  EXPECT_TRUE(hashes.flag("--twice"));
}

TEST(CommandLine, TakesAPathThatLooksLikeAVerbOrAFlag) {
  EXPECT_THAT(Parsed({"run", "list"}).words("PATH"), ElementsAre("list"));
  EXPECT_THAT(Parsed({"run", "--", "-v"}).words("PATH"), ElementsAre("-v"));
  EXPECT_THAT(Parsed({"check", "-"}).words("FILE"), ElementsAre("-"));
}

TEST(CommandLine, NamesTheNearestVerbOrFlag) {
  EXPECT_EQ(complaint({"rnu", "a"}), "there is no verb \"rnu\"; did you mean run?");
  EXPECT_EQ(complaint({"--no-color", "rnu"}), "there is no verb \"rnu\"; did you mean run?");
  EXPECT_EQ(complaint({"frobnicate"}),
            "there is no verb \"frobnicate\"; castaway --help lists them");
  EXPECT_EQ(complaint({"run", "a", "--prfile", "strict"}),
            "run: there is no flag --prfile; did you mean --profile?");
  EXPECT_EQ(complaint({"run", "a", "--frobnicate"}),
            "run: there is no flag --frobnicate; castaway run --help lists them");
  EXPECT_EQ(complaint({"--verson"}), "there is no flag --verson; did you mean --version?");
}

TEST(CommandLine, RefusesWhatIsNoNumber) {
  for (const std::string text : {"-1", "x", "0x7", "1.5", "18446744073709551616", " 1", ""}) {
    EXPECT_EQ(complaint({"run", "a", "--seed", text}),
              "--seed wants a whole number from 0 to 18446744073709551615, not \"" + text + '"');
  }
  EXPECT_EQ(complaint({"run", "a", "--runs", "0"}),
            "--runs wants a whole number from 1 to 18446744073709551615, not \"0\"");
}

TEST(CommandLine, SaysWhatIsMissingOrTooMuch) {
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

TEST(CommandLine, OfACallHasATargetAMethodAndItsArguments) {
  const Parsed call({"call", "rabbit://h/", "t", "m", "n=1", "text=a=b", "--server", "s",
                     "--version", "1.2", "--timeout", "3s"});
  EXPECT_EQ(call.text("URL"), "rabbit://h/");
  EXPECT_EQ(call.text("TOPIC"), "t");
  EXPECT_EQ(call.text("METHOD"), "m");
  EXPECT_THAT(call.words("KEY=VALUE"), ElementsAre("n=1", "text=a=b"));
  EXPECT_EQ(call.text("--server"), "s");
  EXPECT_EQ(call.text("--version"), "1.2");
  EXPECT_EQ(call.text("--exchange") + call.text("--namespace"), "");
  EXPECT_FALSE(call.flag("--cast") || call.flag("--fanout"));
  EXPECT_EQ(call.value<Duration>("--timeout"), 3s);
  const Parsed fanout({"call", "u", "t", "m", "--fanout"});
  EXPECT_TRUE(fanout.flag("--cast") && fanout.flag("--fanout"));
  EXPECT_EQ(complaint({"call", "u", "t"}),
            "call: whom? As in call rabbit://localhost/ TOPIC METHOD KEY=VALUE");
  EXPECT_EQ(complaint({"call", "u", "t", "m", "n"}), "call: an argument is KEY=VALUE, not \"n\"");
  EXPECT_EQ(complaint({"call", "u", "t", "m", "--timeout", "0s"}),
            "--timeout wants more than no time, not \"0s\"");
  EXPECT_THAT(complaint({"call", "u", "t", "m", "--timeout", "3"}), HasSubstr("--timeout: "));
}

TEST(CommandLine, OfServeEchoSaysWhereAndWhat) {
  const Parsed serve({"serve-echo", "rabbit://h/", "t"});
  EXPECT_EQ(serve.text("URL"), "rabbit://h/");
  EXPECT_EQ(serve.text("TOPIC"), "t");
  EXPECT_EQ(serve.text("--server"), "castaway");
  EXPECT_EQ(complaint({"serve-echo", "u"}),
            "serve-echo: what? As in serve-echo rabbit://localhost/ TOPIC");
}

TEST(CommandLine, IsAnsweredWithTheSameHelpWhereverItIsAskedFor) {
  const std::string help = answer({"run", "-h"});
  EXPECT_THAT(help, HasSubstr("castaway run [FLAG...] PATH..."));
  EXPECT_EQ(answer({"run", "a.json", "--seed", "7", "--help"}), help);
  EXPECT_EQ(answer({"run", "--frobnicate", "--help"}), help);
  EXPECT_EQ(answer({"--help", "run"}), help);
  EXPECT_EQ(answer({"help", "run"}), help);
  EXPECT_EQ(answer({"help"}), answer({"--help"}));
  EXPECT_EQ(answer({"help", "help"}), answer({"--help"}));
  EXPECT_EQ(answer({"--version"}), version_line() + '\n');
  EXPECT_EQ(answer({"-V"}), version_line() + '\n');
  EXPECT_EQ(complaint({"help", "rnu"}), "there is no verb \"rnu\"; did you mean run?");
  EXPECT_EQ(complaint({"help", "run", "list"}), "help: \"list\" is one argument too many");
  EXPECT_EQ(complaint({"hlep"}), "there is no verb \"hlep\"; did you mean help?");
}

}  // namespace

}  // namespace castaway::ci
