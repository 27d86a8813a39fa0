// What processes report attaches to what the wire shows, without a task and without our library.

#include "castaway/sim/reports.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/check/laws.h"

#include "record_world_fixture.h"

namespace castaway::sim {
namespace {

using check::Detail;
using check::EventIndex;
using check::EventKind;
using check::no_event;

amqp::Publication message(const std::string& body, std::optional<std::string> id = {}) {
  return {.exchange = "logs",
          .message = {.properties = {.message_id = std::move(id)}, .body = body}};
}

class ReportsTest : public testing::Test, protected RecordWorld {
 protected:
  Classified seen(const std::string& body, std::optional<std::string> id = {}) {
    return recorder.classifier().classify(message(body, std::move(id)), "c1");
  }
  /// The event of an execution that `process` reports.
  check::Event executes(const std::string& process, const ExecuteReport& report) {
    recorder.reports().executing(process, report);
    return recorder.history().events().back();
  }
};

TEST_F(ReportsTest, AnExecutionBeginsWithItsDelivery) {
  const Classified request = seen("a", "1");
  const EventIndex here = carry(request, "c1", "s1");
  recorder.arrived(request, "s2", false, no_event);
  const check::Event event = executes("s1", {.of = {.op = request.operation()}, .run = 1});
  EXPECT_EQ(event.kind, EventKind::execute);
  EXPECT_EQ(event.cause, here) << "not the delivery to another process";
  EXPECT_EQ(text(event.op), "logs#0");
  EXPECT_EQ(event.copy, 1U);
}

TEST_F(ReportsTest, ReportsFindTheirOperationByAnId) {
  const OperationPtr op = recorder.classifier().named("pay#0");
  recorder.classifier().know("order-17", op);
  EXPECT_EQ(text(executes("s1", {.of = {.ids = {"unknown", "order-17"}}, .run = 1}).op), "pay#0");
}

TEST_F(ReportsTest, AServerThatAcknowledgesLateTakesOneDeliveryAfterAnother) {
  const Classified request = seen("a", "1");
  const EventIndex first = carry(request, "c1", "s1");
  const EventIndex second = recorder.arrived(request, "s1", true, no_event);
  const ExecuteReport report{.of = {.op = "logs#0"}, .run = 1};
  EXPECT_EQ(executes("s1", report).cause, first);
  EXPECT_EQ(executes("s1", report).cause, second);
}

TEST_F(ReportsTest, ADeliveryThatWasGivenBackIsNotExecuted) {
  const Classified request = seen("a", "1");
  const EventIndex first = carry(request, "c1", "s1");
  recorder.answered(request, first, false);
  const EventIndex second = recorder.arrived(request, "s1", true, no_event);
  EXPECT_EQ(executes("s1", {.of = {.op = "logs#0"}, .run = 1}).cause, second);
}

TEST_F(ReportsTest, WhatHasNoIdBelongsToTheDeliveryThatWaitedLongest) {
  const Classified one = seen("a");
  const Classified two = seen("b");
  const Classified elsewhere = seen("c");
  carry(elsewhere, "c1", "s2");
  const EventIndex first = carry(one, "c1", "s1");
  const EventIndex second = carry(two, "c1", "s1");
  EXPECT_EQ(executes("s1", {.run = 1}).cause, first);
  EXPECT_EQ(executes("s1", {.run = 2}).cause, second);
  EXPECT_EQ(executes("s1", {.run = 3}).op, 0U) << "nothing waits any more";
  EXPECT_EQ(text(executes("s2", {.run = 1}).op), std::string(elsewhere.operation()));
}

TEST_F(ReportsTest, EachCopyOfWhatHasNoIdIsExecuted) {
  const Classified request = seen("a");
  const EventIndex accepted = recorder.accepted(request, 1);
  std::vector<EventIndex> copies;
  for (int copy = 0; copy < 3; ++copy) {
    copies.push_back(recorder.arrived(request, "s1", copy > 0, accepted));
    recorder.answered(request, copies.back(), true);
  }
  for (std::size_t copy = 0; copy < 3; ++copy)
    EXPECT_EQ(executes("s1", {.run = copy}).cause, copies[copy]);
}

TEST_F(ReportsTest, OfCopiesWithAnIdTheFirstIsExecutedAndThenTheLast) {
  const Classified request = seen("a", "1");
  const EventIndex first = carry(request, "c1", "s1");
  std::vector<EventIndex> copies = {first};
  for (int copy = 0; copy < 2; ++copy)
    copies.push_back(recorder.arrived(request, "s1", true, first));
  for (const EventIndex copy : copies) recorder.answered(request, copy, true);
  EXPECT_EQ(executes("s1", {.of = {.op = "logs#0"}, .run = 1}).cause, copies[0]);
  EXPECT_EQ(executes("s1", {.of = {.op = "logs#0"}, .run = 2}).cause, copies[2]);
}

TEST_F(ReportsTest, AServerThatWaitsForTheBrokerForgetsWhatWasNotSettled) {
  const Classified request = seen("a", "1");
  const EventIndex first = carry(request, "c1", "s1");
  recorder.answered(request, first, true);
  const EventIndex second = recorder.arrived(request, "s1", true, first);
  recorder.answered(request, second, true);
  recorder.settled(request, "s1", true, false, second);
  EXPECT_EQ(executes("s1", {.of = {.op = "logs#0"}, .run = 1, .settled = true}).cause, second);
}

TEST_F(ReportsTest, AnExecutionEndsByItsNumber) {
  const Classified one = seen("a");
  const Classified two = seen("b");
  carry(one, "c1", "s1");
  carry(two, "c1", "s1");
  executes("s1", {.run = 1});
  const EventIndex second = static_cast<EventIndex>(recorder.history().events().size());
  executes("s1", {.run = 2});
  recorder.reports().executed("s1", {.run = 2, .error = true, .digest = 7});
  const check::Event done = recorder.history().events().back();
  EXPECT_EQ(done.kind, EventKind::done);
  EXPECT_EQ(done.detail, Detail::error);
  EXPECT_EQ(done.cause, second);
  EXPECT_EQ(done.digest, 7U);
  recorder.reports().executed("s2", {.run = 1});
  EXPECT_EQ(recorder.history().events().back().cause, no_event) << "another process's number";
}

TEST_F(ReportsTest, ACompletionRestsOnWhatReachedTheClient) {
  recorder.reports().invoked("c1", {.op = "pay#0",
                                    .unique_id = "order-17",
                                    .task = "c1/main",
                                    .kind = check::OperationKind::call,
                                    .method = "pay"});
  const Classified request = seen("pay", "order-17");
  EXPECT_EQ(request.operation(), "pay#0") << "a message of the process that reported it";
  const Classified reply{.op = request.op, .attempt = 1, .name = "pay#0/reply/1"};
  recorder.published(reply, "s1");
  const EventIndex arrived = recorder.arrived(reply, "c1", false, no_event);
  recorder.reports().completed(
      "c1", {.of = {.op = "pay#0"}, .outcome = EventKind::error, .class_name = "NoMoney"});
  EXPECT_EQ(recorder.history().events().back().cause, arrived);
  recorder.reports().completed("c1", {.of = {.op = "pay#0"},
                                      .outcome = EventKind::timeout,
                                      .effect = Effect::dispatched,
                                      .text = "too late"});
  const check::Event timeout = recorder.history().events().back();
  EXPECT_EQ(timeout.cause, 0U) << "its invocation";
  EXPECT_EQ(timeout.effect, Effect::dispatched);
}

TEST_F(ReportsTest, AnInvocationThatIsReportedLateIsThatOfItsMessage) {
  const Classified request = seen("pay", "order-17");
  carry(request, "c1", "s1");
  executes("s1", {.of = {.ids = {"order-17"}}, .run = 1});
  EXPECT_EQ(text(recorder.history().events().back().op), "logs#0") << "by the id that it sees";
  recorder.reports().invoked(
      "c1", {.op = "pay#0", .unique_id = "order-17", .task = "c1/main", .method = "pay"});
  EXPECT_EQ(text(recorder.history().events().back().op), "logs#0");
  recorder.reports().completed("c1", {.of = {.op = "pay#0"}});
  EXPECT_EQ(text(recorder.history().events().back().op), "logs#0") << "under either name";
  EXPECT_TRUE(check::no_phantom(recorder.history()).violations.empty());
  EXPECT_TRUE(check::one_completion(recorder.history()).holds());
}

TEST_F(ReportsTest, TheSameIdOfAnotherClientIsAnotherOperation) {
  recorder.reports().invoked("c2", {.op = "other#0", .unique_id = "1", .task = "c2/main"});
  const Classified request = seen("a", "1");
  EXPECT_EQ(request.operation(), "logs#0");
  carry(request, "c1", "s1");
  EXPECT_EQ(text(executes("s1", {.of = {.ids = {"1"}}, .run = 1}).op), "logs#0");
  recorder.reports().completed("c2", {.of = {.ids = {"1"}}});
  EXPECT_EQ(text(recorder.history().events().back().op), "other#0");
}

TEST_F(ReportsTest, AnIdThatIsNotKnownIsNoReasonToTakeAnotherMessage) {
  carry(seen("a"), "c1", "s1");
  EXPECT_EQ(executes("s1", {.of = {.ids = {"unknown"}}, .run = 1}).op, 0U);
  EXPECT_EQ(text(executes("s1", {.run = 2}).op), "logs#0");
}

TEST_F(ReportsTest, WhatNobodyKnowsIsRecordedWithoutAnOperation) {
  EXPECT_EQ(executes("s1", {.of = {.op = "nothing#9"}, .run = 1}).op, 0U);
  recorder.reports().refused("s1", {.of = {.op = "nothing#9"}});
  EXPECT_EQ(recorder.history().events().back().kind, EventKind::execute) << "a refusal of nothing";
}

}  // namespace
}  // namespace castaway::sim
