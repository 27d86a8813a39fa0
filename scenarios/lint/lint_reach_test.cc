// Topics, methods and arguments that nobody has or sends, servers that nobody calls, and rules that
// can match nothing.

#include <gtest/gtest.h>

#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

const std::string first =
    R"({"call": {"as": "first", "topic": "t", "server": "s1", "method": "add", "timeout": "5s"}})";
const std::string second = R"("as": "second", "repeat": 2, "topic": "t", "method": "sub")";
const std::string expected = R"({"law": "task-order"}, )";

TEST(LintReach, OfATopicThatNobodyServes) {
  expect_told({
      {second, R"("as": "second", "repeat": 2, "topic": "network", "method": "sub")",
       "/script/0/steps/2/call/topic: no server serves the topic \"network\"; servers serve \"t\""},
      {second, R"("as": "second", "repeat": 2, "exchange": "x", "topic": "t", "method": "sub")",
       "/script/0/steps/2/call/topic: no server serves the topic \"t\" in exchange \"x\""},
  });
}

TEST(LintReach, OfAMethodThatNobodyHas) {
  expect_told({
      {second, R"("as": "second", "repeat": 2, "topic": "t", "method": "subb")",
       "/script/0/steps/2/call/method: no server of \"t\" has the method \"subb\"; did you mean "
       "\"sub\"?"},
      {second, R"("as": "second", "repeat": 2, "topic": "t", "method": "multiply")",
       "/script/0/steps/2/call/method: no server of \"t\" has the method \"multiply\"; there are "
       "\"add\" and \"sub\""},
      {R"("topic": "t", "server": "s1", "method": "add")",
       R"("topic": "t", "server": "s2", "method": "sub")",
       "/script/0/steps/0/call/method: no server of \"t\" has the method \"sub\"; there are "
       "\"add\"\n/faults/0/on/method: \"first\" asks for \"sub\"\n/faults/0/on/to: \"first\" never "
       "goes to \"s1\""},
  });
}

TEST(LintReach, LetsAnOperationReachNobodyThatIsExpectedToFail) {
  const std::string unserved = R"({"law": "task-order"}, {"id": "fails", )";
  for (const std::string fails :
       {R"("outcome": {"op": "second", "in": ["timeout"]})",
        R"("count": {"of": {"ev": "execute", "op": "second"}, "max": 0})"}) {
    std::string changed = sound;
    changed.replace(changed.find(second), second.size(),
                    R"("as": "second", "repeat": 2, "topic": "network", "method": "sub")");
    changed.replace(changed.find(expected), expected.size(), unserved + fails + "}, ");
    EXPECT_EQ(told_of(parse(changed, "a.json")), "") << fails;
  }
}

TEST(LintReach, OfAServerThatNobodyCalls) {
  expect_told({{R"("id": "s2", "topic": "t",)", R"("id": "s2", "topic": "tt",)",
                "/servers/1/topic: nobody calls \"s2\": no step asks for the topic \"tt\"; steps "
                "ask for \"t\""}});
}

TEST(LintReach, OfAServerOfAnotherTopic) {
  std::string changed = sound;
  changed.replace(changed.find(R"("topic": "t", "start")"), 21, R"("topic": "u", "start")");
  changed.replace(changed.find(first), first.size(),
                  R"({"call": {"as": "first", "topic": "u", "server": "s1", "method": "add"}})");
  EXPECT_EQ(told_of(parse(changed, "a.json")),
            "/script/0/steps/0/call/server: \"s1\" does not serve the topic \"u\"\n");
}

TEST(LintReach, OfAnArgumentThatNobodySends) {
  expect_told({
      {R"("sub": [])", R"("sub": [{"return_arg": "number"}])",
       "/servers/0/endpoint/sub/0/return_arg: no step sends the argument \"number\""},
  });
  std::string changed = sound;
  changed.replace(changed.find(R"("sub": [])"), 9, R"("sub": [{"return_arg": "number"}])");
  changed.replace(changed.find(second), second.size(), second + R"(, "args": {"numbr": 1})");
  EXPECT_EQ(told_of(parse(changed, "a.json")),
            "/servers/0/endpoint/sub/0/return_arg: no step sends the argument \"number\"; did you "
            "mean \"numbr\"?\n");
}

TEST(LintReach, OfARuleThatNothingCanMatch) {
  const std::string cut =
      R"("id": "cut", "on": {"edge": "link", "from": "c2"}, "when": {"at": "3s"}, "do": {"disconnect": {"for": "1s"}}})";
  expect_told({
      {cut, R"("id": "cut", "on": {"edge": "heartbeat"}, "do": {"drop": true}})",
       "/faults/2/on/edge: no client has a \"monitor\", so there are no heartbeats"},
      {cut, R"("id": "cut", "on": {"edge": "request", "copy": "duplicate"}, "do": {"drop": true}})",
       "/faults/2/on/copy: no rule makes duplicates, so there are none"},
      {R"("method": "add", "from": "c1", "to": "s1")",
       R"("method": "add", "from": "c1", "to": "s2")",
       "/faults/0/on/to: \"first\" never goes to \"s2\""},
      {cut, R"("id": "cut", "on": {"edge": "ack"}, "when": {"prob": "3/2"}, "do": {"drop": true}})",
       "/faults/2: The chance 3/2 of \"prob\" is above 1."},
  });
}

TEST(LintReach, OfWhatMethodsAsk) {
  const auto calls = [](const std::string& fields) {
    return "{\"call\": {\"as\": \"deep\", " + fields + "}}, {\"return\": 1}";
  };
  const std::string at = "/servers/0/endpoint/add/1/call";
  expect_told({
      {"{\"return\": 1}", calls(R"("topic": "nowhere", "method": "add")"),
       at + "/topic: no server serves the topic \"nowhere\"; servers serve \"t\""},
      {"{\"return\": 1}", calls(R"("topic": "t", "method": "ad")"),
       at + "/method: no server of \"t\" has the method \"ad\"; did you mean \"add\"?"},
      {"{\"return\": 1}", calls(R"("topic": "t", "method": "add", "repeat": 3)"),
       at + "/repeat: a method does it once in each execution: write it as often as it is to be "
            "done"},
      {"{\"return\": 1}", calls(R"("topic": "t", "method": "add", "server": "s9")"),
       at + "/server: no server is called \"s9\"; did you mean \"s1\"?"},
  });
}

}  // namespace
}  // namespace castaway::scenario
