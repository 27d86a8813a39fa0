#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

#include "envelope_for_test.h"

namespace castaway {
namespace {

using nlohmann::json;

TEST(Envelope, AReplyIsWrittenInTheKeysAndTheOrderOfOsloMessaging) {
  const Reply reply{
      .result = std::make_shared<json>(json{{"n", 1}}), .msg_id = call_id, .unique_id = own_id};
  EXPECT_EQ(encode(reply).body,
            R"({"oslo.version":"2.0","oslo.message":"{\"result\":{\"n\":1},\"failure\":null,)"
            R"(\"ending\":true,\"_msg_id\":\"6d14c5b835174fee93d70cd629fbe95c\",)"
            R"(\"_unique_id\":\"f6ef38183f414bbebd0f86bc81542391\"}"})");
  EXPECT_EQ(encode(reply).properties.expiration, "");
  EXPECT_EQ(decode_reply(encode(reply)), reply);
}

TEST(Envelope, AHeartbeatIsAReplyThatDoesNotEnd) {
  const Reply heartbeat{.ending = false, .msg_id = call_id, .unique_id = own_id};
  EXPECT_EQ(inner_of(encode(heartbeat)), (json{{"result", nullptr},
                                               {"failure", nullptr},
                                               {"ending", false},
                                               {"_msg_id", call_id},
                                               {"_unique_id", own_id}}));
  EXPECT_EQ(decode_reply(encode(heartbeat)), heartbeat);
}

const Failure quota{.class_name = "QuotaExceeded",
                    .module = "nova.exception",
                    .message = "quota 3 exceeded for démo",
                    .traceback = {"Traceback (most recent call last):\n", "  File \"q.py\"\n"},
                    .args = std::make_shared<json>(json{3}),
                    .kwargs = std::make_shared<json>(json{{"user", "démo"}})};

TEST(Envelope, AFailureIsJsonTextInsideTheInnerObject) {
  const Message message = encode(Reply{.failure = quota, .msg_id = call_id});
  const json failure = inner_of(message).at("failure");
  ASSERT_TRUE(failure.is_string());
  EXPECT_EQ(parse_json(failure.get_ref<const std::string&>()),
            (json{{"class", "QuotaExceeded"},
                  {"module", "nova.exception"},
                  {"message", "quota 3 exceeded for démo"},
                  {"tb", {"Traceback (most recent call last):\n", "  File \"q.py\"\n"}},
                  {"args", {3}},
                  {"kwargs", {{"user", "démo"}}}}));
  EXPECT_EQ(decode_reply(message), (Reply{.failure = quota, .msg_id = call_id}));
}

TEST(Envelope, AFailureThatIsRelayedKeepsItsOriginalType) {
  const auto written = [](std::string class_name, std::string module) {
    Failure failure{.class_name = std::move(class_name), .module = std::move(module)};
    const Reply reply = decode_reply(encode(Reply{.failure = std::move(failure)}));
    return reply.failure->class_name + " of " + reply.failure->module;
  };
  EXPECT_EQ(written("Quota_Remote", "nova.exception_Remote"), "Quota of nova.exception");
  EXPECT_EQ(written("Quota_Remote", "nova.exception"), "Quota_Remote of nova.exception");
  EXPECT_EQ(written("Quota", "nova.exception_Remote"), "Quota of nova.exception_Remote");
  EXPECT_EQ(written("A_Remote_Remote", "b_Remote_Remote"), "A_Remote of b_Remote");
}

TEST(Envelope, AReplyThatJsonCannotCarryIsRefusedBeforeItIsSent) {
  const auto shared = [](json value) { return std::make_shared<const json>(std::move(value)); };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const json list = {nan};
  EXPECT_THROW(std::ignore = encode(Reply{.result = shared(nan)}), EncodeError);
  EXPECT_THROW(std::ignore = encode(Reply{.failure = Failure{.args = shared(list)}}), EncodeError);
  EXPECT_THROW(std::ignore = encode(Reply{.failure = Failure{.args = shared(1)}}), EncodeError);
  EXPECT_THROW(std::ignore = encode(Reply{.failure = Failure{.kwargs = shared(list)}}),
               EncodeError);
  EXPECT_THROW(std::ignore = encode(Reply{.failure = Failure{.message = "\xff"}}), EncodeError);
  EXPECT_THROW(std::ignore = encode(Reply{.failure = Failure{.traceback = {"\xff"}}}), EncodeError);
}

struct ToleratedReply {
  std::string name = {};
  std::string inner = {};
  Reply reply = {};
  friend void PrintTo(const ToleratedReply& row, std::ostream* out) { *out << row.name; }
};

class EnvelopeReplyTolerance : public testing::TestWithParam<ToleratedReply> {};

TEST_P(EnvelopeReplyTolerance, IsThatOfOsloMessagingOrWider) {
  EXPECT_EQ(decode_reply(enveloped(GetParam().inner)), GetParam().reply);
  EXPECT_EQ(decode_reply(message_of(GetParam().inner)), GetParam().reply) << "bare";
}

Reply heard(std::shared_ptr<const json> result, bool ending) {
  return {.result = std::move(result), .ending = ending, .msg_id = "1"};
}

const auto seven = std::make_shared<const json>(7);

INSTANTIATE_TEST_SUITE_P(
    All, EnvelopeReplyTolerance,
    testing::Values(
        ToleratedReply{
            "no_msg_id", R"({"result":7,"failure":null,"ending":true})", {.result = seven}},
        ToleratedReply{"no_failure", R"({"result":7,"ending":true,"_msg_id":"1"})",
                       heard(seven, true)},
        ToleratedReply{"no_ending", R"({"result":7,"failure":null,"_msg_id":"1"})",
                       heard(seven, false)},
        ToleratedReply{"a_null_ending", R"({"result":7,"ending":null,"_msg_id":"1"})",
                       heard(seven, false)},
        ToleratedReply{"no_result", R"({"failure":null,"ending":true,"_msg_id":"1"})",
                       heard(nullptr, true)},
        ToleratedReply{"nothing", "{}", {.ending = false}},
        ToleratedReply{"an_empty_failure",
                       R"({"result":7,"failure":"","ending":true,"_msg_id":"1"})",
                       heard(seven, true)},
        ToleratedReply{"a_failure_and_a_result",
                       R"({"result":7,"failure":"{\"class\":\"E\"}","ending":true,"_msg_id":"1"})",
                       {.failure = Failure{.class_name = "E"}, .msg_id = "1"}},
        ToleratedReply{
            "an_empty_failure_object", R"({"failure":"{}","ending":true})", {.failure = Failure{}}},
        ToleratedReply{
            "nulls_in_a_failure",
            R"({"failure":"{\"class\":null,\"tb\":null,\"args\":null,\"kwargs\":null}","ending":true})",
            {.failure = Failure{}}},
        ToleratedReply{"unknown_keys", R"({"result":7,"ending":true,"_msg_id":"1","log":[]})",
                       heard(seven, true)}),
    [](const auto& instance) { return instance.param.name; });

class EnvelopeBadReply : public testing::TestWithParam<std::string> {};

TEST_P(EnvelopeBadReply, IsRefused) {
  EXPECT_THROW(std::ignore = decode_reply(enveloped(GetParam())), DecodeError);
  EXPECT_THROW(std::ignore = decode_reply(message_of(GetParam())), DecodeError);
}

INSTANTIATE_TEST_SUITE_P(
    All, EnvelopeBadReply,
    testing::Values(R"({"_msg_id":1,"ending":true})", R"({"_unique_id":[],"ending":true})",
                    R"({"ending":1})", R"({"ending":"true"})",
                    R"({"failure":{"class":"E"},"ending":true})", R"({"failure":0,"ending":true})",
                    R"({"failure":false,"ending":true})", R"({"failure":"oops","ending":true})",
                    R"({"failure":"[]","ending":true})", R"({"failure":"{\"class\":1}"})",
                    R"({"failure":"{\"module\":1}"})", R"({"failure":"{\"message\":1}"})",
                    R"({"failure":"{\"tb\":\"line\"}"})", R"({"failure":"{\"tb\":[1]}"})",
                    R"({"failure":"{\"args\":{}}"})", R"({"failure":"{\"kwargs\":[]}"})"));

}  // namespace
}  // namespace castaway
