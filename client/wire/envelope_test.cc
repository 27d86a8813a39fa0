#include "castaway/envelope.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "envelope_for_test.h"

namespace castaway {
namespace {

using nlohmann::json;

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

TEST(Envelope, WhatIsNotGivenIsLeftOut) {
  EXPECT_EQ(inner_of(encode({.method = "refresh"}, std::nullopt)),
            (json{{"method", "refresh"}, {"args", json::object()}}));
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

TEST(Envelope, ACallMonitorTimeoutSurvivesToTheNanosecond) {
  Request request = a_call();
  for (std::int64_t count = 1; count < Duration::max().count() / 7; count = count * 7 + 3) {
    for (const std::int64_t sign : {1, -1}) {
      request.call_monitor_timeout = Duration(sign * count);
      // What a double makes of it may be another duration, but that one stays as it is.
      const Request once = decode_request(encode(request, 10s));
      const Request twice = decode_request(encode(once, 10s));
      EXPECT_EQ(twice.call_monitor_timeout, once.call_monitor_timeout) << count;
      if (count < std::int64_t{1} << 53) {
        EXPECT_EQ(once, request) << count;
      }
    }
  }
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

// ---- bodies that are refused -------------------------------------------------------------------

TEST(Envelope, OnlyVersionsThatAreCompatibleWithTwoPointZeroAreRead) {
  const std::string inner = R"({"method":"m"})";
  EXPECT_EQ(refusal_of(enveloped(inner, "2.0")), "none");
  EXPECT_EQ(refusal_of(enveloped(inner, "2.0.0")), "none");
  for (const char* version : {"2.1", "1.9", "3.0", "2.0.1", "2", "", "two"}) {
    EXPECT_EQ(refusal_of(enveloped(inner, version)), "an envelope of a version other than 2.0")
        << version;
  }
  EXPECT_EQ(refusal_of(message_of(R"({"oslo.version":2.0,"oslo.message":"{}"})")),
            "an envelope of a version other than 2.0");
}

TEST(Envelope, WhatIsNoObjectIsRefused) {
  EXPECT_EQ(refusal_of(message_of("[]")), "expected a JSON object, got array");
  EXPECT_EQ(refusal_of(message_of("null")), "expected a JSON object, got null");
  EXPECT_EQ(refusal_of(message_of("")), "no JSON at offset 0: expected a value");
  EXPECT_EQ(refusal_of(message_of("(dp0\nS'method'\np1\n")),
            "no JSON at offset 0: expected a value");
  EXPECT_EQ(refusal_of(enveloped("[]")), "expected a JSON object, got array");
  EXPECT_EQ(refusal_of(enveloped("{")), "no JSON at offset 1: expected a key");
  EXPECT_EQ(refusal_of(message_of(R"({"oslo.version":"2.0","oslo.message":{"method":"m"}})")),
            "\"oslo.message\" is not text");
}

TEST(Envelope, IdsOfAWrongTypeAreRefused) {
  for (const std::string key : {"_msg_id", "_reply_q", "_unique_id"}) {
    for (const std::string value : {"1", "true", "[]", "{}"}) {
      const std::string last = ",\"" + key + "\":" + value + "}";
      EXPECT_EQ(refusal_of(enveloped(R"({"method":"m","_msg_id":"1")" + last)),
                '"' + key + "\" is not text");
    }
  }
}

TEST(Envelope, OnlyJsonInUtf8IsRead) {
  const auto with = [](std::string type, std::string encoding) {
    Message message = message_of(R"({"method":"m"})");
    message.properties.content_type = std::move(type);
    message.properties.content_encoding = std::move(encoding);
    return refusal_of(message);
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

// ---- ids ---------------------------------------------------------------------------------------

TEST(Envelope, AnIdHasTheShapeOfARandomUuid) {
  EXPECT_EQ(make_id(0, 0), "00000000000040008000000000000000");
  EXPECT_EQ(make_id(~std::uint64_t{0}, ~std::uint64_t{0}), "ffffffffffff4fffbfffffffffffffff");
  EXPECT_EQ(make_id(0x6d14c5b835174fee, 0x93d70cd629fbe95c), "6d14c5b835174fee93d70cd629fbe95c");
}

}  // namespace
}  // namespace castaway
