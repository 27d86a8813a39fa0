// The bytes that oslo.messaging and RabbitMQ said to each other: every frame is read, and what is
// read from it is written as the same bytes again.

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "castaway/amqp/codec.h"

#include "frames_for_test.h"

namespace castaway::amqp {
namespace {

using nlohmann::json;

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// What one side of each connection said, in order; the protocol header left out.
std::vector<std::string> streams(const json& recording) {
  std::map<std::pair<int, std::string>, std::string> found;
  for (const json& frame : recording.at("frames")) {
    const std::string type = frame.at("type");
    if (type == "protocol-header" || type == "eof") continue;
    found[{frame.at("conn"), frame.at("from")}] += from_hex(frame.at("hex"));
  }
  std::vector<std::string> all;
  for (auto& [who, bytes] : found) all.push_back(std::move(bytes));
  return all;
}

TEST(GoldenFrames, AreReadAndWrittenAsTheSameBytes) {
  std::size_t methods = 0, headers = 0;
  std::set<std::string> names;
  const std::filesystem::path folder = CASTAWAY_SOURCE_DIR "/client/golden/oslo-14.0.3";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    for (const std::string& stream : streams(json::parse(file))) {
      for (const OwnedFrame& frame : frames_of(stream, 7)) {
        std::string again;
        if (frame.type == FrameType::method) {
          const Method method = decode_method(frame.payload);
          append_method(again, frame.channel, method);
          ++methods;
          names.insert(name_of(method));
        } else if (frame.type == FrameType::header) {
          append_content(again, frame.channel,
                         {.properties = decode_content_header(frame.payload).properties}, 4096);
          again.replace(11, 8, frame.payload, 4, 8);  // the size of the body
          ++headers;
        } else {
          continue;
        }
        EXPECT_EQ(frames_of(again).at(0).payload, frame.payload) << entry.path();
      }
    }
  }
  EXPECT_GT(methods, 1500U);
  EXPECT_GT(headers, 100U);
  EXPECT_THAT(names, testing::IsSupersetOf({"connection.start", "connection.tune-ok",
                                            "exchange.declare", "basic.return", "basic.cancel"}));
}

}  // namespace
}  // namespace castaway::amqp
