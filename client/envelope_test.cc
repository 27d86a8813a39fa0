#include "castaway/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>

namespace castaway {
namespace {

using nlohmann::json;

const std::string call_id = "6d14c5b835174fee93d70cd629fbe95c";
const std::string own_id = "f6ef38183f414bbebd0f86bc81542391";

Request a_call() {
  return {.method = "echo",
          .args = {{"n", 1}, {"list", {true, nullptr, "y"}}},
          .namespace_ = "baseapi",
          .version = "1.3",
          .context = {{"user", "admin"}, {"roles", {"member"}}},
          .msg_id = call_id,
          .reply_q = "reply_1",
          .call_monitor_timeout = 2s,
          .unique_id = own_id};
}

json inner_of(const Message& message) {
  return parse_json(parse_json(message.body).at("oslo.message").get_ref<const std::string&>());
}

/// A message with the properties that ours have, and this body.
Message message_of(std::string body) {
  return {.properties = {.content_type = "application/json", .content_encoding = "utf-8"},
          .body = std::move(body)};
}

/// The same with this inner object in an envelope.
Message enveloped(const std::string& inner, const std::string& version = "2.0") {
  return message_of(json{{"oslo.version", version}, {"oslo.message", inner}}.dump());
}

std::string refusal(const Message& message) {
  try {
    std::ignore = decode_request(message);
  } catch (const MalformedRequest& error) {
    return std::string("malformed: ") + error.what();
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "none";
}

// ---- a request as bytes ------------------------------------------------------------------------

TEST(Envelope, ACallIsWrittenInTheKeysAndTheOrderOfOsloMessaging) {
  EXPECT_EQ(encode(a_call(), 10s).body,
            R"({"oslo.version":"2.0","oslo.message":"{\"method\":\"echo\",)"
            R"(\"args\":{\"list\":[true,null,\"y\"],\"n\":1},)"
            R"(\"namespace\":\"baseapi\",\"version\":\"1.3\",)"
            R"(\"_msg_id\":\"6d14c5b835174fee93d70cd629fbe95c\",\"_reply_q\":\"reply_1\",)"
            R"(\"_timeout\":2,\"_unique_id\":\"f6ef38183f414bbebd0f86bc81542391\",)"
            R"(\"_context_roles\":[\"member\"],\"_context_user\":\"admin\"}"})");
}

TEST(Envelope, ACastSaysNothingOfAReply) {
  const Message message = encode({.method = "refresh", .unique_id = own_id}, std::nullopt);
  EXPECT_EQ(inner_of(message),
            (json{{"method", "refresh"}, {"args", json::object()}, {"_unique_id", own_id}}));
}

TEST(Envelope, ACallThatIsNotMonitoredSaysSo) {
  Request request = a_call();
  request.call_monitor_timeout = std::nullopt;
  EXPECT_EQ(inner_of(encode(request, 10s)).at("_timeout"), nullptr);
}

TEST(Envelope, TheCallMonitorTimeoutIsInSeconds) {
  const auto written = [](Duration timeout) {
    Request request = a_call();
    request.call_monitor_timeout = timeout;
    return inner_of(encode(request, 10s)).at("_timeout").dump();
  };
  EXPECT_EQ(written(0s), "0");
  EXPECT_EQ(written(1h), "3600");
  EXPECT_EQ(written(1500ms), "1.5");
  EXPECT_EQ(written(1ns), "1e-09");
  EXPECT_EQ(written(-2500ms), "-2.5");
  EXPECT_EQ(decode_request(encode(a_call(), 10s)).call_monitor_timeout, Duration(2s));
}

TEST(Envelope, PropertiesAreThoseThatOsloMessagingGives) {
  const Properties expected = {.content_type = "application/json",
                               .content_encoding = "utf-8",
                               .headers = {},
                               .delivery_mode = 2,
                               .priority = 0,
                               .expiration = "10000"};
  EXPECT_EQ(encode(a_call(), 10s).properties, expected);
}

TEST(Envelope, AnExpirationIsInWholeMillisecondsRoundedDown) {
  const auto expiration = [](std::optional<Duration> length) {
    return encode(a_call(), length).properties.expiration;
  };
  EXPECT_EQ(expiration(std::nullopt), "");
  EXPECT_EQ(expiration(0s), "0");
  EXPECT_EQ(expiration(1'999'999ns), "1");
  EXPECT_EQ(expiration(999'999ns), "0");
  EXPECT_EQ(expiration(-1s), "0");
  EXPECT_EQ(expiration(Duration::max()), "9223372036854");
}

TEST(Envelope, TextThatIsNotUtf8IsRefused) {
  Request request = a_call();
  request.method = "caf\xe9";
  EXPECT_THROW(std::ignore = encode(request, 10s), EncodeError);
  request = a_call();
  request.reply_q = "\xff";
  EXPECT_THROW(std::ignore = encode(request, 10s), EncodeError);
  EXPECT_THROW(std::ignore = encode(Reply{.msg_id = "\xff"}), EncodeError);
}

TEST(Envelope, AMessageThatIsTooLargeIsRefused) {
  const Object args({{"text", std::string(max_body_size - 20, 'x')}});
  EXPECT_THROW(std::ignore = encode({.method = "echo", .args = args}, std::nullopt), EncodeError);
}

// ---- a request read back -----------------------------------------------------------------------

TEST(Envelope, ARequestSurvivesTheRoundTrip) {
  EXPECT_EQ(decode_request(encode(a_call(), 10s)), a_call());
  const Request cast{.method = "refresh", .context = {{"", 1}, {"_context_x", 2}}};
  EXPECT_EQ(decode_request(encode(cast, std::nullopt)), cast);
}

TEST(Envelope, AContextEntryNamedLikeOneOfOursIsJustAnEntry) {
  Request request = a_call();
  request.context =
      Object({{"msg_id", 1}, {"reply_q", 2}, {"client_timeout", 3}, {"method", 4}, {"args", 5}});
  EXPECT_EQ(decode_request(encode(request, 10s)), request);
}

TEST(Envelope, TheDeepestObjectThatCanBeMadeCanBeReadBack) {
  json deepest = json::object();
  for (int i = 1; i < max_json_depth; ++i) {
    json outer = json::object();
    outer["a"] = std::move(deepest);
    deepest = std::move(outer);
  }
  const Request request{.method = "echo", .args = Object(deepest), .context = Object(deepest)};
  EXPECT_EQ(decode_request(encode(request, std::nullopt)), request);
  const Reply reply{.result = std::make_shared<json>(deepest), .msg_id = call_id};
  EXPECT_EQ(decode_reply(encode(reply)), reply);
}

TEST(Envelope, AContextThatIsDeeperThanAnyObjectIsRefused) {
  const std::string open(max_json_depth, '[');
  const std::string close(max_json_depth, ']');
  EXPECT_THAT(refusal(enveloped(R"({"method":"m","_context_a":)" + open + close + "}")),
              testing::StartsWith("a context that cannot be passed on: "));
  EXPECT_THAT(refusal(enveloped(R"({"method":"m","args":{"a":)" + open + close + "}}")),
              testing::HasSubstr("more than 129 levels"));
}

struct Tolerated {
  std::string name = {};
  std::string inner = {};
  Request request = {};
  friend void PrintTo(const Tolerated& row, std::ostream* out) { *out << row.name; }
};

class EnvelopeTolerance : public testing::TestWithParam<Tolerated> {};

TEST_P(EnvelopeTolerance, IsThatOfOsloMessaging) {
  EXPECT_EQ(decode_request(enveloped(GetParam().inner)), GetParam().request);
  EXPECT_EQ(decode_request(message_of(GetParam().inner)), GetParam().request) << "bare";
}

INSTANTIATE_TEST_SUITE_P(
    Request, EnvelopeTolerance,
    testing::Values(
        Tolerated{"only_a_method", R"({"method":"m"})", {.method = "m"}},
        Tolerated{"unknown_keys", R"({"method":"m","_colour":1,"x":[]})", {.method = "m"}},
        Tolerated{"no_unique_id",
                  R"({"method":"m","args":{},"_msg_id":"1","_reply_q":"q","_timeout":null})",
                  {.method = "m", .msg_id = "1", .reply_q = "q"}},
        Tolerated{"no_args", R"({"method":"m","_unique_id":"u"})", {.method = "m", .unique_id = "u"}},
        Tolerated{"no_reply_q", R"({"method":"m","_msg_id":"1"})", {.method = "m", .msg_id = "1"}},
        Tolerated{"no_msg_id", R"({"method":"m","_reply_q":"q","_timeout":2})", {.method = "m"}},
        Tolerated{"nulls",
                  R"({"method":"m","namespace":null,"version":null,"_msg_id":null,)"
                  R"("_reply_q":null,"_unique_id":null,"_timeout":null})",
                  {.method = "m"}},
        Tolerated{"a_null_in_the_context",
                  R"({"method":"m","_context_a":null})",
                  {.method = "m", .context = {{"a", nullptr}}}},
        Tolerated{"half_an_envelope",
                  R"({"oslo.version":"9.9","method":"m"})",
                  {.method = "m"}},
        Tolerated{"a_timeout_in_fractions",
                  R"({"method":"m","_msg_id":"1","_timeout":0.1})",
                  {.method = "m", .msg_id = "1", .call_monitor_timeout = 100ms}},
        Tolerated{"a_negative_timeout",
                  R"({"method":"m","_msg_id":"1","_timeout":-3})",
                  {.method = "m", .msg_id = "1", .call_monitor_timeout = -3s}},
        Tolerated{"the_longest_timeout",
                  R"({"method":"m","_msg_id":"1","_timeout":9223372036})",
                  {.method = "m", .msg_id = "1", .call_monitor_timeout = 9'223'372'036s}},
        Tolerated{"repeated_keys",
                  R"({"method":"a","args":{"n":1},"method":"m","args":{}})",
                  {.method = "m"}}),
    [](const auto& instance) { return instance.param.name; });

// ---- requests that are refused, but answered ---------------------------------------------------

struct Malformed {
  std::string inner = {};
  std::string python_type = {};
  std::string why = {};
  friend void PrintTo(const Malformed& row, std::ostream* out) { *out << row.inner; }
};

class EnvelopeMalformedRequest : public testing::TestWithParam<Malformed> {};

TEST_P(EnvelopeMalformedRequest, SaysWhoAsksAndWhatToAnswer) {
  const std::string ids = R"(,"_msg_id":"1","_reply_q":"q","_unique_id":"u","_context_a":1})";
  std::string inner = GetParam().inner;
  inner.replace(inner.size() - 1, 1, ids);
  try {
    std::ignore = decode_request(enveloped(inner));
    FAIL() << "it was taken for a request";
  } catch (const MalformedRequest& error) {
    EXPECT_EQ(error.failure(), (Failure{.class_name = GetParam().python_type,
                                        .module = "builtins",
                                        .message = GetParam().why}));
    EXPECT_EQ(error.what(), GetParam().why);
    EXPECT_EQ(error.request().msg_id, "1");
    EXPECT_EQ(error.request().reply_q, "q");
    EXPECT_EQ(error.request().unique_id, "u");
    EXPECT_EQ(error.request().context, Object({{"a", 1}}));
  }
}

const std::string no_timeout = "\"_timeout\" is no number of seconds";

INSTANTIATE_TEST_SUITE_P(
    All, EnvelopeMalformedRequest,
    testing::Values(
        Malformed{R"({"args":{}})", "TypeError", "no \"method\""},
        Malformed{R"({"method":null})", "TypeError", "no \"method\""},
        Malformed{R"({"method":""})", "TypeError", "no \"method\""},
        Malformed{R"({"method":5})", "TypeError", "\"method\" is not text"},
        Malformed{R"({"method":"m","args":null})", "AttributeError", "\"args\" is no object"},
        Malformed{R"({"method":"m","args":[1]})", "AttributeError", "\"args\" is no object"},
        Malformed{R"({"method":"m","args":"n=1"})", "AttributeError", "\"args\" is no object"},
        Malformed{R"({"method":"m","namespace":1})", "TypeError", "\"namespace\" is not text"},
        Malformed{R"({"method":"m","version":1.0})", "TypeError", "\"version\" is not text"},
        Malformed{R"({"method":"m","_timeout":"2"})", "TypeError", no_timeout},
        Malformed{R"({"method":"m","_timeout":true})", "TypeError", no_timeout},
        Malformed{R"({"method":"m","_timeout":1e300})", "TypeError", no_timeout},
        Malformed{R"({"method":"m","_timeout":9223372037})", "TypeError", no_timeout},
        Malformed{R"({"method":"m","_timeout":-9223372037})", "TypeError", no_timeout},
        Malformed{R"({"method":"m","_timeout":18446744073709551615})", "TypeError", no_timeout}));

// ---- bodies that are refused -------------------------------------------------------------------

TEST(Envelope, OnlyVersionsThatAreCompatibleWithTwoPointZeroAreRead) {
  const std::string inner = R"({"method":"m"})";
  EXPECT_EQ(refusal(enveloped(inner, "2.0")), "none");
  EXPECT_EQ(refusal(enveloped(inner, "2.0.0")), "none");
  for (const char* version : {"2.1", "1.9", "3.0", "2.0.1", "2", "", "two"}) {
    EXPECT_EQ(refusal(enveloped(inner, version)), "an envelope of a version other than 2.0")
        << version;
  }
  EXPECT_EQ(refusal(message_of(R"({"oslo.version":2.0,"oslo.message":"{}"})")),
            "an envelope of a version other than 2.0");
}

TEST(Envelope, WhatIsNoObjectIsRefused) {
  EXPECT_EQ(refusal(message_of("[]")), "expected a JSON object, got array");
  EXPECT_EQ(refusal(message_of("null")), "expected a JSON object, got null");
  EXPECT_EQ(refusal(message_of("")), "no JSON at offset 0: expected a value");
  EXPECT_EQ(refusal(message_of("(dp0\nS'method'\np1\n")), "no JSON at offset 0: expected a value");
  EXPECT_EQ(refusal(enveloped("[]")), "expected a JSON object, got array");
  EXPECT_EQ(refusal(enveloped("{")), "no JSON at offset 1: expected a key");
  EXPECT_EQ(refusal(message_of(R"({"oslo.version":"2.0","oslo.message":{"method":"m"}})")),
            "\"oslo.message\" is not text");
}

TEST(Envelope, IdsOfAWrongTypeAreRefused) {
  for (const std::string key : {"_msg_id", "_reply_q", "_unique_id"}) {
    for (const std::string value : {"1", "true", "[]", "{}"}) {
      const std::string last = ",\"" + key + "\":" + value + "}";
      EXPECT_EQ(refusal(enveloped(R"({"method":"m","_msg_id":"1")" + last)),
                '"' + key + "\" is not text");
    }
  }
}

TEST(Envelope, OnlyJsonInUtf8IsRead) {
  const auto with = [](std::string type, std::string encoding) {
    Message message = message_of(R"({"method":"m"})");
    message.properties.content_type = std::move(type);
    message.properties.content_encoding = std::move(encoding);
    return refusal(message);
  };
  EXPECT_EQ(with("application/json", "utf-8"), "none");
  EXPECT_EQ(with("application/json", "UTF-8"), "none");
  EXPECT_EQ(with("application/json", "binary"), "none");
  EXPECT_EQ(with("application/json", ""), "none");
  EXPECT_EQ(with("application/json", "latin-1"), "content encoding \"latin-1\" is not utf-8");
  EXPECT_EQ(with("", "utf-8"), "content type \"\" is not application/json");
  EXPECT_EQ(with("text/plain", "utf-8"), "content type \"text/plain\" is not application/json");
  EXPECT_EQ(with("application/x-python-serialize", "binary"),
            "content type \"application/x-python-serialize\" is not application/json");
}

// ---- replies -----------------------------------------------------------------------------------

TEST(Envelope, AReplyIsWrittenInTheKeysAndTheOrderOfOsloMessaging) {
  const Reply reply{.result = std::make_shared<json>(json{{"n", 1}}),
                    .msg_id = call_id,
                    .unique_id = own_id};
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
  EXPECT_THROW(std::ignore = encode(Reply{.failure = Failure{.kwargs = shared(list)}}), EncodeError);
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
        ToleratedReply{"no_msg_id", R"({"result":7,"failure":null,"ending":true})", {.result = seven}},
        ToleratedReply{"no_failure", R"({"result":7,"ending":true,"_msg_id":"1"})", heard(seven, true)},
        ToleratedReply{"no_ending", R"({"result":7,"failure":null,"_msg_id":"1"})", heard(seven, false)},
        ToleratedReply{"a_null_ending", R"({"result":7,"ending":null,"_msg_id":"1"})", heard(seven, false)},
        ToleratedReply{"no_result", R"({"failure":null,"ending":true,"_msg_id":"1"})", heard(nullptr, true)},
        ToleratedReply{"nothing", "{}", {.ending = false}},
        ToleratedReply{"an_empty_failure", R"({"result":7,"failure":"","ending":true,"_msg_id":"1"})", heard(seven, true)},
        ToleratedReply{"a_failure_and_a_result",
                       R"({"result":7,"failure":"{\"class\":\"E\"}","ending":true,"_msg_id":"1"})",
                       {.failure = Failure{.class_name = "E"}, .msg_id = "1"}},
        ToleratedReply{"an_empty_failure_object", R"({"failure":"{}","ending":true})", {.failure = Failure{}}},
        ToleratedReply{"nulls_in_a_failure",
                       R"({"failure":"{\"class\":null,\"tb\":null,\"args\":null,\"kwargs\":null}","ending":true})",
                       {.failure = Failure{}}},
        ToleratedReply{"unknown_keys", R"({"result":7,"ending":true,"_msg_id":"1","log":[]})", heard(seven, true)}),
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

// ---- ids ---------------------------------------------------------------------------------------

TEST(Envelope, AnIdHasTheShapeOfARandomUuid) {
  EXPECT_EQ(make_id(0, 0), "00000000000040008000000000000000");
  EXPECT_EQ(make_id(~std::uint64_t{0}, ~std::uint64_t{0}), "ffffffffffff4fffbfffffffffffffff");
  EXPECT_EQ(make_id(0x6d14c5b835174fee, 0x93d70cd629fbe95c), "6d14c5b835174fee93d70cd629fbe95c");
}

}  // namespace
}  // namespace castaway
