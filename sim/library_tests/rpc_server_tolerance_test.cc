// What a server makes of requests that were made by hand.

#include <cmath>
#include <optional>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"

#include "rogue_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

struct Row {
  std::string name = {};
  std::string inner = {};  ///< without the closing brace
  std::string answer = {};
  std::size_t runs = 0;
  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

class ServerTolerance : public testing::TestWithParam<std::tuple<Row, Profile>> {};

TEST_P(ServerTolerance, IsThatOfOsloMessaging) {
  const auto& [row, profile] = GetParam();
  for (const bool bare : {true, false}) {
    Simulation sim({.seed = 7, .profile = profile});
    std::size_t runs = 0;
    const Endpoint endpoint{.methods = {{"ask", [&](const Object&, const Object&) {
                                           ++runs;
                                           return json("ran");
                                         }}}};
    sim.serve({.topic = "compute", .server = "host-1"}, {endpoint}, {.workers = 2});
    const std::string inner =
        row.inner + R"(,"_msg_id":"m1","_reply_q":"answers","_unique_id":"u1"})";
    with_rogue(sim, [&](Rogue& rogue) {
      rogue.listen("answers");
      rogue.say("compute",
                bare ? inner : json{{"oslo.version", "2.0"}, {"oslo.message", inner}}.dump());
      rogue.pause(100ms);
      EXPECT_THAT(rogue.answers(), testing::ElementsAre(row.answer));
      rogue.ask("compute", {.method = "ask", .msg_id = "m2", .reply_q = "answers"});
      rogue.pause(100ms);
      EXPECT_EQ(rogue.answers().size(), 2U) << "the server lives";
    });
    EXPECT_EQ(runs, row.runs + 1);
    EXPECT_EQ(sim.network().broker().unacknowledged("compute"), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ServerTolerance,
    testing::Combine(
        testing::Values(
            Row{"complete", R"({"method":"ask","args":{},"version":"1.0","namespace":null)",
                "\"ran\"", 1},
            Row{"unknown_keys", R"({"method":"ask","colour":1,"_x":[{}])", "\"ran\"", 1},
            Row{"no_args", R"({"method":"ask")", "\"ran\"", 1},
            Row{"args_null", R"({"method":"ask","args":null)",
                "AttributeError: \"args\" is no object", 0},
            Row{"args_a_list", R"({"method":"ask","args":[1])",
                "AttributeError: \"args\" is no object", 0},
            Row{"no_method", R"({"args":{})", "TypeError: no \"method\"", 0},
            Row{"method_null", R"({"method":null)", "TypeError: no \"method\"", 0},
            Row{"method_a_number", R"({"method":5)", "TypeError: \"method\" is not text", 0},
            Row{"an_unknown_method", R"({"method":"tell")",
                "NoSuchMethod: Endpoint does not support RPC method tell", 0},
            Row{"a_version_above", R"({"method":"ask","version":"1.1")",
                "UnsupportedVersion: Endpoint does not support RPC version 1.1. Attempted "
                "method: ask",
                0},
            Row{"a_version_that_is_none", R"({"method":"ask","version":"x")",
                "ValueError: a version is major.minor or major.minor.revision, but not \"x\"", 0},
            Row{"another_namespace", R"({"method":"ask","namespace":"n")",
                "UnsupportedVersion: Endpoint does not support RPC version 1.0. Attempted "
                "method: ask",
                0}),
        testing::Values(Profile::strict, Profile::classic)),
    [](const auto& instance) {
      return std::get<0>(instance.param).name +
             (std::get<1>(instance.param) == Profile::strict ? "_strict" : "_classic");
    });

class ServerAgainst : public testing::TestWithParam<Profile> {};

TEST_P(ServerAgainst, MessagesThatAreNoneRejectsEachOnceAndServesTheNext) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 1});
  const Message good = encode(Request{.method = "echo", .args = {{"v", 1}}}, std::nullopt);
  std::vector<Message> bad;
  for (std::string body : {std::string(), std::string("{"), std::string("[1,2]"),
                           std::string("null"), std::string("\xff\xfe"), std::string(3, '\0'),
                           std::string(R"({"oslo.version": "2.0", "oslo.message": {}})"),
                           std::string(R"({"oslo.version": "2.0", "oslo.message": "[]"})"),
                           std::string(R"({"oslo.version": "2.1", "oslo.message": "{}"})"),
                           std::string(R"({"oslo.version": "1.9", "oslo.message": "{}"})"),
                           std::string(R"({"oslo.version": "3.0", "oslo.message": "{}"})"),
                           std::string(R"({"method":"echo","args":{"v":1e999}})"),
                           "{\"method\":\"echo\",\"args\":{\"v\":" + std::string(100'000, '[') +
                               std::string(100'000, ']') + "}}",
                           std::string(max_body_size + 1, ' ')}) {
    bad.push_back({.properties = good.properties, .body = std::move(body)});
  }
  for (const char* content_type : {"", "text/plain", "application/data"}) {
    bad.push_back(good);
    bad.back().properties.content_type = content_type;
  }
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen("answers");
    for (const Message& message : bad) rogue.publish("compute", message);
    rogue.ask("compute",
              {.method = "echo", .args = {{"v", "alive"}}, .msg_id = "m", .reply_q = "answers"});
    rogue.pause(5s);
    EXPECT_THAT(rogue.answers(), testing::ElementsAre("\"alive\""));
  });
  EXPECT_EQ(count(sim.recorder().history(), EventKind::deliver), bad.size() + 1)
      << "none is handed over again";
  EXPECT_EQ(count(sim.recorder().history(), EventKind::execute), 1U);
  EXPECT_EQ(
      sim.network().broker().ready("compute") + sim.network().broker().unacknowledged("compute"),
      0U);
}

TEST_P(ServerAgainst, ACallWithoutAReplyQueueRunsItAndAnswersNobody) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen("answers");
    rogue.ask("compute",
              {.method = "echo", .args = {{"v", 1}}, .msg_id = "m1", .call_monitor_timeout = 4s});
    rogue.ask("compute",
              {.method = "echo", .args = {{"v", 2}}, .msg_id = "m2", .reply_q = "answers"});
    rogue.pause(100ms);
    EXPECT_THAT(rogue.answers(), testing::ElementsAre("2"));
  });
}

TEST_P(ServerAgainst, AReplyQueueWithANameThatNoBrokerTakesRunsTheCallAndAnswersNobody) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  const std::string longest(longest_name, 'q');
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen(longest);
    rogue.ask("compute", {.method = "slow",
                          .args = {{"ms", 5000}},
                          .msg_id = "m1",
                          .reply_q = longest + "q",
                          .call_monitor_timeout = 2s});
    rogue.ask("compute",
              {.method = "echo", .args = {{"v", 2}}, .msg_id = "m2", .reply_q = longest});
    rogue.pause(10s);
    EXPECT_THAT(rogue.answers(), testing::ElementsAre("2"));
  });
  EXPECT_EQ(count(sim.recorder().history(), EventKind::execute), 2U);
  EXPECT_EQ(count(sim.recorder().history(), EventKind::reply), 1U);
}

TEST_P(ServerAgainst, ARequestWithoutAnIdCannotBeToldFromItsCopies) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  with_rogue(sim, [&](Rogue& rogue) {
    for (const char* id : {"", "", "u", "u"})
      rogue.ask("compute", {.method = "nothing", .unique_id = id});
  });
  EXPECT_EQ(count(sim.recorder().history(), EventKind::execute), 3U);
}

INSTANTIATE_TEST_SUITE_P(Profiles, ServerAgainst,
                         testing::Values(Profile::strict, Profile::classic),
                         [](const auto& instance) {
                           return instance.param == Profile::strict ? "strict" : "classic";
                         });

}  // namespace
}  // namespace castaway::sim
