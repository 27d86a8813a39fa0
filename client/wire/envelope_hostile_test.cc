// Bytes from someone who means harm, or from a bad line: they are refused or read, and nothing else
// happens.

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

#include "damage_for_test.h"
#include "deflate_for_test.h"
#include "envelope_body.h"
#include "envelope_for_test.h"

namespace castaway {
namespace {

using nlohmann::json;

Message compressed(Message message) {
  message.body = deflate(message.body);
  message.properties.headers["compression"] = "application/x-gzip";
  return message;
}

Message spoilable_call() {
  return encode({.method = "echo",
                 .args = {{"n", -12.5}, {"é", {true, nullptr, "y\n"}}},
                 .version = "1.3",
                 .context = {{"user", "admin"}},
                 .msg_id = make_id(1, 2),
                 .reply_q = "reply_" + make_id(3, 4),
                 .call_monitor_timeout = 2s,
                 .unique_id = make_id(5, 6)},
                10s);
}

Message a_failure() {
  return encode(Reply{.failure = Failure{.class_name = "QuotaExceeded",
                                         .module = "nova.exception",
                                         .message = "\"3\" exceeded",
                                         .traceback = {"Traceback:\n", "  File \"q.py\"\n"},
                                         .args = std::make_shared<json>(json{3, "é"})},
                      .msg_id = make_id(1, 2),
                      .unique_id = make_id(7, 8)});
}

enum class Reading { refused, request, reply };

/// Reads it both ways; whatever was understood can be written, and means the same when it is read
/// again.
std::vector<Reading> read(const Message& message) {
  std::vector<Reading> readings;
  try {
    const Request request = decode_request(message);
    EXPECT_EQ(decode_request(encode(request, std::nullopt)), request) << message.body;
    readings.push_back(Reading::request);
  } catch (const DecodeError& error) {
    EXPECT_STRNE(error.what(), "");
  }
  try {
    const Reply reply = decode_reply(message);
    EXPECT_EQ(decode_reply(encode(reply)), reply) << message.body;
    readings.push_back(Reading::reply);
  } catch (const DecodeError& error) {
    EXPECT_STRNE(error.what(), "");
  }
  if (readings.empty()) readings.push_back(Reading::refused);
  return readings;
}

// ---- cut short ---------------------------------------------------------------------------------

class HostileCut : public testing::TestWithParam<Message> {};

TEST_P(HostileCut, ABodyThatIsCutShortAnywhereIsRefused) {
  Message message = GetParam();
  EXPECT_THAT(read(message), testing::Not(testing::Contains(Reading::refused)));
  while (!message.body.empty()) {
    message.body.pop_back();
    EXPECT_THAT(read(message), testing::ElementsAre(Reading::refused)) << message.body.size();
  }
}

TEST_P(HostileCut, AnInnerObjectThatIsCutShortAnywhereIsRefused) {
  Message message = GetParam();
  if (!message.properties.headers.empty()) message.body = inflate(message.body, max_body_size);
  message.properties.headers.clear();
  json outer = parse_json(message.body);
  auto& inner = outer.at("oslo.message").get_ref<std::string&>();
  while (!inner.empty()) {
    inner.pop_back();
    message.body = outer.dump(-1, ' ', false, json::error_handler_t::ignore);
    EXPECT_THAT(read(message), testing::ElementsAre(Reading::refused)) << inner;
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostileCut,
                         testing::Values(spoilable_call(), a_failure(),
                                         compressed(spoilable_call()), compressed(a_failure())));

// ---- spoiled -----------------------------------------------------------------------------------

TEST(Hostile, TenThousandSpoiledBodiesAreReadOrRefused) {
  const std::vector<Message> whole = {spoilable_call(), a_failure(), compressed(spoilable_call())};
  Damage damage(19700101);
  int refused = 0;
  constexpr int runs = 10'000;
  for (int run = 0; run < runs; ++run) {
    Message message = whole[damage.below(whole.size())];
    for (std::size_t spots = damage.below(4) + 1; spots > 0; --spots) {
      message.body = damage.flip_a_bit(std::move(message.body));
    }
    if (read(message).front() == Reading::refused) ++refused;
  }
  EXPECT_GT(refused, runs / 2);
  EXPECT_LT(refused, runs);
}

TEST(Hostile, TenThousandSpoiledInnerObjectsAreReadOrRefused) {
  const std::vector<Message> whole = {spoilable_call(), a_failure()};
  Damage damage(19700102);
  int refused = 0;
  constexpr int runs = 10'000;
  for (int run = 0; run < runs; ++run) {
    Message message = whole[damage.below(whole.size())];
    const json outer = parse_json(message.body);
    message.body = outer.at("oslo.message").get_ref<const std::string&>();  // sent bare
    message.body = damage.put_in_a_token(damage.put_in_a_token(std::move(message.body)));
    if (read(message).front() == Reading::refused) ++refused;
  }
  EXPECT_GT(refused, runs / 2);
  EXPECT_LT(refused, runs);
}

// ---- large -------------------------------------------------------------------------------------

TEST(Hostile, ABodyThatIsTooLargeIsRefused) {
  Message message = spoilable_call();
  message.body.append(max_body_size + 1 - message.body.size(), ' ');
  EXPECT_EQ(refusal_of(message), "a body of more than 67108864 bytes");
  message.body.pop_back();
  EXPECT_EQ(refusal_of(message), "none");
}

TEST(Hostile, ABodyThatInflatesTooFarIsRefused) {
  Message message = spoilable_call();
  const std::string body = message.body;
  message.body.append(max_body_size - message.body.size(), ' ');
  EXPECT_EQ(refusal_of(compressed(message)), "none");
  message.body += ' ';
  EXPECT_EQ(refusal_of(compressed(message)), "a body inflates to more than 67108864 bytes");
}

TEST(Hostile, DepthIsRefusedInEveryLayer) {
  const std::string deep(1'000'000, '[');
  Message message = spoilable_call();
  message.body = deep;
  EXPECT_THAT(refusal_of(message), testing::HasSubstr("more than 129 levels"));
  message.body = json{{"oslo.version", "2.0"}, {"oslo.message", deep}}.dump();
  EXPECT_THAT(refusal_of(message), testing::HasSubstr("more than 129 levels"));
  message.body = json{{"failure", deep}, {"ending", true}}.dump();
  EXPECT_THROW(std::ignore = decode_reply(message), DecodeError);
}

TEST(Hostile, OnlyTheCompressionThatIsKnownIsRead) {
  Message message = compressed(spoilable_call());
  message.properties.headers["compression"] = "application/x-bz2";
  EXPECT_EQ(refusal_of(message), "an unknown compression");
  message.properties.headers["compression"] = true;
  EXPECT_EQ(refusal_of(message), "an unknown compression");
  message.properties.headers.clear();
  EXPECT_EQ(refusal_of(message), "no JSON at offset 0: expected a value");
  message = spoilable_call();
  message.properties.headers["compression"] = "application/x-gzip";
  EXPECT_EQ(refusal_of(message), "a compressed body is damaged or cut short");
}

}  // namespace
}  // namespace castaway
