// A client's serializer: what it sees, when, and what becomes of its errors.

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/rpc_client.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

struct OutOfPaper : std::runtime_error {
  OutOfPaper() : std::runtime_error("out of paper") {}
};

/// Puts each value into an envelope of its own, and notes what it is asked.
class Wrapping final : public Serializer {
 public:
  json serialize_entity(const Object& ctxt, const json& entity) const override {
    asked.push_back("entity " + entity.dump() + " for " + ctxt.json().dump());
    if (entity == "out of paper") throw OutOfPaper();
    if (entity == "not a number") return std::nan("");
    return {{"wrapped", entity}};
  }
  json deserialize_entity(const Object& ctxt, const json& entity) const override {
    asked.push_back("result " + entity.dump() + " for " + ctxt.json().dump());
    if (!entity.is_object()) throw OutOfPaper();
    return entity.at("wrapped");
  }
  Object serialize_context(const Object& ctxt) const override {
    asked.push_back("context " + ctxt.json().dump());
    return {{"user", "wrapped " + ctxt.json().value("user", "")}};
  }
  mutable std::vector<std::string> asked = {};
};

class RPCClientSerializer : public testing::TestWithParam<Profile> {
 protected:
  const check::History& in_wrapped_world(const std::function<void(RPCClient&)>& script) {
    return in_world(sim_, script,
                    {.target = {.topic = "compute", .version = "1.0"},
                     .timeout = 5s,
                     .version_cap = "1.5",
                     .serializer = serializer_});
  }
  Simulation sim_{{.seed = 7, .profile = GetParam()}};
  std::shared_ptr<const Wrapping> serializer_ = std::make_shared<Wrapping>();
};

INSTANTIATE_TEST_SUITE_P(Profiles, RPCClientSerializer,
                         testing::Values(Profile::strict, Profile::classic), [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(RPCClientSerializer, SeesEachArgumentThenTheContextAndAtLastTheResult) {
  json result;
  json untouched;
  const auto& history = in_wrapped_world([&](RPCClient& client) {
    result = client.call({{"user", "admin"}}, "echo", {{"a", 1}, {"v", "two"}});
    client.prepare({.server = "host-1"}).cast({}, "nothing");
  });
  EXPECT_EQ(result, "two");
  EXPECT_THAT(
      serializer_->asked,
      testing::ElementsAre(R"(entity 1 for {"user":"admin"})",
                           R"(entity "two" for {"user":"admin"})", R"(context {"user":"admin"})",
                           R"(result {"wrapped":"two"} for {"user":"admin"})", "context {}"));
  for (const check::Verdict& verdict : check::judge_all(history))
    EXPECT_FALSE(verdict.violated()) << to_string(verdict, history);
}

TEST_P(RPCClientSerializer, SendsItsOwnContext) {
  json seen;
  in_wrapped_world([&](RPCClient& client) {
    // The method returns its context, which is no envelope of ours: so the error is expected.
    EXPECT_THROW(seen = client.call({{"user", "admin"}}, "context"), json::out_of_range);
  });
  EXPECT_THAT(serializer_->asked.back(), testing::HasSubstr("\"user\":\"wrapped admin\""));
}

TEST_P(RPCClientSerializer, AnErrorOfItLeavesNothingBehindAndComesThrough) {
  const auto& history = in_wrapped_world([&](RPCClient& client) {
    EXPECT_THROW(client.call({}, "echo", {{"v", "out of paper"}}), OutOfPaper);
    EXPECT_THROW(client.cast({}, "echo", {{"v", "out of paper"}}), OutOfPaper);
    EXPECT_THROW(client.call({}, "echo", {{"v", "not a number"}}), EncodeError);
  });
  EXPECT_EQ(count(history, EventKind::publish), 0U);
  EXPECT_EQ(count(history, EventKind::invoke), 3U);
  EXPECT_EQ(count(history, EventKind::failure), 3U);
  EXPECT_TRUE(std::ranges::none_of(history.events(), [](const check::Event& event) {
    return event.kind == EventKind::failure && event.effect != Effect::none;
  }));
}

TEST_P(RPCClientSerializer, ComesBeforeEveryCheckButThatOfFanout) {
  in_wrapped_world([&](RPCClient& client) {
    const Object bad = {{"v", "out of paper"}};
    EXPECT_THROW(client.prepare({.fanout = true}).call({}, "echo", bad), InvalidTarget);
    EXPECT_THROW(client.prepare({.version = "2.0"}).call({}, "echo", bad), OutOfPaper);
    EXPECT_THROW(client.prepare({.topic = ""}).call({}, "echo", bad), OutOfPaper);
  });
}

TEST_P(RPCClientSerializer, AnErrorWhileItReadsTheResultComesThroughAfterTheCallHasEnded) {
  std::size_t pending = 99;
  sim_.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim_)});
  sim_.process("nova-1", [&](Process& process) {
    process.runtime.sleep_until(TimePoint(100ms));
    const RPCClient client(process.messaging,
                           {.target = {.topic = "compute"}, .serializer = serializer_});
    EXPECT_THROW(client.call({}, "nothing"), OutOfPaper);
    pending = process.messaging.pending_calls();
  });
  const auto& history = sim_.run();
  EXPECT_EQ(pending, 0U);
  EXPECT_EQ(count(history, EventKind::returned), 1U);
}

}  // namespace
}  // namespace castaway::sim
