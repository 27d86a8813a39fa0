// What is made by hand is held against nobody; what it does not explain still is.

#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

TEST(HandMade, ARequestThatNobodyInvokedIsNoPhantomAndNoRepeat) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.inject("c1", "odd", "request");
  for (int copy = 0; copy < 2; ++copy) {
    h.deliver("s1", "odd");
    h.execute("s1", "odd");
    h.done("s1", "odd");
  }
  h.execute("s1", "a");
  h.done("s1", "a");
  h.returned("c1", "a");
  for (const Verdict& verdict : judge_all(h.history))
    EXPECT_THAT(verdict.violations, testing::IsEmpty()) << verdict.law;
  EXPECT_EQ(no_phantom(h.history).judged, 2U);
  EXPECT_EQ(at_most_once(h.history).judged, 1U);
}

TEST(HandMade, AnotherExecutionIsAPhantomAllTheSame) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast);
  h.inject("c1", "odd", "request");
  h.execute("s1", "b");
  EXPECT_EQ(no_phantom(h.history).violations.size(), 1U);
}

/// A call whose server ends with 1, and that returns 2, `how` being where a reply made by hand
/// arrived.
History answered(std::string_view where, bool names_the_call) {
  HistoryBuilder h;
  const EventIndex invoke = h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  h.done("s1", "a", {.value = "1"});
  h.inject("c1", "odd", "reply", names_the_call ? invoke : no_event);
  if (!where.empty()) h.reply_arrive(where, "odd");
  h.returned("c1", "a", {.value = "2"});
  return std::move(h.history);
}

TEST(HandMade, AReplyThatReachedItsCallMayAnswerIt) {
  const Verdict verdict = own_reply(answered("c1", true));
  EXPECT_TRUE(verdict.violations.empty());
  EXPECT_EQ(verdict.judged, 0U);
}

TEST(HandMade, AReplyThatNeverArrivedOrElsewhereOrForNobodyDoesNot) {
  EXPECT_EQ(own_reply(answered("", true)).violations.size(), 1U);
  EXPECT_EQ(own_reply(answered("c2", true)).violations.size(), 1U);
  EXPECT_EQ(own_reply(answered("c1", false)).violations.size(), 1U);
}

TEST(HandMade, AReplyMayAnswerACallThatNobodyServes) {
  HistoryBuilder h;
  const EventIndex invoke = h.invoke("c1/main", "a", call);
  h.accept("a");
  h.inject("c1", "odd", "reply", invoke);
  h.reply_arrive("c1", "odd");
  h.returned("c1", "a");
  EXPECT_THAT(no_phantom(h.history).violations, testing::IsEmpty());
}

}  // namespace
}  // namespace castaway::check
