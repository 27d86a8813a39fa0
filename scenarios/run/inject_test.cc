// Messages made by hand, as scenarios: what clients and servers make of them, and what the history
// says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using check::Event;
using check::EventKind;

/// A world with a server of topic t, a client c1 with these steps, and a topic that nobody serves.
Scenario world(const std::string& steps, const std::string& more_tasks = "") {
  const Scenario scenario = parse(R"({"scenario": 1, "name": "a",
    "servers": [{"id": "s1", "topic": "t", "endpoint": {"ask": [{"return_arg": "v"}]}}],
    "clients": [{"id": "c1", "timeout": "5s"}],
    "script": [{"task": "c1/main", "steps": [)" +
                                      steps + "]}" + more_tasks + R"(],
    "expect": {"always": [{"law": "one-completion"}]}})",
                                  "a.json");
  EXPECT_THAT(lint(scenario), testing::IsEmpty());
  return scenario;
}

/// "c1 inject odd: request", a line for each event of `op`.
std::vector<std::string> told_of(const check::History& history, std::string_view op) {
  std::vector<std::string> lines;
  for (const Event& event : history.events()) {
    if (history.text(event.op) != op) continue;
    std::string line =
        std::string(history.text(event.actor)) + " " + std::string(check::to_string(event.kind));
    if (const std::string detail = detail_in_words(history, event); !detail.empty())
      line += ": " + detail;
    lines.push_back(std::move(line));
  }
  return lines;
}

void expect_lawful(const check::History& history) {
  for (const check::Verdict& verdict : check::judge_all(history))
    EXPECT_THAT(verdict.violations, testing::IsEmpty()) << to_string(verdict, history);
}

const std::string ask =
    R"({"call": {"as": "ping", "topic": "t", "method": "ask", "args": {"v": 1}}})";

TEST(Inject, ARequestWithoutAnIdIsExecutedUnderItsOwnName) {
  const std::string odd =
      R"({"inject": {"as": "odd", "topic": "t", "message": {"method": "ask"}}})";
  for (const SubjectProfile profile : {SubjectProfile::strict, SubjectProfile::classic}) {
    const Outcome outcome = run(world(odd + "," + ask), profile, 1);
    EXPECT_THAT(told_of(outcome.history, "odd"),
                testing::UnorderedElementsAre("c1 inject: request", "broker accept", "s1 deliver",
                                              "s1 settle: ack", "s1 execute", "s1 done: return"));
    expect_lawful(outcome.history);
  }
}

TEST(Inject, ARequestMayBeAnsweredIntoTheReplyQueueOfAClient) {
  const Outcome outcome = run(world(ask + R"(, {"inject": {"as": "odd", "topic": "t", "message":
      {"method": "ask", "_msg_id": "m1", "_reply_q": {"reply_q_of": "c1"}}}}, {"wait": "1s"})"),
                              SubjectProfile::strict, 1);
  EXPECT_THAT(told_of(outcome.history, "odd"),
              testing::IsSupersetOf({"s1 execute", "s1 done: return", "s1 reply",
                                     "broker reply_accept", "c1 reply_arrive"}));
  expect_lawful(outcome.history);
}

TEST(Inject, ACopyOfAnOperationIsJudgedAsThatOperation) {
  const Scenario scenario = world(ask + R"(, {"inject": {"as": "odd", "topic": "t", "message":
      {"method": "ask", "_unique_id": {"unique_id_of": "ping"}}}})");
  const Outcome outcome = run(scenario, SubjectProfile::strict, 1);
  EXPECT_THAT(told_of(outcome.history, "odd"), testing::Contains("s1 deliver"));
  EXPECT_THAT(told_of(outcome.history, "odd"), testing::Not(testing::Contains("s1 execute")));
  EXPECT_EQ(check::at_most_once(outcome.history).judged, 1U);
  expect_lawful(outcome.history);
}

TEST(Inject, RubbishIsRejectedOnceAndTheServerLives) {
  const Outcome outcome = run(world(R"({"inject": {"as": "odd", "topic": "t", "text": "{"}},
      {"inject": {"as": "new", "topic": "t", "server": "s1", "message": {"method": "ask"}, "envelope": "3.0"}}, )" +
                                    ask),
                              SubjectProfile::strict, 1);
  for (const char* op : {"odd", "new"}) {
    EXPECT_THAT(told_of(outcome.history, op),
                testing::ElementsAre("c1 inject: request", "broker accept", "s1 deliver",
                                     "s1 settle: reject"));
  }
  EXPECT_THAT(told_of(outcome.history, "ping"), testing::Contains("c1 return"));
}

TEST(Inject, HeadersComeToTheBroker) {
  const auto told_with = [](const std::string& headers) {
    const std::string odd = R"({"inject": {"as": "odd", "topic": "t", "headers": )" + headers +
                            R"(, "message": {"method": "ask"}}})";
    return told_of(run(world(odd + "," + ask), SubjectProfile::strict, 1).history, "odd");
  };
  EXPECT_THAT(told_with(R"({"x-large": {"text_of": 65536}, "x-flag": true, "x-number": -1})"),
              testing::Contains("s1 execute"));
  // To RabbitMQ a CC that is no array is an error.
  EXPECT_THAT(told_with(R"({"CC": "t"})"), testing::ElementsAre("c1 inject: request"));
}

TEST(Inject, ATopicThatNobodyServesAndAClientThatNeverCalledGetNothing) {
  const Outcome outcome = run(world(R"({"inject": {"as": "odd", "topic": "u", "text": ""}},
      {"inject": {"as": "early", "replies_of": "c1", "text": ""}}, )" +
                                    ask),
                              SubjectProfile::strict, 1);
  EXPECT_THAT(told_of(outcome.history, "odd"),
              testing::ElementsAre("c1 inject: request", "broker accept: unroutable"));
  EXPECT_THAT(told_of(outcome.history, "early"),
              testing::ElementsAre("c1 inject: reply", "broker reply_accept: unroutable"));
}

/// What the client makes of a reply made by hand to a call that nobody serves.
struct Row {
  std::string message = {};
  std::string strict = {};
  std::string classic = {};
};

TEST(Inject, StandsInForAServer) {
  const std::vector<Row> rows = {
      {R"("result": 7, "failure": null, "ending": true)", "c1 return", "c1 return"},
      {R"("result": 7, "ending": true)", "c1 return", "c1 failure"},
      {R"("result": 7, "failure": null)", "c1 return", "c1 timeout"},
      {R"("failure": {}, "ending": true)", "c1 failure", "c1 failure"},
  };
  for (const Row& row : rows) {
    const Scenario scenario = world(
        R"({"call": {"as": "warm", "topic": "t", "method": "ask"}},
           {"call": {"as": "ping", "topic": "u", "method": "ask"}})",
        R"(, {"task": "c1/by-hand", "steps": [{"inject": {"as": "odd", "replies_of": "c1",
           "message": {"_msg_id": {"msg_id_of": "ping"}, )" +
            row.message + "}}}]}");
    for (const auto& [profile, ending] : {std::pair(SubjectProfile::strict, row.strict),
                                          std::pair(SubjectProfile::classic, row.classic)}) {
      const Outcome outcome = run(scenario, profile, 1);
      const std::vector<std::string> told = told_of(outcome.history, "ping");
      EXPECT_THAT(told, testing::Contains(testing::StartsWith(ending))) << row.message;
      for (const auto law : {check::no_phantom, check::own_reply})
        EXPECT_THAT(law(outcome.history).violations, testing::IsEmpty()) << row.message;
    }
  }
}

TEST(Inject, DoesNotReachABrokerThatIsDown) {
  Scenario scenario =
      world(ask + R"(, {"wait": "2s"}, {"inject": {"as": "odd", "topic": "t", "text": ""}})");
  scenario.faults = {{.id = "down",
                      .on = {.edge = sim::Edge::broker},
                      .when = {.at = 1s},
                      .action = sim::RestartBroker{.for_ = 5s}}};
  EXPECT_THAT(told_of(run(scenario, SubjectProfile::strict, 1).history, "odd"),
              testing::ElementsAre("c1 inject: request"));
}

TEST(Inject, IsMetByFaultsInTheQueueAsAnyMessageIs) {
  Scenario scenario = world(ask + R"(, {"inject": {"as": "odd", "replies_of": "c1", "text": ""}})");
  scenario.faults = {
      {.id = "twice", .on = {.edge = sim::Edge::reply, .op = "odd"}, .action = sim::Duplicate{}}};
  const Outcome outcome = run(scenario, SubjectProfile::strict, 1);
  EXPECT_EQ(outcome.fired.at(0), 1U);
  const auto told = told_of(outcome.history, "odd");
  EXPECT_EQ(std::ranges::count(told, "c1 reply_arrive"), 2);
}

TEST(Unserialisable, IsRefusedAtHomeAndSaidSo) {
  const Scenario scenario = world(R"({"call": {"as": "odd", "topic": "t", "method": "ask",
      "args": {"n": 1}, "unserialisable": "v"}}, )" +
                                  ask);
  for (const SubjectProfile profile : {SubjectProfile::strict, SubjectProfile::classic}) {
    const Outcome outcome = run(scenario, profile, 1);
    EXPECT_THAT(told_of(outcome.history, "odd"),
                testing::ElementsAre("c1 invoke",
                                     "c1 failure: JSON cannot carry a number that is "
                                     "not finite, at \"/v\""));
    expect_lawful(outcome.history);
  }
}

TEST(ClientsOfOneProcess, LiveAndDieTogetherAndHaveTheirOwnNames) {
  Scenario scenario = parse(R"({"scenario": 1, "name": "a",
    "servers": [{"id": "s1", "topic": "t", "endpoint": {"ask": [{"sleep": "1s"}]}}],
    "clients": [{"id": "c1", "process": "nova"}, {"id": "c2", "process": "nova"}, {"id": "c3"}],
    "script": [
      {"task": "c1/main", "steps": [{"call": {"as": "a", "repeat": 9, "topic": "t", "method": "ask"}}]},
      {"task": "c2/main", "steps": [{"call": {"as": "b", "topic": "t", "method": "ask"}}]},
      {"task": "c2/other", "steps": [{"call": {"as": "c", "topic": "t", "method": "ask"}}]},
      {"task": "c3/main", "steps": [{"call": {"as": "d", "topic": "t", "method": "ask"}}]}],
    "faults": [{"id": "dead", "on": {"edge": "process"}, "when": {"at": "500ms"}, "do": {"kill": {"who": "c2"}}}],
    "expect": {"always": [{"law": "one-completion"}]}})",
                            "a.json");
  const Outcome outcome = run(scenario, SubjectProfile::strict, 1);
  const check::History& history = outcome.history;
  std::vector<std::string> tasks, killed;
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::invoke) tasks.emplace_back(history.text(event.task));
    if (event.detail == check::Detail::killed) killed.emplace_back(history.text(event.actor));
  }
  EXPECT_THAT(tasks, testing::UnorderedElementsAre("nova/c1/main", "nova/c2/main", "nova/c2/other",
                                                   "c3/main"));
  EXPECT_THAT(killed, testing::ElementsAre("c1", "c2"));
  EXPECT_THAT(told_of(history, "d").back(), "c3 return");
  expect_lawful(history);
}

}  // namespace
}  // namespace castaway::scenario
