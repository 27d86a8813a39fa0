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
  EXPECT_THAT(refusal_of(enveloped(R"({"method":"m","_context_a":)" + open + close + "}")),
              testing::StartsWith("a context that cannot be passed on: "));
  EXPECT_THAT(refusal_of(enveloped(R"({"method":"m","args":{"a":)" + open + close + "}}")),
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
        Tolerated{
            "no_args", R"({"method":"m","_unique_id":"u"})", {.method = "m", .unique_id = "u"}},
        Tolerated{"no_reply_q", R"({"method":"m","_msg_id":"1"})", {.method = "m", .msg_id = "1"}},
        Tolerated{"no_msg_id", R"({"method":"m","_reply_q":"q","_timeout":2})", {.method = "m"}},
        Tolerated{"nulls",
                  R"({"method":"m","namespace":null,"version":null,"_msg_id":null,)"
                  R"("_reply_q":null,"_unique_id":null,"_timeout":null})",
                  {.method = "m"}},
        Tolerated{"a_null_in_the_context",
                  R"({"method":"m","_context_a":null})",
                  {.method = "m", .context = {{"a", nullptr}}}},
        Tolerated{"half_an_envelope", R"({"oslo.version":"9.9","method":"m"})", {.method = "m"}},
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

TEST(EnvelopeRequest, HasIdsOfAtMost1024Bytes) {
  for (const std::string key : {"_msg_id", "_unique_id"}) {
    const auto refusal = [&key](std::size_t size) {
      return refusal_of(
          enveloped(R"({"method":"m",")" + key + R"(":")" + std::string(size, 'x') + R"("})"));
    };
    EXPECT_EQ(refusal(1024), "none") << key;
    EXPECT_EQ(refusal(1025), '"' + key + "\" has 1025 bytes");
  }
}

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

}  // namespace
}  // namespace castaway
