#include <string>

#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

// What people are told of a scenario that cannot be read: whole messages, for each is part of the
// behaviour.

namespace castaway::scenario {
namespace {

using namespace std::string_literals;

std::string told_of(const std::string& text) {
  try {
    static_cast<void>(load(text, "a.json"));
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "nothing";
}

/// A scenario without a fault, one member or two a line.
const std::string sound = R"({
  "scenario": 1,
  "name": "a",
  "seed": 7,
  "clock": {"limit": "1min"},
  "broker": {"latency": {"const": "1ms"}},
  "servers": [{"id": "s1", "topic": "t", "workers": 1, "endpoint": {"ping": [{"return": 1}]}}],
  "clients": [{"id": "c1"}],
  "script": [{"task": "c1/main", "steps": [
    {"call": {"as": "first", "topic": "t", "method": "ping"}},
    {"call": {"as": "second", "topic": "t", "method": "ping", "timeout": "5s"}}
  ]}],
  "faults": [{"id": "lost", "on": {"edge": "reply", "op": "first"},
              "when": {"nth": [1]}, "do": {"drop": true}}],
  "explore": {"strategy": "random", "runs": 5},
  "expect": {"always": [{"law": "deadline"}], "fired": [{"fault": "lost"}]}
}
)";

/// The sound scenario with one thing changed.
std::string with(const std::string& what, const std::string& by) {
  const std::size_t at = sound.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return std::string(sound).replace(at, what.size(), by);
}

struct Change {
  std::string what;
  std::string by;
  std::string told;
};

TEST(ScenarioError, IsNotThrownOfASoundScenario) { EXPECT_EQ(told_of(sound), "nothing"); }

TEST(ScenarioError, SaysWhereTextIsNoJson) {
  const Change table[] = {
      {"7,", "7", "a.json:5:3: this is not JSON: expected ',' or '}', at '\"'"},
      {"\"c1\"}],", "\"c1\"},],", "a.json:8:28: this is not JSON: expected a value, at ']'"},
      {"7,", "7, // luck", "a.json:4:14: JSON has no comments; \"about\" is the place for them"},
      {"7,", "'7',", "a.json:4:11: this is not JSON: expected a value, at '''"},
      {"7,", "07,", "a.json:4:12: this is not JSON: expected ',' or '}', at '7'"},
      {"7,", "NaN,", "a.json:4:11: this is not JSON: NaN and Infinity are not JSON, at 'N'"},
      {"7,", "1e999,",
       "a.json:4:11: this is not JSON: a number beyond the range of a double, at '1'"},
      {"7,", "18446744073709551616,",
       "a.json:4:11: this is not JSON: an integer that does not fit 64 bits, at '1'"},
      {"\"a\",", "\"a,",
       "a.json:3:14: this is not JSON: a control character in a string, at the end of the line"},
      {"\"a\",", "\"\\x\",", "a.json:3:12: this is not JSON: an unknown escape, at '\\'"},
      {"\"a\",", "\"\\ud800\",",
       "a.json:3:12: this is not JSON: half of a surrogate pair, at '\\'"},
      {"\"a\",", "\"\xc3\xa9\xff\",",
       "a.json:3:13: this is not JSON: a string that is not UTF-8, at the byte 0xFF"},
      {"\"a\",", "\"\0\","s,
       "a.json:3:12: this is not JSON: a control character in a string, at the byte 0x00"},
      {"\n}\n", "\n", "a.json:17:1: this is not JSON: expected ',' or '}', at the end of the text"},
      {"\n}\n", "\n}\n}", "a.json:18:1: this is not JSON: something behind the value, at '}'"},
  };
  for (const auto& [what, by, told] : table) EXPECT_EQ(told_of(with(what, by)), told);
}

TEST(ScenarioError, KnowsTextThatNeverWasAScenario) {
  EXPECT_EQ(told_of(""), "a.json:1:1: the text is empty; a scenario is a JSON object");
  EXPECT_EQ(told_of(" \n"),
            "a.json:2:1: this is not JSON: expected a value, at the end of the text");
  EXPECT_EQ(told_of("null"), "a.json:1:1: expected a scenario, which is a JSON object, found null");
  EXPECT_EQ(told_of("[1]"),
            "a.json:1:1: expected a scenario, which is a JSON object, found an array");
  EXPECT_EQ(told_of("\xff\xfe{\0}\0"s), "a.json:1:1: the text is UTF-16; a scenario is UTF-8");
  EXPECT_EQ(told_of("{\0}\0"s), "a.json:1:1: the text is UTF-16; a scenario is UTF-8");
  EXPECT_EQ(told_of("\0{\0}"s), "a.json:1:1: the text is UTF-16; a scenario is UTF-8");
  EXPECT_EQ(told_of("\x7f"
                    "ELF"),
            "a.json:1:1: this is not JSON: expected a value, at the byte 0x7F");
}

TEST(ScenarioError, LimitsDepthBeforeItHurts) {
  const std::string told =
      "a.json:1:129: this is not JSON: more than 128 levels of objects and arrays, at '['";
  EXPECT_EQ(told_of(std::string(1000, '[')), told);
  EXPECT_EQ(told_of(std::string(10'000'000, '[')), told);
  EXPECT_EQ(told_of(std::string(1000, '[') + std::string(1000, ']')), told);
}

TEST(ScenarioError, SaysWhatWasExpected) {
  const Change table[] = {
      {"\"scenario\": 1", "\"scenario\": 2",
       "a.json:2:15: /scenario: expected 1, the version of this format, found 2"},
      {"\"a\"", "\"A name\"",
       "a.json:3:11: /name: expected a name in lower case with hyphens, as in \"a-reply-is-lost\", "
       "found \"A name\""},
      {"7,", "-1,",
       "a.json:4:11: /seed: expected an integer from 0 to 2^64 - 1, as text if it is above 2^53, "
       "found -1"},
      {"7,", "9007199254740993,",
       "a.json:4:11: /seed: expected an integer from 0 to 2^64 - 1, as text if it is above 2^53, "
       "found 9007199254740993"},
      {"7,", "7.0,",
       "a.json:4:11: /seed: expected an integer from 0 to 2^64 - 1, as text if it is above 2^53, "
       "found 7.0"},
      {"7,", "\"18446744073709551616\",",
       "a.json:4:11: /seed: \"18446744073709551616\" does not fit 64 bits"},
      {"\"1min\"", "60",
       "a.json:5:22: /clock/limit: expected a duration, found 60: write a unit (ns, us, ms, s, min "
       "or h), as in \"250ms\""},
      {"\"1min\"", "\"60\"",
       "a.json:5:22: /clock/limit: expected a duration, found \"60\": write a unit (ns, us, ms, s, "
       "min or h), as in "
       "\"250ms\""},
      {"\"1min\"", "\"-1s\"",
       "a.json:5:22: /clock/limit: expected a duration with its unit (ns, us, ms, s, min or h), as "
       "in \"250ms\", found "
       "\"-1s\""},
      {"\"1min\"", "\"1 min\"",
       "a.json:5:22: /clock/limit: expected a duration with its unit (ns, us, ms, s, min or h), as "
       "in \"250ms\", found \"1 "
       "min\""},
      {"\"1min\"", "\"0.1ns\"", "a.json:5:22: /clock/limit: \"0.1ns\" is finer than a nanosecond"},
      {"\"1min\"", "\"3000000h\"",
       "a.json:5:22: /clock/limit: \"3000000h\" does not fit 64 bits of nanoseconds, which is 292 "
       "years"},
      {"{\"const\": \"1ms\"}", "\"1m\"",
       "a.json:6:25: /broker/latency: expected a duration with its unit (ns, us, ms, s, min or h), "
       "as in \"250ms\", found \"1m\""},
      {"{\"const\": \"1ms\"}", "5",
       "a.json:6:25: /broker/latency: expected a duration, found 5: write a unit (ns, us, ms, s, "
       "min "
       "or h), as in \"250ms\""},
      {"{\"const\": \"1ms\"}", "[]",
       "a.json:6:25: /broker/latency: expected a duration or how it is drawn, as in \"5s\" or "
       "{\"uniform\": [\"1ms\", \"5ms\"]}, found an array"},
      {"{\"const\": \"1ms\"}", "{\"unifrom\": [\"1ms\", \"2ms\"]}",
       "a.json:6:26: /broker/latency/unifrom: unknown key \"unifrom\"; did you mean \"uniform\"?"},
      {"{\"const\": \"1ms\"}", "{\"uniform\": [\"1ms\"]}",
       "a.json:6:37: /broker/latency/uniform: expected exactly 2 items, found 1"},
      {"{\"const\": \"1ms\"}", "{\"const\": \"1ms\", \"max\": \"2ms\"}",
       "a.json:6:42: /broker/latency/max: unknown key \"max\"; known here: \"const\""},
      {"{\"const\": \"1ms\"}", "{\"max\": \"2ms\"}",
       "a.json:6:25: /broker/latency: expected exactly one of \"const\", \"uniform\", "
       "\"exponential\" and \"lognormal\", found none"},
      {"\"workers\": 1", "\"workers\": 0",
       "a.json:7:53: /servers/0/workers: expected an integer from 1 to 10000, found 0"},
      {"\"workers\": 1", "\"workers\": true",
       "a.json:7:53: /servers/0/workers: expected an integer from 1 to 10000, found true"},
      {"\"workers\": 1", "\"version\": \"1\"",
       "a.json:7:53: /servers/0/version: expected a version, as in \"1.2\", found \"1\""},
      {"{\"return\": 1}", "{\"return\": 1, \"gate\": \"g\"}",
       "a.json:7:78: /servers/0/endpoint/ping/0: expected exactly one of \"call\", \"cast\", "
       "\"fanout\", \"gate\", \"raise\", \"reject\", \"return\", \"return_arg\", "
       "\"return_context\", "
       "\"return_unserialisable\", "
       "\"sleep\" and \"throw\", found \"gate\" and \"return\""},
      {"\"c1/main\"", "\"main\"",
       "a.json:9:23: /script/0/task: expected a client and a task, as in \"c1/main\", found "
       "\"main\""},
      {"{\"as\": \"first\", ", "{", "a.json:10:14: /script/0/steps/0/call: \"as\" is missing"},
      {"\"first\"", "\"First\"",
       "a.json:10:21: /script/0/steps/0/call/as: expected a name that begins with a lower-case "
       "letter, as in \"host-1\", found \"First\""},
      {"\"reply\"", "\"repyl\"",
       "a.json:13:44: /faults/0/on/edge: expected one of \"request\", \"reply\", "
       "\"heartbeat\", \"ack\", \"confirm\", \"claim\", \"link\", \"process\", \"broker\" or "
       "\"clock\", found \"repyl\"; did you mean \"reply\"?"},
      {"\"drop\"", "\"drp\"",
       "a.json:14:44: /faults/0/do/drp: unknown key \"drp\"; did you mean \"drop\"?"},
      {"\"drop\": true", "\"drop\": false",
       "a.json:14:52: /faults/0/do/drop: expected true, found false"},
      {"{\"drop\": true}", "{}",
       "a.json:14:43: /faults/0/do: expected exactly one of \"block_publish\", "
       "\"cancel_consumer\", \"close_channel\", \"confirm_as\", \"corrupt\", "
       "\"delay\", \"delete_queue\", \"disconnect\", \"drop\", \"duplicate\", \"hold_until\", "
       "\"jump_wall\", \"kill\", \"nack\", \"pause\", \"purge_queue\", \"reorder\", "
       "\"requeue\", \"restart_broker\", \"slow_link\", \"stop_node\", "
       "\"truncate_to\", \"unbind\" and \"unroutable\", found none"},
      {"\"nth\": [1]", "\"nth\": [0]",
       "a.json:14:32: /faults/0/when/nth/0: expected an integer from 1 on, found 0"},
      {"\"nth\": [1]", "\"prob\": 0.5",
       "a.json:14:32: /faults/0/when/prob: expected a chance, as in \"1/10\", found 0.5"},
      {"\"nth\": [1]", "\"prob\": \"1/0\"",
       "a.json:14:32: /faults/0/when/prob: expected a chance, as in \"1/10\", found \"1/0\""},
      {"\"nth\": [1]", "\"prob\": \"1/18446744073709551616\"",
       "a.json:14:32: /faults/0/when/prob: \"18446744073709551616\" does not fit 64 bits"},
      {"\"deadline\"", "\"deadlines\"",
       "a.json:16:33: /expect/always/0/law: expected one of \"at-most-once\", \"no-phantom\", "
       "\"own-reply\", \"reply-arrives\", \"reply-heard\", \"cast-accepted\", \"no-loss\", "
       "\"cast-runs\", \"fanout-whole\", \"one-completion\", \"deadline\", \"expiry\", "
       "\"task-order\", \"effect\", \"no-reply-to-cast\", "
       "\"stop-ends\", \"retries-used\", \"recovery\", \"bounded-delivery\", \"no-residue\", "
       "\"quiet-broker\" or "
       "\"cast-order\", found \"deadlines\"; did you mean \"deadline\"?"},
      {"{\"law\": \"deadline\"}", "{\"id\": \"x\", \"count\": {\"of\": {\"ev\": \"excute\"}}}",
       "a.json:16:60: /expect/always/0/count/of/ev: expected one of \"invoke\", \"publish\", "
       "\"accept\", \"confirm\", \"deliver\", \"settle\", \"execute\", \"done\", \"reply\", "
       "\"reply_accept\", \"reply_arrive\", \"return\", \"error\", \"timeout\", \"failure\", "
       "\"complete\", \"fault\", \"link\", \"process\", \"residue\", \"inject\" or \"refuse\", "
       "found "
       "\"excute\"; did you "
       "mean \"execute\"?"},
      {"{\"law\": \"deadline\"}", "{\"outcome\": {\"op\": \"first\", \"in\": [\"return\"]}}",
       "a.json:16:25: /expect/always/0: \"id\" is missing"},
      {"{\"law\": \"deadline\"}", "{\"id\": \"x\"}",
       "a.json:16:25: /expect/always/0: expected exactly one of \"law\", \"count\", \"before\", "
       "\"outcome\", \"within\", \"at_once\", \"again\" and \"shrunk\", found none"},
  };
  for (const auto& [what, by, told] : table) EXPECT_EQ(told_of(with(what, by)), told);
}

TEST(ScenarioError, RefusesAKeyThatIsGivenTwice) {
  EXPECT_EQ(told_of(with("\"seed\": 7", "\"name\": \"b\"")),
            "a.json:4:3: /name: the key \"name\" is given twice; the first is at line 3, column 3");
  EXPECT_EQ(told_of(with("\"method\": \"ping\"}",
                         "\"method\": \"ping\", \"args\": {\"n\": 1, \"\\u006e\": 2}}")),
            "a.json:10:79: /script/0/steps/0/call/args/n: the key \"n\" is given twice; the first "
            "is at line 10, column 71");
}

TEST(ScenarioError, SaysEverythingAtOnce) {
  std::string text = with("\"seed\": 7", "\"sede\": 7");
  text.replace(text.find("\"1min\""), 6, "60");
  text.replace(text.find("\"drop\""), 6, "\"drp\"");
  text.replace(text.find("\"runs\": 5"), 9, "\"runs\": 0, \"runs\": 5");
  EXPECT_EQ(told_of(text), R"(a.json:4:3: /sede: unknown key "sede"; did you mean "seed"?
a.json:5:22: /clock/limit: expected a duration, found 60: write a unit (ns, us, ms, s, min or h), as in "250ms"
a.json:14:44: /faults/0/do/drp: unknown key "drp"; did you mean "drop"?
a.json:15:48: /explore/runs: the key "runs" is given twice; the first is at line 15, column 37)");
}

TEST(ScenarioError, NamesEverythingThatIsMissing) {
  EXPECT_EQ(told_of("{}"), R"(a.json:1:1: "scenario" is missing
a.json:1:1: "name" is missing
a.json:1:1: "servers" is missing
a.json:1:1: "clients" is missing
a.json:1:1: "script" is missing
a.json:1:1: "expect" is missing)");
}

TEST(ScenarioError, StopsAtAHundredProblems) {
  std::string nth = "0";
  for (int i = 0; i < 500; ++i) nth += ", 0";
  try {
    static_cast<void>(parse(with("[1]", "[" + nth + "]"), "a.json"));
    FAIL();
  } catch (const ScenarioError& error) {
    EXPECT_EQ(error.problems().size(), 100U);
  }
}

TEST(ScenarioError, KeepsToOneLineAProblem) {
  EXPECT_EQ(told_of(with("\"seed\"", "\"a\\nb\"")),
            "a.json:4:3: /a\\u000ab: unknown key \"a\\u000ab\"; known here: \"about\", \"broker\", "
            "\"cases\", \"clients\", \"clock\", \"deviations\", \"expect\", \"explore\", "
            "\"faults\", \"finding\", \"name\", \"needs\", \"profiles\", \"scenario\", \"script\", "
            "\"seed\", \"servers\" and \"source\"");
  const std::string told = told_of(with("\"a\"", "\"" + std::string(1'000'000, 'x') + "\""));
  EXPECT_EQ(told,
            "a.json:3:11: /name: expected a name in lower case with hyphens, as in "
            "\"a-reply-is-lost\", found \"" +
                std::string(119, 'x') + "...");
}

TEST(ScenarioError, PlacesWhatTheLinterFinds) {
  const Change table[] = {
      {"\"op\": \"first\"", "\"op\": \"frist\"",
       "a.json:13:59: /faults/0/on/op: no operation is called \"frist\"; did you mean \"first\"?"},
      {"{\"edge\": \"reply\", \"op\": \"first\"}", "{\"edge\": \"link\", \"from\": \"c1\"}",
       "a.json:13:14: /faults/0: \"drop\" happens to a message, and a link is none."},
      {"\"runs\": 5", "\"stop\": \"all-reached\"",
       "a.json:15:45: /explore/stop: there is nothing under \"reachable\" to be reached"},
      // Where the key is not there, its object is.
      {"\"1min\"", "\"0s\"", "a.json:5:22: /clock/limit: nothing can happen before the run ends"},
  };
  for (const auto& [what, by, told] : table) EXPECT_EQ(told_of(with(what, by)), told);
}

}  // namespace
}  // namespace castaway::scenario
