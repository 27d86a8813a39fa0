// The signature of a violation: what of an argument counts, and what does not.

#include "castaway/scenario/failure_signature.h"

#include <gtest/gtest.h>

#include "castaway/check/history.h"

namespace castaway::scenario {
namespace {

using check::EventKind;
using check::History;
using check::Violation;

/// c1 calls ask#3 and casts tell; s1 and operator execute.
History history() {
  History made;
  const auto add = [&](EventKind kind, const char* actor, const char* op,
                       check::OperationKind operation = check::OperationKind::none) {
    made.add(
        {.kind = kind, .operation = operation, .actor = made.intern(actor), .op = made.intern(op)});
  };
  add(EventKind::invoke, "c1", "ask#3", check::OperationKind::call);
  add(EventKind::invoke, "c1", "tell", check::OperationKind::cast);
  add(EventKind::execute, "s1", "ask#3");
  add(EventKind::execute, "operator", "ask#3");
  add(EventKind::deliver, "operator", "tell");
  add(EventKind::fault, "late", "");
  return made;
}

FailureSignature signature(const Violation& violation) {
  return signature_of("p", violation, history());
}

std::string argument(const std::string& what) { return signature({.what = what}).argument; }

TEST(FailureSignature, LeavesNamesAndNumbersOut) {
  EXPECT_EQ(argument("The call \"ask#3\" was executed twice by s1."),
            "The call X was executed N by X");
  EXPECT_EQ(argument("The call \"ask\" was executed 17 times by operator."),
            "The call X was executed N by X");
  EXPECT_EQ(argument("The call \"a b\" returned 1.5ms too late."),
            "The call X returned N too late");
}

TEST(FailureSignature, SaysOfSeveralNamesOnlyThatTheyAreSeveral) {
  const std::string several = "The call X was executed N by Xs";
  EXPECT_EQ(argument("The call \"a\" was executed twice, by s1 and operator."), several);
  EXPECT_EQ(argument("The call \"a\" was executed 3 times, by s1, operator and c1."), several);
  EXPECT_EQ(argument("The call \"a\" was executed 9 times, by s1, operator and 3 more."), several);
  EXPECT_NE(argument("The call \"a\" was executed twice by s1."), several);
}

TEST(FailureSignature, TellsLateFromEarly) {
  EXPECT_NE(argument("The call \"a\" timed out 1s too late."),
            argument("The call \"a\" timed out 1s too early."));
}

TEST(FailureSignature, KnowsThatRulesAndOperationsMayBeOrdinaryWords) {
  EXPECT_EQ(argument("The call \"by\" was executed 1s too late by s1."),
            "The call X was executed N too late by X");
}

TEST(FailureSignature, CountsHowManyAreLeftAsANumber) {
  EXPECT_EQ(argument("One was left at the end of the run: a delivery."),
            argument("12 were left at the end of the run: a delivery."));
}

TEST(FailureSignature, KnowsTheKindOfOperationByItsName) {
  EXPECT_EQ(signature({.op = "ask#3"}).operation, check::OperationKind::call);
  EXPECT_EQ(signature({.op = "ask#*"}).operation, check::OperationKind::call);
  EXPECT_EQ(signature({.op = "tell"}).operation, check::OperationKind::cast);
  EXPECT_EQ(signature({.op = "nobody"}).operation, check::OperationKind::none);
}

TEST(FailureSignature, HasTheKindsOfEventsThatTheArgumentPointsAt) {
  EXPECT_EQ(
      signature({.steps = {{0, ""}, {2, ""}, {3, ""}, {check::no_event, "words"}, {4, ""}}}).events,
      "invoke execute deliver");
}

TEST(FailureSignature, TellsARootFromAConsequence) {
  EXPECT_NE(signature({.what = "a"}), signature({.what = "a", .consequence_of = "effect"}));
  EXPECT_EQ(to_string(signature({.what = "It failed.", .consequence_of = "effect"})),
            "p: It failed (follows from effect)");
}

TEST(FailureSignature, TakesWhateverIsSaid) {
  EXPECT_EQ(argument(""), "");
  EXPECT_EQ(argument("\""), "");
  EXPECT_EQ(argument("\"open"), "open");
  EXPECT_EQ(argument("...  ,,"), "");
  EXPECT_EQ(argument("and and s1 and"), "and and X and");
}

}  // namespace
}  // namespace castaway::scenario
