// Whose a message is, and what the decisions about it are called.

#include "castaway/sim/classifier.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "castaway/amqp/transport_words.h"
#include "castaway/envelope.h"

namespace castaway::sim {
namespace {

const std::string one_id(32, '1');
const std::string other_id(32, '2');

amqp::Publication oslo_request(const std::string& exchange, const Request& request) {
  return amqp::to_amqp(Publication{
      .exchange = exchange, .routing_key = "ledger", .message = encode(request, std::nullopt)});
}

amqp::Publication oslo_call(const std::string& msg_id, const std::string& unique_id) {
  return oslo_request(
      "openstack",
      {.method = "ping", .msg_id = msg_id, .reply_q = "reply_" + msg_id, .unique_id = unique_id});
}

amqp::Publication oslo_reply(const std::string& msg_id, bool ending = true) {
  return amqp::to_amqp(Publication{.routing_key = "reply_" + msg_id,
                                   .message = encode(Reply{.ending = ending, .msg_id = msg_id})});
}

amqp::Publication tutorial_request(const std::string& reply_to, const std::string& correlation_id) {
  return {.routing_key = "rpc_queue",
          .message = {.properties = {.correlation_id = correlation_id, .reply_to = reply_to},
                      .body = "30"}};
}

amqp::Publication tutorial_reply(const std::string& reply_to, const std::string& correlation_id) {
  return {.routing_key = reply_to,
          .message = {.properties = {.correlation_id = correlation_id}, .body = "832040"}};
}

amqp::Publication plain(const std::string& body, std::optional<std::string> message_id = {}) {
  return {.exchange = "logs",
          .message = {.properties = {.message_id = std::move(message_id)}, .body = body}};
}

TEST(Classifier, FindsMessagesOfAReportedOperationByTheirIds) {
  Classifier classifier;
  const OperationPtr op = classifier.named("ping#3");
  classifier.know(one_id, op);
  const Classified request = classifier.classify(oslo_call(one_id, other_id), "c1");
  EXPECT_EQ(request.op, op);
  EXPECT_TRUE(request.request);
  EXPECT_EQ(request.name, "ping#3/request/1");
  EXPECT_EQ(classifier.classify(oslo_call(one_id, other_id), "c1").name, "ping#3/request/2");
  EXPECT_EQ(classifier.classify(oslo_reply(one_id, false), "s1").name, "ping#3/heartbeat/1");
  const Classified reply = classifier.classify(oslo_reply(one_id), "s1");
  EXPECT_FALSE(reply.request);
  EXPECT_EQ(reply.name, "ping#3/reply/1");
}

TEST(Classifier, MakesAnOperationOfARequestThatNobodyReported) {
  Classifier classifier;
  const Classified call = classifier.classify(oslo_call(one_id, other_id), "c1");
  ASSERT_NE(call.op, nullptr);
  EXPECT_EQ(call.operation(), "ping#0");
  EXPECT_EQ(call.method(), "ping");
  EXPECT_EQ(call.op->origin, Origin::wire);
  EXPECT_EQ(call.op->kind, check::OperationKind::call);
  const Classified again = classifier.classify(oslo_call(one_id, other_id), "c1");
  EXPECT_EQ(again.op, call.op);
  EXPECT_EQ(again.attempt, 2U);
  EXPECT_EQ(classifier.classify(oslo_reply(one_id), "s1").op, call.op);
  EXPECT_EQ(classifier.classify(oslo_reply(other_id), "s1").op, call.op) << "by its unique_id";
}

TEST(Classifier, KnowsCastsAndFanoutsOfOslo) {
  Classifier classifier;
  const Request cast{.method = "tell", .unique_id = one_id};
  EXPECT_EQ(classifier.classify(oslo_request("openstack", cast), "c1").op->kind,
            check::OperationKind::cast);
  const Request fanout{.method = "tell", .unique_id = other_id};
  EXPECT_EQ(classifier.classify(oslo_request("ledger_fanout", fanout), "c1").op->kind,
            check::OperationKind::fanout);
}

TEST(Classifier, TellsCallsApartByReplyQueueAndCorrelationId) {
  Classifier classifier;
  const Classified call = classifier.classify(tutorial_request("amq.gen-a", "1"), "c1");
  EXPECT_EQ(call.operation(), "rpc_queue#0");
  EXPECT_TRUE(call.request) << "though it goes through the default exchange";
  const Classified other = classifier.classify(tutorial_request("amq.gen-b", "1"), "c2");
  EXPECT_EQ(other.operation(), "rpc_queue#1");
  const Classified reply = classifier.classify(tutorial_reply("amq.gen-b", "1"), "s1");
  EXPECT_FALSE(reply.request);
  EXPECT_EQ(reply.op, other.op);
  const Classified late =
      classifier.classify(tutorial_reply("amq.gen-JzTY20BRgKO-HjmUJj0wLg", "2"), "s1");
  EXPECT_EQ(late.op, nullptr) << "to somebody's queue for replies";
  const Classified work = classifier.classify(tutorial_reply("tasks", "trace-7"), "c1");
  EXPECT_TRUE(work.request) << "though it has a correlation_id";
}

TEST(Classifier, KeepsMessagesAndCallsOfTheSameWordsApart) {
  Classifier classifier;
  const Classified call = classifier.classify(tutorial_request("orders", "7"), "c1");
  EXPECT_NE(classifier.classify(plain("x", "7"), "orders").op, call.op);
}

TEST(Classifier, TakesNoNameThatIsGiven) {
  Classifier classifier;
  const OperationPtr given = classifier.named("ping#0");
  EXPECT_EQ(classifier.classify(oslo_call(one_id, other_id), "c1").operation(), "ping#1");
  EXPECT_EQ(given->kind, check::OperationKind::none);
}

TEST(Classifier, NamesAreTextAndOfALengthThatAHistoryCanBear) {
  Classifier classifier;
  const auto to = [&](const std::string& key) {
    return classifier.classify(amqp::Publication{.routing_key = key}, "c1").op->name;
  };
  EXPECT_EQ(to("\xff"), "\uFFFD#0");
  EXPECT_EQ(to("\xfe"), "\uFFFD#1");
  EXPECT_LT(to(std::string(100'000, 'x')).size(), 300U);
}

TEST(Classifier, AnEmptyIdIsNone) {
  Classifier classifier;
  classifier.know("", classifier.named("ping#0"));
  EXPECT_EQ(classifier.find(""), nullptr);
}

TEST(Classifier, TellsMessagesApartByTheirMessageIdInOneProcess) {
  Classifier classifier;
  const Classified one = classifier.classify(plain("hello", "1"), "c1");
  EXPECT_EQ(classifier.classify(plain("hello", "1"), "c1").op, one.op);
  EXPECT_NE(classifier.classify(plain("hello", "1"), "c2").op, one.op);
  EXPECT_NE(classifier.classify(plain("hello", "2"), "c1").op, one.op);
  EXPECT_NE(classifier.classify(plain("hello"), "c1").op,
            classifier.classify(plain("hello"), "c1").op);
}

TEST(Classifier, NamesNothingThatAClientDrawsByChance) {
  const auto names_with = [](const std::string& id, const std::string& queue) {
    Classifier classifier;
    return std::vector<std::string>{
        classifier.classify(oslo_call(id, id), "c1").name,
        classifier.classify(oslo_reply(id), "s1").name,
        classifier.classify(tutorial_request(queue, id), "c1").name,
        classifier.classify(tutorial_reply(queue, id), "s1").name,
        classifier.classify(plain("{\"id\":\"" + id + "\"}", id), "c1").name,
        classifier.classify(plain("{\"id\":\"" + id + "\"}", id + "0"), "c1").name};
  };
  const auto names = names_with(one_id, "amq.gen-JzTY20BRgKO-HjmUJj0wLg");
  EXPECT_EQ(names, names_with(other_id, "amq.gen-X9y_dgGDd1K-3VzmUKp0Qq"));
  EXPECT_THAT(names[4], testing::EndsWith("/1"));
  EXPECT_THAT(names[5], testing::EndsWith("/2")) << "the second that says the same";
}

TEST(Classifier, ReadsWhatMakesNoSense) {
  Classifier classifier;
  const std::string bad = "{\"oslo.message\": \"{\\\"_unique_id\\\": \\\"" + one_id + "\\\"\"}";
  const Classified broken = classifier.classify(
      amqp::Publication{.exchange = "openstack", .routing_key = "t", .message = {.body = bad}},
      "c1");
  EXPECT_EQ(broken.operation(), "t#0");
  EXPECT_EQ(classifier.classify(amqp::Publication{}, "c1").operation(), "message#0");
}

TEST(Classifier, GivesNoMoreThanSoManyNamesToStrangers) {
  Classifier classifier;
  const auto to = [&](const std::string& key) {
    return classifier.classify(amqp::Publication{.routing_key = key}, "c1").op->name;
  };
  for (int key = 0; key < 10'000; ++key)
    EXPECT_THAT(to("k" + std::to_string(key)), testing::EndsWith("#0"));
  EXPECT_EQ(to("one more"), "message#0");
  EXPECT_EQ(to("another"), "message#1");
  EXPECT_EQ(to("k17"), "k17#1");
}

TEST(Classifier, ForgetsOperationsOfWhichNothingIsLeft) {
  Classifier classifier;
  for (check::EventIndex event = 0; event < 100; ++event) {
    const OperationPtr op = classifier.classify(plain("x", std::to_string(event)), "c1").op;
    op->latest = event;
  }
  const OperationPtr kept = classifier.classify(plain("x", "7"), "c1").op;
  classifier.forget_before(90);
  EXPECT_EQ(classifier.operations().size(), 11U) << "ten that are young, and one that is held";
  EXPECT_EQ(classifier.classify(plain("x", "7"), "c1").op, kept);
  const Classified back = classifier.classify(plain("x", "8"), "c1");
  EXPECT_EQ(back.attempt, 1U) << "a new operation";
  EXPECT_EQ(back.operation(), "logs#100") << "with a name that was not given before";
}

}  // namespace
}  // namespace castaway::sim
