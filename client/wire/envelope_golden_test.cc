// What the real oslo.messaging 14.0.3 sent over a real RabbitMQ: we read it, and write the same
// again.
//
// The recordings lie in golden/oslo-14.0.3; its README says how they came about.

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

namespace castaway {
namespace {

using nlohmann::json;

const std::filesystem::path folder =
    std::filesystem::path(CASTAWAY_SOURCE_DIR) / "client/golden/oslo-14.0.3";

// ---- reading a recording -----------------------------------------------------------------------

/// A message as one side sent it, and what the recorder read in it.
struct Recorded {
  Message message = {};
  std::size_t size = 0;  ///< of the whole body
  json last_frame = {};
};

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

/// A frame without its type, channel, size and end octet.
/// Source: AMQP 0-9-1, 4.2.3.
std::string payload_of(const json& frame) {
  const std::string bytes = bytes_of(frame.at("hex"));
  return bytes.substr(7, bytes.size() - 8);
}

Properties properties_of(const json& recorded) {
  Properties properties = {.content_type = recorded.at("content-type"),
                           .content_encoding = recorded.at("content-encoding"),
                           .delivery_mode = recorded.at("delivery-mode"),
                           .priority = recorded.at("priority"),
                           .expiration = recorded.value("expiration", "")};
  for (const json& header : recorded.at("headers")) {
    EXPECT_EQ(header.at(1), "S");
    properties.headers[header.at(0)] = header.at(2).get<std::string>();
  }
  const std::vector<std::string> known = {"content-type", "content-encoding", "delivery-mode",
                                          "priority",     "expiration",       "headers"};
  for (const auto& [name, value] : recorded.items()) EXPECT_THAT(known, testing::Contains(name));
  return properties;
}

/// All contents of a recording, from either side, split ones put together.
std::vector<Recorded> messages_of(const std::string& name) {
  std::ifstream file(folder / (name + ".json"), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::map<std::tuple<int, int, std::string>, Recorded> open;
  std::vector<Recorded> complete;
  const json recording = parse_json(text);
  for (const json& frame : recording.at("frames")) {
    const std::string& type = frame.at("type").get_ref<const std::string&>();
    if (type != "header" && type != "body") continue;
    Recorded& content = open[{frame.at("conn"), frame.at("channel"), frame.at("from")}];
    if (type == "header") {
      content = {.message = {.properties = properties_of(frame.at("properties"))},
                 .size = frame.at("body-size")};
    } else {
      content.message.body += payload_of(frame);
      content.last_frame = frame;
      if (content.message.body.size() == content.size) complete.push_back(std::move(content));
    }
  }
  return complete;
}

// ---- comparing ---------------------------------------------------------------------------------

std::optional<Duration> expiration_of(const Properties& properties) {
  if (properties.expiration.empty()) return std::nullopt;
  return std::chrono::milliseconds(std::stoll(properties.expiration));
}

/// `ours` says what was recorded, in the same keys and with the same properties.
void expect_same(const Message& ours, const Recorded& recorded) {
  Properties properties = recorded.message.properties;
  properties.headers.erase("compression");  // read, never written
  EXPECT_EQ(ours.properties, properties);

  const json outer = parse_json(ours.body);
  EXPECT_EQ(outer.size(), 2U);
  EXPECT_EQ(outer.at("oslo.version"), recorded.last_frame.at("oslo_version"));
  json inner = parse_json(outer.at("oslo.message").get_ref<const std::string&>());
  json expected = recorded.last_frame.at("oslo_message");
  if (recorded.last_frame.contains("oslo_failure")) {
    // The failure is text, which Python spaces in another way; what it says must be equal.
    inner.at("failure") = parse_json(inner.at("failure").get_ref<const std::string&>());
    expected.at("failure") = recorded.last_frame.at("oslo_failure");
  }
  EXPECT_EQ(inner, expected);
}

struct GoldenCase {
  std::string name = {};
  int requests = 1;  ///< of publishers and of the broker together
  int replies = 0;
  friend void PrintTo(const GoldenCase& golden, std::ostream* out) { *out << golden.name; }
};

class EnvelopeGolden : public testing::TestWithParam<GoldenCase> {};

TEST_P(EnvelopeGolden, IsReadAndWrittenAgain) {
  int requests = 0;
  int replies = 0;
  for (const Recorded& recorded : messages_of(GetParam().name)) {
    SCOPED_TRACE("frame " + recorded.last_frame.at("seq").dump());
    if (recorded.last_frame.at("oslo_message").contains("method")) {
      ++requests;
      const Request request = decode_request(recorded.message);
      expect_same(encode(request, expiration_of(recorded.message.properties)), recorded);
    } else {
      ++replies;
      expect_same(encode(decode_reply(recorded.message)), recorded);
    }
  }
  EXPECT_EQ(requests, GetParam().requests);
  EXPECT_EQ(replies, GetParam().replies);
}

const std::vector<GoldenCase> golden_cases = {
    {.name = "call_auto_delete", .requests = 2, .replies = 2},
    {.name = "call_client_gone", .requests = 2, .replies = 10},
    {.name = "call_durable_queues", .requests = 2, .replies = 2},
    {.name = "call_exception_allowed", .requests = 2, .replies = 2},
    {.name = "call_exception_allowed_kwargs", .requests = 2, .replies = 2},
    {.name = "call_exception_builtin", .requests = 2, .replies = 2},
    {.name = "call_exception_expected", .requests = 2, .replies = 2},
    {.name = "call_exception_not_allowed", .requests = 2, .replies = 2},
    {.name = "call_gzip", .requests = 2, .replies = 2},
    {.name = "call_mandatory_unroutable", .requests = 2},
    {.name = "call_monitor_heartbeats", .requests = 2, .replies = 8},
    {.name = "call_namespace_version", .requests = 2, .replies = 2},
    {.name = "call_no_such_method", .requests = 2, .replies = 2},
    {.name = "call_other_exchange_cast_then_call", .requests = 2},
    {.name = "call_prefetch", .requests = 2, .replies = 2},
    {.name = "call_quorum_queues", .requests = 2, .replies = 2},
    {.name = "call_result", .requests = 2, .replies = 2},
    {.name = "call_result_none", .requests = 2, .replies = 2},
    {.name = "call_specific_server", .requests = 2, .replies = 2},
    {.name = "call_split_body", .requests = 2, .replies = 2},
    {.name = "call_timeout_no_server", .requests = 1},
    {.name = "call_timeout_slow_server", .requests = 2, .replies = 2},
    {.name = "call_twice", .requests = 4, .replies = 4},
    {.name = "call_unicode", .requests = 2, .replies = 2},
    {.name = "call_unsupported_namespace", .requests = 2, .replies = 2},
    {.name = "call_unsupported_version", .requests = 2, .replies = 2},
    {.name = "cast", .requests = 2},
    {.name = "cast_fanout", .requests = 3},
    {.name = "cast_specific_server", .requests = 2},
    {.name = "connection_forced", .requests = 4, .replies = 4},
    {.name = "idle_heartbeats", .requests = 4, .replies = 4},
};

INSTANTIATE_TEST_SUITE_P(Oslo, EnvelopeGolden, testing::ValuesIn(golden_cases),
                         [](const auto& instance) { return instance.param.name; });

// ---- the recordings that hold no request and no reply ------------------------------------------

TEST(EnvelopeGolden, ADeclarationThatIsRefusedCarriesNoMessage) {
  EXPECT_THAT(messages_of("declare_mismatch"), testing::IsEmpty());
}

/// A notification has neither a method nor a result: no server could make sense of it.
class EnvelopeGoldenNotification : public testing::TestWithParam<std::string> {};

TEST_P(EnvelopeGoldenNotification, IsNoRequest) {
  const std::vector<Recorded> messages = messages_of(GetParam());
  EXPECT_EQ(messages.size(), 2U);
  for (const Recorded& recorded : messages) {
    EXPECT_THROW(std::ignore = decode_request(recorded.message), MalformedRequest);
  }
}

INSTANTIATE_TEST_SUITE_P(Oslo, EnvelopeGoldenNotification,
                         testing::Values("notify_v1", "notify_v2"),
                         [](const auto& instance) { return instance.param; });

TEST(EnvelopeGolden, NoRecordingIsLeftOut) {
  std::vector<std::string> expected = {"declare_mismatch", "notify_v1", "notify_v2"};
  for (const GoldenCase& golden : golden_cases) expected.push_back(golden.name);
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") found.push_back(entry.path().stem());
  }
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected));
}

}  // namespace
}  // namespace castaway
