// What a client makes of replies that no oslo.messaging server of today would write, beside calls
// that must not notice. Each row says what strict does and what classic does, as upstream.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/rpc_client.h"

#include "hand_made_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

struct Row {
  std::string name = {};
  std::vector<HandMade> replies = {};
  std::string strict = {};
  std::string classic = {};  ///< as strict if empty
  bool monitored = false;
  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

HandMade inner(std::string text) { return {.inner = std::move(text)}; }

constexpr const char* unread = "unreadable, dispatched: ";

const std::vector<Row> rows = {
    {"a_value", {value("7")}, "7"},
    {"no_msg_id", {inner(R"({"result":7,"failure":null,"ending":true})")}, "timeout"},
    {"somebody_elses_msg_id",
     {inner(R"({"result":7,"failure":null,"ending":true,"_msg_id":"f00"})")},
     "timeout"},
    {"no_failure",
     {inner(R"({"result":7,"ending":true,"_msg_id":"MSG"})")},
     "7",
     std::string(unread) + R"(it has no "failure" (upstream: KeyError))"},
    {"no_ending", {inner(R"({"result":7,"failure":null,"_msg_id":"MSG"})")}, "7", "timeout"},
    {"no_result", {inner(R"({"failure":null,"ending":true,"_msg_id":"MSG"})")}, "null"},
    {"nothing_but_an_id",
     {inner(R"({"failure":null,"_msg_id":"MSG"})")},
     "timeout",
     std::string(unread) + "a heartbeat, and the call is not monitored (upstream: AttributeError)"},
    {"a_failure_that_is_an_object",
     {inner(R"({"failure":{"class":"E"},"ending":true,"_msg_id":"MSG"})")},
     std::string(unread) + R"("failure" is not text)"},
    {"a_failure_that_is_no_json",
     {inner(R"({"failure":"oops","ending":true,"_msg_id":"MSG"})")},
     std::string(unread) + "no JSON at offset 0: expected a value"},
    {"an_ending_that_is_text",
     {inner(R"({"result":7,"failure":null,"ending":"yes","_msg_id":"MSG"})")},
     std::string(unread) + R"("ending" is neither true nor false)"},
    {"an_empty_failure",
     {inner(R"({"result":7,"failure":"","ending":true,"_msg_id":"MSG"})")},
     "7"},
    {"a_failure_and_a_result",
     {inner(R"({"result":7,"failure":"{\"class\":\"E\"}","ending":true,"_msg_id":"MSG"})")},
     "remote E"},
    {"a_value_and_then_its_ending",
     {inner(R"({"result":7,"failure":null,"ending":false,"_msg_id":"MSG"})"), value("null")},
     "7"},
    {"a_value_without_ending_and_then_another",
     {inner(R"({"result":7,"failure":null,"ending":false,"_msg_id":"MSG"})"), value("8")},
     "7",
     "8"},
    {"a_heartbeat_without_a_monitor",
     {heartbeat(), value("7")},
     "7",
     std::string(unread) + "a heartbeat, and the call is not monitored (upstream: AttributeError)"},
    {.name = "a_heartbeat_with_a_monitor",
     .replies = {heartbeat(), value("7")},
     .strict = "7",
     .monitored = true},
    {"two_finals", {value("7"), value("8")}, "7"},
    {"a_value_and_then_a_failure",
     {value("7"), inner(R"({"failure":"{\"class\":\"E\"}","ending":true,"_msg_id":"MSG"})")},
     "7"},
    {"a_value_and_then_rubbish",
     {value("7"), inner(R"({"failure":0,"ending":true,"_msg_id":"MSG"})")},
     "7"},
    {"two_with_one_unique_id",
     {inner(R"({"result":7,"failure":null,"ending":false,"_msg_id":"MSG","_unique_id":"1"})"),
      inner(R"({"result":null,"failure":null,"ending":true,"_msg_id":"MSG","_unique_id":"1"})")},
     "7"},
    {"another_envelope", {{.inner = value("7").inner, .version = "3.0"}}, "timeout"},
    {"no_object", {inner("[7]")}, "timeout"},
    {"cut_short", {inner(R"({"result":7,"fail)")}, "timeout"},
};

/// How a call ends, in a word.
std::string ending_of(const CallContext& client, const std::string& method) {
  try {
    return client.call({}, method).dump();
  } catch (const RemoteError& error) {
    return "remote " + error.exc_type();
  } catch (const MessagingTimeout&) {
    return "timeout";
  } catch (const MessagingException& error) {
    const std::string what = error.what();
    const std::string opening = "The reply to odd on topic=by-hand cannot be read: ";
    if (!what.starts_with(opening)) return what;
    return std::string("unreadable, ") + to_string(error.effect()) + ": " +
           what.substr(opening.size());
  }
}

class ReplyTolerance : public testing::TestWithParam<std::tuple<Row, Profile>> {};

TEST_P(ReplyTolerance, IsAsListedAndHarmsNoOtherCall) {
  const auto& [row, profile] = GetParam();
  Simulation sim({.seed = 7, .profile = profile});
  serve_by_hand(sim, "by-hand", [&row = row](const Request& request) -> std::vector<HandMade> {
    if (request.method == "odd") return row.replies;
    return {value(R"("sane")", request.method == "slow" ? 500ms : 0ms)};
  });
  std::string ending;
  std::string beside;
  std::string after;
  std::size_t pending = 99;
  sim.process("nova-1", [&, &row = row](Process& process) {
    process.runtime.sleep_until(TimePoint(200ms));
    const RPCClient client(process.messaging, {.target = {.topic = "by-hand"}, .timeout = 2s});
    const auto other =
        process.runtime.spawn("other", [&] { beside = ending_of(client.prepare(), "slow"); });
    const CallContext odd =
        row.monitored ? client.prepare({.call_monitor_timeout = 1s}) : client.prepare();
    ending = ending_of(odd, "odd");
    after = ending_of(client.prepare(), "next");
    other->join();
    pending = process.messaging.pending_calls();
  });
  sim.run();
  const bool same = profile == Profile::strict || row.classic.empty();
  EXPECT_EQ(ending, same ? row.strict : row.classic);
  EXPECT_EQ(beside, R"("sane")");
  EXPECT_EQ(after, R"("sane")");
  EXPECT_EQ(pending, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, ReplyTolerance,
                         testing::Combine(testing::ValuesIn(rows),
                                          testing::Values(Profile::strict, Profile::classic)),
                         [](const auto& test) {
                           return std::get<0>(test.param).name +
                                  (std::get<1>(test.param) == Profile::strict ? "_strict"
                                                                              : "_classic");
                         });

TEST(ReplyTolerance, AnUnreadableReplyToNobodyIsToldToTheObserver) {
  Simulation sim({.seed = 7});
  serve_by_hand(sim, "by-hand", [](const Request&) {
    return std::vector{value("7"), inner(R"({"failure":0,"_msg_id":"f00"})")};
  });
  const auto& history = in_world(sim, [](RPCClient& client) {
    EXPECT_EQ(client.prepare({.topic = "by-hand"}).call({}, "odd"), 7);
  });
  std::vector<std::string> told;
  for (const check::Event& event : history.events()) {
    if (history.text(event.actor) == "nova-1" && event.kind == check::EventKind::note)
      told.emplace_back(history.text(event.text));
  }
  EXPECT_THAT(told, testing::ElementsAre(R"(reply: "failure" is not text)"));
}

TEST(ReplyTolerance, ALostWaitForNothingLeavesNoMessageInTheReplyQueue) {
  // Rubbish is rejected once, and what nobody waits for is acknowledged: neither comes again.
  Simulation sim({.seed = 7});
  std::string reply_q;
  serve_by_hand(sim, "by-hand", [&](const Request& request) {
    reply_q = request.reply_q;
    return std::vector{inner("[7]"), inner(R"({"_msg_id":"f00","failure":null})"), value("7")};
  });
  std::size_t left = 99;
  in_world(sim, [&](RPCClient& client) {
    client.prepare({.topic = "by-hand"}).call({}, "odd");
    sim.runtime().sleep_until(sim.now() + 1s);
    left = sim.network().broker().ready(reply_q) + sim.network().broker().unacknowledged(reply_q);
  });
  EXPECT_EQ(left, 0U);
}

}  // namespace
}  // namespace castaway::sim
