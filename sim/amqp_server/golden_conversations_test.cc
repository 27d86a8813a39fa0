// The recorded conversations of oslo.messaging with a RabbitMQ 3.10.8, once more with a session for
// each connection: what the clients said is said to the simulated broker, in the recorded order and
// at the recorded times, and the answer to each connection has to be the same bytes.
//
// Every recording is compared, heartbeats included. What differs, or is done by the test:
// - connection.start has a key of our own among the server's properties;
// - RabbitMQ tells a consumer that its queue was deleted after it has answered who deleted it, the
//   model before;
// - what an operator did: see act_as_operator().

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "session_world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

const std::filesystem::path folder = CASTAWAY_SOURCE_DIR "/client/golden/oslo-14.0.3";

std::vector<std::string> recordings() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

json recording(const std::string& name) {
  std::ifstream file(folder / (name + ".json"));
  return json::parse(file);
}

/// What the recorded RabbitMQ proposed.
SessionSettings settings_of(const json& recorded) {
  SessionSettings settings{.cluster_name = "golden"};
  for (const json& frame : recorded.at("frames")) {
    if (frame.value("method", "") != "connection.tune") continue;
    const json& tune = frame.at("args");
    settings.channel_max = tune.at("channel-max");
    settings.frame_max = tune.at("frame-max");
    settings.heartbeat = tune.at("heartbeat");
  }
  return settings;
}

/// Each frame as a line for people, and its bytes.
std::vector<std::string> comparable(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const ServerFrame& frame : frames_of_server(without_our_key(bytes)))
    lines.push_back(line_of(frame) + " " + to_hex(frame.payload));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i - 1].starts_with("1 basic.cancel ") && lines[i].starts_with("1 queue.delete-ok "))
      std::swap(lines[i - 1], lines[i]);
  }
  return lines;
}

class Replay final {
 public:
  explicit Replay(const std::string& name) : recorded_(recording(name)), case_(name) {}

  void run() {
    if (case_ == "declare_mismatch") {
      SessionClient& harness = world_.connect("harness");
      harness.log_in();
      harness.say(1, amqp::ChannelOpen());
      harness.say(1, amqp::ExchangeDeclare{.exchange = "openstack", .type = "topic"});
    }
    for (const json& frame : recorded_.at("frames")) {
      const int connection = frame.at("conn");
      if (frame.at("from") == "client") {
        play(connection, frame);
      } else if (frame.at("type") != "eof") {
        from_rabbit_[connection] += from_hex(frame.at("hex"));
      }
      act_as_operator(connection, frame);
    }
  }

  void compare() {
    for (const auto& [connection, client] : clients_) {
      EXPECT_EQ(comparable(client->bytes()), comparable(from_rabbit_[connection]))
          << "connection " << connection;
    }
  }

 private:
  void play(int connection, const json& frame) {
    const TimePoint when(std::chrono::milliseconds(frame.at("ms").get<int>()));
    if (when > world_.now()) world_.pass(when - world_.now());
    SessionClient*& client = clients_[connection];
    if (client == nullptr) {
      const std::string process = recorded_.at("connections")[connection].at("process");
      client = &world_.connect(process);
    }
    if (frame.at("type") == "eof") return client->session().ended();
    client->send(from_hex(frame.at("hex")));
  }

  void act_as_operator(int connection, const json& frame) {
    const bool client_is_gone = case_ == "call_client_gone" && frame.at("type") == "eof" &&
                                recorded_.at("connections")[connection].at("process") == "client";
    if (client_is_gone) {
      for (const std::string& queue : world_.broker().queues()) {
        if (queue.starts_with("reply_")) world_.broker().delete_queue(queue, world_.now());
      }
    }
    if (frame.at("from") == "broker" && frame.value("method", "") == "connection.close") {
      const json& args = frame.at("args");
      clients_.at(connection)->force_close({args.at("reply-code"), args.at("reply-text"), 0, 0});
    }
  }

  const json recorded_;
  const std::string case_;
  SessionWorld world_{settings_of(recorded_)};
  std::map<int, SessionClient*> clients_ = {};
  std::map<int, std::string> from_rabbit_ = {};
};

class GoldenConversation : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenConversation, IsTheSameWithASession) {
  Replay replay(GetParam());
  replay.run();
  replay.compare();
}

INSTANTIATE_TEST_SUITE_P(Oslo, GoldenConversation, ::testing::ValuesIn(recordings()),
                         [](const auto& each) { return each.param; });

TEST(GoldenConversations, AreAllOfThem) { EXPECT_EQ(recordings().size(), 34U); }

}  // namespace
}  // namespace castaway::sim
