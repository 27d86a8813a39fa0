// Histories that were recorded on the wire: two replies by two servers prove two executions, and
// what only makes them possible is a suspicion.

#include <string>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::HasSubstr;

Verdict judged(const HistoryBuilder& h) { return find_law("at-most-once")->judge(h.history); }

/// What is suspected of the only request that is; "" if nothing is.
std::string suspicion(const HistoryBuilder& h) {
  const Verdict verdict = judged(h);
  EXPECT_FALSE(verdict.violated());
  return verdict.suspects.empty() ? "" : verdict.suspects.at(0).what;
}

/// One request that reaches one server and is answered.
HistoryBuilder one_answer() {
  HistoryBuilder h;
  h.publish("c1", "pay");
  h.accept("pay");
  h.deliver("s1", "pay");
  h.reply("s1", "pay");
  return h;
}

TEST(WireOnly, TwoRepliesByTwoServersProveTwoExecutions) {
  HistoryBuilder h = one_answer();
  h.publish("c1", "pay", {.copy = 2});
  h.deliver("s2", "pay", {.copy = 2});
  h.reply("s2", "pay");
  EXPECT_EQ(to_string(judged(h), h.history),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The operation \"pay\" was answered by s1 and s2, so each of them executed it.\n"
            "  1  event 2  2ms  the broker handed pay to s1\n"
            "  2  event 3  3ms  s1 replied to pay\n"
            "  3  event 4  4ms  c1 published pay again at 4ms, as no confirm had come\n"
            "  4  event 5  5ms  the broker handed pay to s2 as well, 3ms after s1 had got it\n"
            "  5  event 6  6ms  s2 replied to pay\n"
            "An operation may be executed at most once, by all servers together. The history shows "
            "no execution, but a server that replies, and does not refuse, has executed.\n");
}

TEST(WireOnly, OfManyDeliveriesTheFirstOnesAndTheLastAreShown) {
  HistoryBuilder h = one_answer();
  for (int i = 0; i < 40; ++i) h.deliver("s2", "pay");
  const Verdict verdict = judged(h);
  ASSERT_EQ(verdict.suspects.size(), 1U);
  EXPECT_EQ(verdict.suspects.front().what, "The operation \"pay\" was delivered 41 times.");
  EXPECT_EQ(verdict.suspects.front().steps.size(), 6U);
  EXPECT_EQ(verdict.suspects.front().steps.back().event, 43U);
}

TEST(WireOnly, OfAPartWhoseHeadSaysSoRequestsAreJudgedThatWerePublishedInIt) {
  HistoryBuilder h;
  h.deliver("s1", "earlier");
  h.publish("c1", "pay");
  h.deliver("s1", "pay");
  h.reply("s1", "pay");
  h.deliver("s2", "pay", {.copy = 2});
  h.reply("s2", "pay");
  h.history.from = TimePoint(1us);
  EXPECT_TRUE(judged(h).vacuous());
  h.history.wire = true;
  const Verdict verdict = judged(h);
  EXPECT_TRUE(verdict.violated());
  EXPECT_EQ(verdict.judged, 1U);
  EXPECT_EQ(verdict.unseen, 1U);
}

TEST(WireOnly, ARequestThatIsDeliveredOnceIsFine) {
  const Verdict verdict = judged(one_answer());
  EXPECT_TRUE(verdict.holds());
  EXPECT_EQ(verdict.judged, 1U);
}

TEST(WireOnly, AServerThatRefusesHasNotExecuted) {
  HistoryBuilder h = one_answer();
  h.deliver("s2", "pay");
  h.refuse("s2", "pay");
  h.reply("s2", "pay");
  EXPECT_EQ(suspicion(h), "");
}

TEST(WireOnly, ARequestThatIsPublishedAgainOnPurposeMayBeAnsweredAgain) {
  HistoryBuilder h = one_answer();
  h.history.add({.kind = EventKind::publish, .op = h.history.intern("pay"), .attempt = 2});
  h.deliver("s2", "pay");
  h.reply("s2", "pay");
  EXPECT_EQ(suspicion(h), "");
  h.reply("s3", "pay");
  EXPECT_TRUE(judged(h).violated());
}

TEST(WireOnly, AFanoutIsAnsweredByEachServer) {
  HistoryBuilder h;
  Event publish{.kind = EventKind::publish, .operation = fanout, .op = h.history.intern("pay")};
  h.history.add(publish);
  for (const std::string_view server : {"s1", "s2"}) {
    h.deliver(server, "pay");
    h.reply(server, "pay");
  }
  EXPECT_FALSE(judged(h).violated());
  EXPECT_EQ(suspicion(h), "");
}

TEST(WireOnly, WhatMayBeASecondExecutionIsSuspectedWithAReason) {
  HistoryBuilder replied = one_answer();
  replied.reply("s1", "pay");
  EXPECT_EQ(suspicion(replied), "The operation \"pay\" was answered twice.");
  EXPECT_EQ(judged(replied).suspects.at(0).law,
            "It may have been executed more than once: the wire does not tell. A server may send "
            "one reply again. Record \"execute\" to decide it.");

  HistoryBuilder delivered = one_answer();
  delivered.deliver("s2", "pay");
  EXPECT_EQ(suspicion(delivered), "The operation \"pay\" was delivered twice.");
  EXPECT_THAT(judged(delivered).suspects.at(0).law, HasSubstr("A fanout goes to each server"));

  HistoryBuilder flagged;
  flagged.deliver("s1", "pay", {.redelivered = true});
  EXPECT_EQ(suspicion(flagged), "The operation \"pay\" was delivered before.");

  HistoryBuilder accepted;
  accepted.accept("pay");
  accepted.accept("pay");
  EXPECT_EQ(suspicion(accepted), "The operation \"pay\" was accepted twice.");

  HistoryBuilder published;
  published.publish("c1", "pay");
  published.publish("c1", "pay", {.copy = 2});
  EXPECT_EQ(suspicion(published), "The operation \"pay\" was published twice.");
}

TEST(WireOnly, WhatTheServersGotCountsIfItWasRecorded) {
  HistoryBuilder h = one_answer();
  h.publish("c1", "pay", {.copy = 2});
  h.accept("pay");
  EXPECT_EQ(suspicion(h), "") << "the second publication reached no server";
}

TEST(WireOnly, ADeliveryThatWasGivenBackIsNoExecution) {
  HistoryBuilder h;
  h.deliver("s1", "pay");
  h.settle("s1", "pay", "requeue");
  h.deliver("s2", "pay");
  h.reply("s2", "pay");
  EXPECT_EQ(suspicion(h), "");
}

TEST(WireOnly, IsNoHistoryThatShowsAClientOrAServerOrIsAPart) {
  HistoryBuilder client;
  client.invoke("c1/main", "pay", call);
  HistoryBuilder server;
  server.execute("s3", "other");
  HistoryBuilder part;
  part.history.from = TimePoint(1ns);
  for (HistoryBuilder* h : {&client, &server, &part}) {
    for (const std::string_view name : {"s1", "s2"}) {
      h->deliver(name, "pay");
      h->reply(name, "pay");
    }
    EXPECT_FALSE(judged(*h).violated());
    EXPECT_FALSE(judged(*h).suspected());
  }
}

TEST(WireOnly, ASuspectReplyProvesNothing) {
  HistoryBuilder h = one_answer();
  h.deliver("s2", "pay");
  Event reply{.kind = EventKind::reply,
              .suspect = true,
              .actor = h.history.intern("s2"),
              .op = h.history.intern("pay")};
  h.history.add(reply);
  const Verdict verdict = judged(h);
  EXPECT_TRUE(verdict.suspected());
  ASSERT_EQ(verdict.suspects.size(), 1U) << "one operation is suspected once";
  EXPECT_EQ(verdict.suspects[0].what, "The operation \"pay\" was delivered twice.");
}

TEST(Attempts, OfAnApplicationAreCountedInTheArgument) {
  HistoryBuilder h;
  for (std::uint32_t attempt = 1; attempt <= 2; ++attempt) {
    Event invoke{.kind = EventKind::invoke,
                 .operation = call,
                 .op = h.history.intern("pay"),
                 .attempt = attempt};
    h.history.add(invoke);
    h.execute("s1", "pay");
  }
  EXPECT_THAT(at_most_once(h.history), Holds());
  h.execute("s1", "pay");
  EXPECT_THAT(to_string(at_most_once(h.history), h.history),
              HasSubstr("A call may be executed at most once for each of its 2 attempts. "));
}

}  // namespace
}  // namespace castaway::check
