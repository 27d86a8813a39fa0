// The signature of a violation: what counts as another reason to fail, and what does not.

#include "castaway/scenario/failure_signature.h"

#include <functional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/check/history.h"
#include "castaway/check/laws.h"

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

/// The breach of the law's only violation of a history in which `op` is called and then `add` adds
/// events.
check::Breach breach(std::string_view law, const std::function<void(History&)>& add) {
  History made;
  made.ending = check::Ending::quiescent;
  add(made);
  const check::Verdict verdict = check::find_law(law)->judge(made);
  EXPECT_EQ(verdict.violations.size(), 1U) << law;
  return verdict.violated() ? verdict.violations[0].breach : check::Breach{};
}

void add(History& made, EventKind kind, const char* actor, Duration at = {}) {
  check::Event event{.at = TimePoint(at), .kind = kind};
  event.actor = made.intern(actor);
  event.op = made.intern("ask#3");
  if (kind == EventKind::invoke) {
    event.operation = check::OperationKind::call;
    event.deadline = TimePoint(5s);
  }
  made.add(event);
}

TEST(FailureSignature, LeavesNamesAndNumbersOut) {
  const auto executed = [](int times, const char* server) {
    return breach("at-most-once", [=](History& made) {
      for (int i = 0; i < times; ++i) add(made, EventKind::execute, server);
    });
  };
  EXPECT_EQ(executed(2, "s1"), executed(17, "operator"));
}

TEST(FailureSignature, TellsOneServerFromSeveral) {
  const auto executed = [](const std::vector<const char*>& servers) {
    return breach("at-most-once", [=](History& made) {
      for (const char* server : servers) add(made, EventKind::execute, server);
    });
  };
  EXPECT_EQ(executed({"s1", "s2"}), executed({"s1", "s1", "s3", "s4"}));
  EXPECT_NE(executed({"s1", "s1"}), executed({"s1", "s2"}));
}

TEST(FailureSignature, TellsLateFromEarlyAndATimeoutFromAReturn) {
  const auto completed = [](EventKind how, Duration at) {
    return breach("deadline", [=](History& made) {
      add(made, EventKind::invoke, "c1");
      add(made, how, "c1", at);
    });
  };
  EXPECT_EQ(completed(EventKind::timeout, 6s), completed(EventKind::timeout, 9s));
  EXPECT_NE(completed(EventKind::timeout, 6s), completed(EventKind::timeout, 1s));
  EXPECT_NE(completed(EventKind::timeout, 6s), completed(EventKind::returned, 6s));
}

TEST(FailureSignature, CountsHowManyAreLeftAsANumberAndTellsOfWhat) {
  const auto left = [](check::Detail what, std::uint32_t number) {
    return breach("no-residue", [=](History& made) {
      made.add({.kind = EventKind::residue, .detail = what, .copy = number});
    });
  };
  using enum check::Detail;
  EXPECT_EQ(left(unacknowledged_deliveries, 1), left(unacknowledged_deliveries, 12));
  EXPECT_NE(left(unacknowledged_deliveries, 1), left(pending_operations, 1));
}

TEST(FailureSignature, KnowsTheKindOfOperationByItsName) {
  EXPECT_EQ(signature({.op = "ask#3"}).operation, check::OperationKind::call);
  EXPECT_EQ(signature({.op = "ask#*"}).operation, check::OperationKind::call);
  EXPECT_EQ(signature({.op = "tell"}).operation, check::OperationKind::cast);
  EXPECT_EQ(signature({.op = "nobody"}).operation, check::OperationKind::none);
}

TEST(FailureSignature, KnowsWhoseCopiesANameMeans) {
  History history;
  const auto invoke = [&](const std::string& op, check::OperationKind operation) {
    history.add({.kind = EventKind::invoke, .operation = operation, .op = history.intern(op)});
  };
  using enum check::OperationKind;
  invoke("a#b", cast);
  invoke("a#1", call);
  invoke("a#1#0", fanout);
  invoke("b#0", cast);
  invoke("b", call);
  const FailureSignatures signatures(history);
  const auto operation = [&](const std::string& op) {
    const check::OperationKind found = signatures.of("p", {.op = op}).operation;
    EXPECT_EQ(found, signature_of("p", {.op = op}, history).operation);
    return found;
  };
  EXPECT_EQ(operation("a"), call);
  EXPECT_EQ(operation("a#b"), cast);
  EXPECT_EQ(operation("a#1"), call);
  EXPECT_EQ(operation("a#1#*"), fanout);
  EXPECT_EQ(operation("b"), cast) << "its copy came first";
  EXPECT_EQ(operation("b#*"), cast);
  EXPECT_EQ(operation("b#0"), cast);
  EXPECT_EQ(operation("c"), none);
  EXPECT_EQ(operation(""), none);
}

TEST(FailureSignature, HasTheKindsOfEventsThatTheArgumentPointsAt) {
  EXPECT_EQ(
      signature({.steps = {{0, ""}, {2, ""}, {3, ""}, {check::no_event, "words"}, {4, ""}}}).events,
      (std::vector{EventKind::invoke, EventKind::execute, EventKind::deliver}));
}

TEST(FailureSignature, TellsARootFromAConsequence) {
  constexpr check::BreachKind late{"too late"};
  const Violation root{.breach = {.kind = late, .first = EventKind::timeout}};
  Violation consequence = root;
  consequence.consequence_of = "effect";
  EXPECT_NE(signature(root), signature(consequence));
  EXPECT_EQ(to_string(signature(root)), "p: too late: timeout");
  EXPECT_EQ(to_string(signature(consequence)), "p: too late: timeout (follows from effect)");
}

TEST(FailureSignature, DoesNotReadWhatIsWrittenForPeople) {
  EXPECT_EQ(signature({.what = "The call \"ask#3\" failed."}), signature({.what = "It did not."}));
}

}  // namespace
}  // namespace castaway::scenario
