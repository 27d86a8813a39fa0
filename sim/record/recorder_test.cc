// A history of clients that nobody observes: what the wire shows is enough for some laws.

#include "castaway/sim/recorder.h"

#include <string>

#include <gtest/gtest.h>

#include "castaway/check/laws.h"

#include "record_world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventIndex;
using check::OperationKind;
using check::Verdict;

class RecorderTest : public testing::Test, protected RecordWorld {
 protected:
  /// A message that goes into so many queues, and that s1 and s2 say they have executed.
  Verdict judged_after_two_executions(std::size_t queues) {
    const Classified message = recorder.classifier().classify(
        amqp::Publication{.exchange = "logs", .message = {.body = "hello"}}, "c1");
    recorder.published(message, "c1");
    const EventIndex accepted = recorder.accepted(message, queues);
    for (const std::string server : {"s1", "s2"}) {
      recorder.arrived(message, server, false, accepted);
      recorder.reports().executing(server, {.run = 1});
      recorder.reports().executed(server, {.run = 1});
    }
    return check::at_most_once(recorder.history());
  }
};

TEST_F(RecorderTest, AMessageInOneQueueMayBeExecutedOnce) {
  EXPECT_TRUE(judged_after_two_executions(1).violated());
}

TEST_F(RecorderTest, AMessageInTwoQueuesMayBeExecutedByEachServer) {
  EXPECT_TRUE(judged_after_two_executions(2).holds());
}

TEST_F(RecorderTest, AStrangersRequestSaysWhatItLooksLike) {
  const Classified message = recorder.classifier().classify(
      amqp::Publication{.routing_key = "rpc_queue",
                        .message = {.properties = {.correlation_id = "1", .reply_to = "answers"}}},
      "c1");
  EXPECT_EQ(event(recorder.published(message, "c1")).operation, OperationKind::call);
}

TEST_F(RecorderTest, ALawThatNeedsAnInvokeSaysThatThereIsNone) {
  judged_after_two_executions(1);
  const Verdict verdict = check::find_law("no-phantom")->judge(recorder.history());
  EXPECT_TRUE(verdict.vacuous());
  EXPECT_EQ(verdict.vacuous_because, "no operation was invoked");
}

TEST_F(RecorderTest, WhatWasSeenOnTheWireWasAskedFor) {
  recorder.reports().invoked("c9", {.op = "other#0", .unique_id = "9", .task = "c9/main"});
  EXPECT_FALSE(judged_after_two_executions(1).holds());
  const Verdict verdict = check::no_phantom(recorder.history());
  EXPECT_TRUE(verdict.holds()) << to_string(verdict, recorder.history());
}

TEST_F(RecorderTest, AReplyToNothingThatIsKnownIsRecorded) {
  const Classified reply = recorder.classifier().classify(
      amqp::Publication{.routing_key = "amq.gen-JzTY20BRgKO-HjmUJj0wLg",
                        .message = {.properties = {.correlation_id = "9"}, .body = "x"}},
      "s1");
  const EventIndex sent = recorder.published(reply, "s1");
  EXPECT_EQ(event(sent).kind, check::EventKind::reply);
  EXPECT_EQ(event(sent).op, 0U);
  EXPECT_EQ(event(recorder.arrived(reply, "c1", false, sent)).cause, sent);
}

}  // namespace
}  // namespace castaway::sim
