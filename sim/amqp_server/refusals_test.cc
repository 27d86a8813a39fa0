// What a session answers to clients that do wrong is what a RabbitMQ 3.10.8 answered: the bytes of
// each answer, and whether and when it closes the socket. sim/amqp_server/recorded has the cases.

#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "session_world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

json cases() {
  std::ifstream file(CASTAWAY_SOURCE_DIR "/sim/amqp_server/recorded/refusals.json");
  return json::parse(file);
}

/// The hex of what the server said, and for people what that is.
std::string answer(const std::string& bytes) {
  if (bytes.empty()) return "";
  if (bytes.starts_with("AMQP")) return to_hex(bytes);
  const auto frames = lines_of_server(bytes);
  if (frames.front() == "0 connection.start") return "start";
  return to_hex(bytes) + "\n" + fmt::format("{}", fmt::join(frames, "\n"));
}

std::string answer(const json& step) {
  const std::string said = step.value("server", "");
  return said == "start" ? said : answer(from_hex(said));
}

class Refusal : public ::testing::TestWithParam<json> {};

TEST_P(Refusal, IsThatOfRabbitMQ) {
  SessionWorld world({.users = {{.virtual_hosts = std::set<std::string>{"/", "open"}}},
                      .virtual_hosts = {"/", "open", "closed"},
                      .cluster_name = "golden",
                      .max_message_size = 1000});
  SessionClient& client = world.connect("client");
  if (GetParam().at("logged_in")) client.log_in();
  for (const json& step : GetParam().at("talk")) {
    client.send(from_hex(step.at("client")));
    EXPECT_EQ(answer(client.bytes()), answer(step));
  }
  std::string later;
  int seconds = 0;
  for (; !client.session().over() && seconds < 12; ++seconds) {
    world.pass(1s);
    later += client.bytes();
  }
  EXPECT_EQ(to_hex(later), GetParam().value("later", ""));
  EXPECT_EQ(seconds, GetParam().value("closes", 12));
}

INSTANTIATE_TEST_SUITE_P(Recorded, Refusal, ::testing::ValuesIn(cases()), [](const auto& each) {
  std::string name = each.param.at("case");
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

}  // namespace
}  // namespace castaway::sim
