// The small properties, put to histories that are made by hand.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/scenario/run.h"
#include "castaway/sim/json_digest.h"

namespace castaway::scenario {
namespace {

using check::EventIndex;
using check::EventKind;
using check::History;

/// s1 executes a and b, which overlap, then stops; then c begins all the same.
class Judge : public testing::Test {
 protected:
  Judge() {
    const EventIndex a = add(1ms, EventKind::execute, "a");
    const EventIndex b = add(2ms, EventKind::execute, "b");
    add(3ms, EventKind::done, "a", a);
    add(4ms, EventKind::done, "b", b);
    add(5ms, EventKind::process, "", check::no_event, check::Detail::stopped);
    add(6ms, EventKind::execute, "c");
    history_.add({.at = TimePoint(7ms),
                  .kind = EventKind::returned,
                  .actor = history_.intern("c1"),
                  .op = history_.intern("a"),
                  .digest = sim::json_digest(42)});
  }

  EventIndex add(Duration at, EventKind kind, std::string_view op,
                 EventIndex cause = check::no_event, check::Detail detail = check::Detail::none) {
    return history_.add({.at = TimePoint(at),
                         .kind = kind,
                         .detail = detail,
                         .actor = history_.intern("s1"),
                         .op = history_.intern(op),
                         .cause = cause});
  }

  /// What is wrong with it; empty if it holds.
  [[nodiscard]] std::string wrong(AnyProp what) const {
    const check::Verdict verdict = judge({"p", std::move(what)}, history_);
    EXPECT_FALSE(verdict.vacuous());
    return verdict.violated() ? verdict.violations.front().what : "";
  }

  History history_;
};

/// What the steps say of a run in which a request is lost, and the server never hears of it.
class Explained : public testing::Test {
 protected:
  Explained() {
    const auto add = [&](check::Event event, const char* actor, const char* op) {
      event.at = TimePoint(Duration(1ms) * static_cast<int>(history_.events().size()));
      event.actor = history_.intern(actor);
      event.op = history_.intern(op);
      return history_.add(event);
    };
    const auto call = check::OperationKind::call;
    const EventIndex invoke = add({.kind = EventKind::invoke, .operation = call}, "c1", "ping#0");
    add({.kind = EventKind::publish, .cause = invoke}, "c1", "ping#0");
    add({.kind = EventKind::fault, .detail = check::Detail::loss, .edge = check::Edge::request},
        "lost", "ping#0");
    add({.kind = EventKind::timeout, .cause = invoke}, "c1", "ping#0");
  }

  [[nodiscard]] check::Violation violation(AnyProp what) const {
    const check::Verdict verdict = judge({"p", std::move(what)}, history_);
    EXPECT_TRUE(verdict.violated());
    return verdict.violated() ? verdict.violations.front() : check::Violation{};
  }
  void expect_it_ends_at_the_fault(AnyProp what) const {
    const check::Violation found = violation(std::move(what));
    EXPECT_EQ(found.grounds, std::vector<check::Ground>({{check::Ground::Kind::fault, "lost"}}));
  }

  History history_;
};

TEST_F(Explained, AnOutcome) {
  expect_it_ends_at_the_fault(OutcomeProp{.op = "ping#0", .in = {"return"}});
}

TEST_F(Explained, ACountThatIsNotReachedListsWhatDidNotHappen) {
  const CountProp executed{.of = {.ev = "execute", .op = "ping"}, .min = 1};
  expect_it_ends_at_the_fault(executed);
  EXPECT_EQ(violation(executed).steps.front().text,
            "c1 called ping#0; execute of it never happened");
}

TEST_F(Explained, ACountOfOperationsThatNobodyInvoked) {
  const check::Violation found =
      violation(CountProp{.of = {.ev = "execute", .op = "pong"}, .min = 1});
  ASSERT_EQ(found.steps.size(), 1U);
  EXPECT_EQ(found.steps.front().text, "no operation called pong was ever invoked");
}

TEST_F(Explained, WhatShouldHaveComeBeforeOrWithin) {
  const sim::EventPattern execute{.ev = "execute", .op = "ping#0"};
  expect_it_ends_at_the_fault(BeforeProp{.events = {{.ev = "invoke"}, execute}});
  expect_it_ends_at_the_fault(WithinProp{.from = {.ev = "invoke"}, .to = execute, .max = 1s});
}

TEST_F(Judge, CountsEvents) {
  EXPECT_EQ(wrong(CountProp{.of = {.ev = "execute"}, .min = 3, .max = 3}), "");
  EXPECT_EQ(wrong(CountProp{.of = {.ev = "execute"}, .max = 2}),
            "execute happened 3 times, not at most 2");
  EXPECT_EQ(wrong(CountProp{.of = {.ev = "execute", .op = "a"}, .min = 2}),
            "execute of a happened 1 times, not at least 2");
}

TEST_F(Judge, CountsOnlyWhatComesAfterAnEvent) {
  const sim::EventPattern stopped{.ev = "process", .server = "s1", .what = "stopped"};
  EXPECT_EQ(wrong(CountProp{.of = {.ev = "execute"}, .after = stopped, .max = 0}),
            "after process at s1 (stopped) execute happened 1 times, not at most 0");
  EXPECT_EQ(wrong(CountProp{.of = {.ev = "done"}, .after = stopped, .max = 0}), "");
  EXPECT_EQ(wrong(CountProp{.of = {.ev = "done"},
                            .after = sim::EventPattern{.ev = "process", .what = "killed"},
                            .max = 0}),
            "process (killed) never happened");
}

TEST_F(Judge, ComparesTheFirstOfEachKind) {
  EXPECT_EQ(wrong(BeforeProp{{{.ev = "execute", .op = "b"}, {.ev = "done", .op = "a"}}}), "");
  EXPECT_EQ(wrong(BeforeProp{{{.ev = "done", .op = "a"}, {.ev = "execute", .op = "b"}}}),
            "execute of b came before done of a");
  EXPECT_EQ(wrong(BeforeProp{{{.ev = "execute"}, {.ev = "timeout"}}}), "timeout never happened");
}

TEST_F(Judge, KnowsHowAnOperationEndedAndWithWhat) {
  EXPECT_EQ(wrong(OutcomeProp{"a", {"return"}}), "");
  EXPECT_EQ(wrong(OutcomeProp{"a", {"return"}, Object({{"value", 42}})}), "");
  EXPECT_EQ(wrong(OutcomeProp{"a", {"return"}, Object({{"value", 42.0}})}),
            "a returned another value than 42.0");
  EXPECT_EQ(wrong(OutcomeProp{"a", {"timeout", "failure"}}),
            "a ended in return, not in timeout or failure");
  EXPECT_EQ(wrong(OutcomeProp{"b", {"return"}}), "b never completed");
}

TEST(JudgeErrors, TellsAnAllowedTypeFromARemoteError) {
  Scenario scenario;
  scenario.servers = {
      {.id = "s1", .topic = "t", .endpoint = {{"m", {Raise{"shop.errors.OutOfStock"}}}}}};
  scenario.clients = {{.id = "c1"}};
  scenario.script = {{.client = "c1",
                      .task = "main",
                      .steps = {Operation{.as = "a", .topic = "t", .method = "m"}}}};
  const auto wrong = [&](const std::string& raises) {
    const check::Verdict verdict = judge({"p", OutcomeProp{"a", {"error"}, {}, raises}},
                                         run(scenario, SubjectProfile::strict, 7).history);
    return verdict.violated() ? verdict.violations.front().what : "";
  };
  EXPECT_EQ(wrong("RemoteError"), "");
  EXPECT_EQ(wrong("OutOfStock_Remote"), "a raised RemoteError, not OutOfStock_Remote");
  for (const std::string module : {"shop", "shop.errors.deep", "endpoint"}) {
    scenario.clients.front().allowed_remote_exmods = {module};
    EXPECT_EQ(wrong("RemoteError"), "") << module;
  }
  scenario.clients.front().allowed_remote_exmods = {"builtins", "shop.errors"};
  EXPECT_EQ(wrong("OutOfStock_Remote"), "");
  EXPECT_EQ(wrong("RemoteError"), "a raised OutOfStock_Remote, not RemoteError");
}

TEST_F(Judge, MeasuresTheTimeBetweenTwoEvents) {
  const sim::EventPattern from{.ev = "execute", .op = "a"}, to{.ev = "done", .op = "a"};
  EXPECT_EQ(wrong(WithinProp{from, to, 2ms, 2ms}), "");
  EXPECT_EQ(wrong(WithinProp{from, to, 0ms, 1ms}),
            "from execute of a to done of a it took 2ms, not 0s to 1ms");
}

TEST_F(Judge, CountsWhatAServerHasUnderWayAtOnce) {
  EXPECT_EQ(wrong(AtOnceProp{"s1", 2}), "");
  EXPECT_EQ(wrong(AtOnceProp{"s1", 1}), "s1 had 2 executions under way, not at most 1");
  EXPECT_TRUE(judge({"p", AtOnceProp{"s2", 1}}, history_).vacuous());
}

Scenario one_call() {
  return {.servers = {{.id = "s1", .topic = "t", .endpoint = {{"m", {}}}}},
          .clients = {{.id = "c1"}},
          .script = {{.client = "c1",
                      .task = "main",
                      .steps = {Operation{.as = "a", .topic = "t", .method = "m"}}}}};
}

TEST(JudgeAgain, FindsTheSameRunTheSame) {
  const Scenario scenario = one_call();
  const Outcome outcome = run(scenario, SubjectProfile::strict, 7);
  for (const auto from : {AgainProp::From::seed, AgainProp::From::deviations})
    EXPECT_TRUE(judge_again(scenario, SubjectProfile::strict, 7, outcome, {from}).holds());
}

TEST(JudgeAgain, NamesTheFirstEventThatDiffers) {
  Scenario scenario = one_call();
  const Outcome outcome = run(scenario, SubjectProfile::strict, 7);
  scenario.servers.front().endpoint["m"] = {Sleep{1s}};
  const check::Verdict verdict = judge_again(scenario, SubjectProfile::strict, 7, outcome, {});
  ASSERT_TRUE(verdict.violated());
  // What led to it comes before it.
  ASSERT_GT(verdict.violations.front().steps.size(), 1U);
  EXPECT_EQ(outcome.history[verdict.violations.front().steps.front().event].kind,
            EventKind::invoke);
  const check::Step& step = verdict.violations.front().steps.back();
  EXPECT_EQ(outcome.history[step.event].kind, EventKind::done);
  EXPECT_EQ(
      verdict.violations.front().what,
      "made again from its seed, the run differs from event " + std::to_string(step.event) + " on");
}

}  // namespace
}  // namespace castaway::scenario
