#include "argument.h"

#include <gtest/gtest.h>

#include "castaway/check/laws.h"

namespace castaway::ci {

namespace {

using check::EventKind;
using check::History;
using check::no_event;
using check::Verdict;
using check::Violation;

History three_events() {
  History history;
  for (const Duration at : {Duration(0ms), Duration(1500us), Duration(12ms)}) {
    history.add({.at = TimePoint(at), .kind = EventKind::execute});
  }
  return history;
}

const Violation executed_twice{
    .op = "ping",
    .what = "The cast \"ping\" was executed twice by s1.",
    .steps = {{1, "s1 executed ping for the first time"}, {2, "s1 executed ping again"}},
    .law = "A cast may be executed at most once."};
const Violation out_of_order{.op = "pong",
                             .what = "pong began before ping had ended.",
                             .law = "Calls come in order.",
                             .consequence_of = "at-most-once"};

TEST(Argument, HasNumberedStepsWithEventAndTime) {
  EXPECT_EQ(argue(executed_twice, three_events(), "  "),
            "  The cast \"ping\" was executed twice by s1.\n"
            "  1  event 1  1.5ms  s1 executed ping for the first time\n"
            "  2  event 2   12ms  s1 executed ping again\n"
            "  A cast may be executed at most once.\n");
}

TEST(Argument, PutsRootsFirstAndConsequencesShort) {
  const std::vector<Broken> broken =
      roots_first({Verdict{.law = "it-is-one", .violations = {{.what = "it is two"}}},
                   Verdict{.law = "task-order", .violations = {out_of_order}},
                   Verdict{.law = "at-most-once", .violations = {executed_twice, executed_twice}}});
  EXPECT_EQ(argue(broken, three_events(), "", 1),
            "The cast \"ping\" was executed twice by s1.\n"
            "1  event 1  1.5ms  s1 executed ping for the first time\n"
            "2  event 2   12ms  s1 executed ping again\n"
            "A cast may be executed at most once.\n"
            "And 1 more violation of at-most-once.\n"
            "\n"
            "it-is-one: it is two.\n"
            "\n"
            "task-order is broken too: a consequence of at-most-once.\n");
}

TEST(Argument, InShortHasOneViolationInFullAndTheOthersInALine) {
  const std::vector<Broken> broken =
      roots_first({Verdict{.law = "it-is-one", .violations = {{.what = "it is two"}}},
                   Verdict{.law = "task-order", .violations = {out_of_order}},
                   Verdict{.law = "at-most-once", .violations = {executed_twice}}});
  const std::string in_full =
      "The cast \"ping\" was executed twice by s1.\n"
      "1  event 1  1.5ms  s1 executed ping for the first time\n"
      "2  event 2   12ms  s1 executed ping again\n"
      "A cast may be executed at most once.\n";
  EXPECT_EQ(argue_shortly(broken, three_events(), "", 6),
            in_full +
                "it-is-one is broken too: it is two.\n"
                "task-order is broken too: a consequence of at-most-once.\n");
  EXPECT_EQ(argue_shortly(broken, three_events(), "", 4),
            in_full + "And 2 more broken; -v shows all.\n");
}

TEST(Argument, PutsWhatWasExpectedBehindWhatWasNot) {
  const auto violated = [](const std::string& law) {
    return scenario::Finding{.property = law,
                             .verdict = {.law = law, .violations = {{.what = law + " is off"}}}};
  };
  const std::vector<Broken> broken =
      roots_first({violated("at-most-once"), violated("deadline")}, {"at-most-once"});
  const std::string text =
      "deadline: deadline is off.\n"
      "at-most-once is broken too, as is expected.\n";
  EXPECT_EQ(argue_shortly(broken, three_events(), "", 8), text);
}

/// c1 calls "a", then "b"; a copy of "a" is executed while "b" is.
History a_copy_that_comes_late() {
  History history;
  const auto add = [&](EventKind kind, std::string_view op, std::string_view actor) {
    check::Event event{.at = TimePoint(1ms * history.events().size()), .kind = kind};
    event.op = history.intern(op);
    event.actor = history.intern(actor);
    if (kind == EventKind::invoke) event.operation = check::OperationKind::call;
    if (kind == EventKind::invoke) event.task = history.intern("c1/main");
    history.add(event);
  };
  for (const std::string_view op : {"a", "b"}) {
    add(EventKind::invoke, op, "c1");
    add(EventKind::execute, op, "s1");
    if (op == "b") add(EventKind::execute, "a", "s2");
    if (op == "b") add(EventKind::done, "a", "s2");
    add(EventKind::done, op, "s1");
    add(EventKind::returned, op, "c1");
  }
  return history;
}

TEST(Argument, OfARunTellsWhatFollowsFromWhat) {
  const History history = a_copy_that_comes_late();
  std::vector<scenario::Finding> findings;
  for (const char* law : {"task-order", "at-most-once"})
    findings.push_back({.property = law, .verdict = check::find_law(law)->judge(history)});
  const std::vector<Broken> broken = roots_first(findings);
  ASSERT_EQ(broken.size(), 2U);
  EXPECT_EQ(broken[0].property, "at-most-once");
  EXPECT_EQ(broken[0].roots.size(), 1U);
  EXPECT_EQ(broken[1].property, "task-order");
  EXPECT_EQ(broken[1].roots.size(), 0U);
  EXPECT_EQ(broken[1].consequences.size(), 1U);
}

}  // namespace

}  // namespace castaway::ci
