#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/scenario/json.h"

// Each key of the format next to the field that it fills. A round trip alone would not notice two
// keys that are mixed up.

namespace castaway::scenario {
namespace {

using nlohmann::json;
using sim::Edge;
using sim::Hop;
using Shape = sim::Distribution::Shape;

/// The smallest scenario, with this in place of what it has.
Scenario read(const std::string& key, const std::string& value) {
  json whole = {{"scenario", 1},
                {"name", "a"},
                {"servers", json::array()},
                {"clients", json::array()},
                {"script", json::array()},
                {"expect", json::object()}};
  whole[key] = json::parse(value);
  return parse(whole.dump(), "a.json");
}

TEST(Fields, OfTheHead) {
  EXPECT_EQ(read("name", R"("b-1")").name, "b-1");
  EXPECT_EQ(read("about", R"("why")").about, "why");
  EXPECT_EQ(read("source", R"("where")").source, "where");
  EXPECT_EQ(read("cases", R"(["AMO-030"])").cases, std::vector<std::string>{"AMO-030"});
  EXPECT_EQ(read("needs", R"(["fanout"])").needs, std::vector<std::string>{"fanout"});
  EXPECT_EQ(read("profiles", R"(["classic", "strict"])").profiles,
            (std::vector{SubjectProfile::classic, SubjectProfile::strict}));
  EXPECT_EQ(read("seed", "7").seed, 7U);
}

TEST(Fields, OfTheWorld) {
  EXPECT_EQ(read("clock", R"({"limit": "3s", "slack": "4ms"})").clock,
            (Clock{.limit = 3s, .slack = 4ms}));
  EXPECT_EQ(read("clock", R"({"quiet": "3s", "recovery": "4s"})").clock,
            (Clock{.quiet = 3s, .recovery = 4s}));
  EXPECT_EQ(read("broker", R"({"order": "any", "durable": true})").broker,
            (BrokerWorld{.any_order = true, .durable = true}));
  EXPECT_EQ(read("broker", R"({"mandatory": true})").broker, (BrokerWorld{.mandatory = true}));
  EXPECT_EQ(read("broker", R"({"topology": "isolated"})").broker, (BrokerWorld{.isolated = true}));
}

TEST(Fields, OfADistribution) {
  const auto latency = [](const std::string& value) {
    return read("broker", R"({"latency": )" + value + "}").broker.latency;
  };
  using sim::Distribution;
  EXPECT_EQ(latency(R"({"const": "1ms"})"), (Distribution{.a = 1ms}));
  EXPECT_EQ(latency(R"({"uniform": ["1ms", "2ms"]})"),
            (Distribution{.shape = Shape::uniform, .a = 1ms, .b = 2ms}));
  EXPECT_EQ(latency(R"({"exponential": "1ms"})"),
            (Distribution{.shape = Shape::exponential, .a = 1ms}));
  EXPECT_EQ(latency(R"({"exponential": "1ms", "max": "3ms"})"),
            (Distribution{.shape = Shape::exponential, .a = 1ms, .max = 3ms}));
  EXPECT_EQ(latency(R"({"lognormal": {"p99": "2ms", "median": "1ms"}, "max": "3ms"})"),
            (Distribution{.shape = Shape::lognormal, .a = 1ms, .b = 2ms, .max = 3ms}));
}

TEST(Fields, OfServersAndClients) {
  const Scenario scenario = read("servers", R"([{"id": "s1", "topic": "t", "exchange": "x",
    "namespace": "n", "version": "1.2", "workers": 3, "start": "1s", "endpoint": {"m": [{"sleep": "1s"}, {"gate": "g"},
    {"return": [1]}], "n": [{"return_arg": "a"}, {"raise": "E"}],
    "o": [{"return_unserialisable": true}], "p": [{"return_context": true}]},
    "rights": {"configure": "^t$", "write": ""}}])");
  Server server{.id = "s1",
                .topic = "t",
                .exchange = "x",
                .namespace_ = "n",
                .version = "1.2",
                .workers = 3,
                .start = 1s};
  server.endpoint["m"] = {Sleep{1s}, Gate{"g"}, Return{Object({{"value", json::array({1})}})}};
  server.endpoint["n"] = {ReturnArg{"a"}, Raise{"E"}};
  server.endpoint["o"] = {ReturnUnserialisable{}};
  server.endpoint["p"] = {ReturnContext{}};
  server.rights = {.configure = "^t$", .write = ""};
  EXPECT_EQ(scenario.servers, std::vector{server});
  EXPECT_EQ(read("clients",
                 R"([{"id": "c1", "process": "p", "retry": 2, "timeout": "3s", "monitor": "1s",
                "version_cap": "1.2", "allowed_remote_exmods": ["builtins", "shop.errors"], "rights": {"read": "r"}}])")
                .clients,
            (std::vector{Client{.id = "c1",
                                .process = "p",
                                .retry = 2,
                                .timeout = 3s,
                                .monitor = 1s,
                                .version_cap = "1.2",
                                .rights = sim::Rights{.read = "r"},
                                .allowed_remote_exmods = {"builtins", "shop.errors"}}}));
}

TEST(Fields, OfAMixedWorld) {
  const Scenario scenario = read("servers", R"([{"id": "s1", "name": "host", "topic": "t",
    "profile": "strict+claims", "durable": false, "queue_arguments": {"x-max-length": 3},
    "endpoint": {"m": [{"cast": {"as": "a", "topic": "u", "method": "n"}}, {"return": 1}]}}])");
  Server server{.id = "s1",
                .name = "host",
                .topic = "t",
                .profile = SubjectProfile::strict_claims,
                .durable = false,
                .queue_arguments = Object({{"x-max-length", 3}})};
  server.endpoint["m"] = {
      Operation{.kind = Operation::Kind::cast, .as = "a", .topic = "u", .method = "n"},
      Return{Object({{"value", 1}})}};
  EXPECT_EQ(scenario.servers, std::vector{server});
  EXPECT_EQ(read("clients", R"([{"id": "c1", "profile": "classic", "durable": true}])").clients,
            (std::vector{Client{.id = "c1", .profile = SubjectProfile::classic, .durable = true}}));
  const BrokerWorld broker = read("broker", R"({"queue_arguments": {"x-max-priority": 9},
      "consumer_timeout": "15s", "channel_tick_interval": "5s"})")
                                 .broker;
  EXPECT_EQ(broker.queue_arguments, Object({{"x-max-priority", 9}}));
  EXPECT_EQ(broker.consumer_timeout, (sim::ConsumerTimeout{.age = 15s, .tick = 5s}));
}

TEST(Fields, OfTheScript) {
  const Scenario scenario = read("script", R"([{"task": "c1/main", "repeat": 5, "steps": [
    {"call": {"as": "a", "repeat": 9, "only": [3, 4], "exchange": "x", "topic": "t", "server": "s",
              "namespace": "n", "version": "2.0.1", "method": "m", "args": {"n": 1}, "nonce": "v", "unserialisable": "u", "timeout": "5s"}},
    {"cast": {"as": "b", "topic": "t", "method": "m"}},
    {"fanout": {"as": "c", "topic": "t", "method": "m"}},
    {"wait": "1s"}, {"until": {"ev": "fault", "op": "a", "server": "s1", "fault": "f", "what": "w", "n": 2}},
    {"open_gate": "g"}, {"stop": "s1"}, {"start": "s2"}, {"close": true}]}])");
  using Kind = Operation::Kind;
  const Script script{
      .client = "c1",
      .task = "main",
      .repeat = 5,
      .steps = {
          Operation{.as = "a",
                    .repeat = 9,
                    .only = {3, 4},
                    .exchange = "x",
                    .topic = "t",
                    .server = "s",
                    .namespace_ = "n",
                    .version = "2.0.1",
                    .method = "m",
                    .args = Object({{"n", 1}}),
                    .nonce = "v",
                    .unserialisable = "u",
                    .timeout = 5s},
          Operation{.kind = Kind::cast, .as = "b", .topic = "t", .method = "m"},
          Operation{.kind = Kind::fanout, .as = "c", .topic = "t", .method = "m"}, Wait{1s},
          Until{{.ev = "fault", .op = "a", .server = "s1", .fault = "f", .what = "w", .n = 2}},
          OpenGate{"g"}, StopServer{"s1"}, StartServer{"s2"}, Close{}}};
  EXPECT_EQ(scenario.script, std::vector{script});
}

TEST(Fields, OfAMessageMadeByHand) {
  const Scenario scenario = read("script", R"([{"task": "c1/main", "steps": [
    {"inject": {"as": "a", "exchange": "x", "topic": "t", "server": "s1", "envelope": "3.0", "headers": {"h": 1},
                "message": {"_msg_id": {"msg_id_of": "ping"}}}},
    {"inject": {"as": "b", "replies_of": "c1", "message": {}}},
    {"inject": {"as": "c", "replies_of": "c1", "text": ""}}]}])");
  const std::vector<ScriptStep> steps = {
      Inject{.as = "a",
             .exchange = "x",
             .topic = "t",
             .server = "s1",
             .message = Object({{"_msg_id", {{"msg_id_of", "ping"}}}}),
             .envelope = "3.0",
             .headers = Object({{"h", 1}})},
      Inject{.as = "b", .replies_of = "c1", .message = Object()},
      Inject{.as = "c", .replies_of = "c1", .text = ""}};
  EXPECT_EQ(scenario.script.at(0).steps, steps);
}

sim::Rule rule(const std::string& rest) {
  return read("faults", R"([{"id": "f", )" + rest + "}]").faults.at(0);
}

TEST(Fields, OfWhereAFaultHappens) {
  const auto on = [](const std::string& value) {
    return rule(R"("do": {"drop": true}, "on": )" + value).on;
  };
  EXPECT_EQ(on(R"({"edge": "request", "hop": "publish", "op": "a#1", "method": "m", "from": "c1",
                   "to": "s1", "copy": "duplicate"})"),
            (sim::On{.hop = Hop::publish,
                     .op = "a#1",
                     .method = "m",
                     .from = "c1",
                     .to = "s1",
                     .copy = sim::Copy::duplicate}));
  EXPECT_EQ(on(R"({"edge": "reply"})"), (sim::On{.edge = Edge::reply}));
  EXPECT_EQ(on(R"({"edge": "ack"})"), (sim::On{.edge = Edge::ack, .hop = Hop::publish}));
  EXPECT_EQ(on(R"({"edge": "confirm"})"), (sim::On{.edge = Edge::confirm}));
  EXPECT_EQ(on(R"({"edge": "claim"})"), (sim::On{.edge = Edge::claim}));
  EXPECT_EQ(on(R"({"edge": "link"})"), (sim::On{.edge = Edge::link}));
  EXPECT_EQ(on(R"({"edge": "process"})"), (sim::On{.edge = Edge::process}));
  EXPECT_EQ(on(R"({"edge": "clock"})"), (sim::On{.edge = Edge::clock}));
  EXPECT_EQ(on(R"({"edge": "reply", "copy": "original"})").copy, sim::Copy::original);
  EXPECT_EQ(on(R"({"edge": "reply", "copy": "duplicate"})").copy, sim::Copy::duplicate);
}

TEST(Fields, OfWhenAFaultHappens) {
  const auto when = [](const std::string& value) {
    return rule(R"("on": {"edge": "request"}, "do": {"drop": true}, "when": )" + value).when;
  };
  EXPECT_EQ(when(R"({"nth": [1, 3], "every": 5, "prob": "1/10", "limit": 7})"),
            (sim::When{.nth = {1, 3}, .every = 5, .prob = sim::Ratio{1, 10}, .limit = 7}));
  EXPECT_EQ(when(R"({"at": "1s", "repeat": {"every": "2s", "times": 9}})"),
            (sim::When{.at = 1s, .repeat = sim::Repeat{2s, 9}}));
  EXPECT_EQ(when(R"({"at": "1s", "repeat": {"every": "2s"}})"),
            (sim::When{.at = 1s, .repeat = sim::Repeat{2s, 1}}));
  EXPECT_EQ(when(R"({"burst": {"leave": "3/4", "enter": "1/2"}})").burst,
            std::pair(sim::Ratio{1, 2}, sim::Ratio{3, 4}));
  EXPECT_EQ(when(R"({"window": ["1s", "2s"]})").window, (std::pair<Duration, Duration>(1s, 2s)));
  EXPECT_EQ(when(R"({"at": "1500ms"})").at, Duration(1500ms));
  EXPECT_EQ(when(R"({"after": {"ev": "execute"}})").after, sim::EventPattern{.ev = "execute"});
}

TEST(Fields, OfWhatAFaultDoes) {
  const auto action = [](const std::string& value) {
    return rule(R"("on": {"edge": "request"}, "do": )" + value).action;
  };
  const auto is = [](const auto& expected) { return sim::Action(expected); };
  EXPECT_EQ(action(R"({"drop": true})"), is(sim::Drop{}));
  EXPECT_EQ(action(R"({"delay": {"const": "1s"}})"), is(sim::Delay{{.a = 1s}}));
  EXPECT_EQ(action(R"({"hold_until": {"ev": "done"}})"), is(sim::HoldUntil{{.ev = "done"}}));
  EXPECT_EQ(action(R"({"duplicate": {}})"), is(sim::Duplicate{}));
  using To = sim::Duplicate::To;
  EXPECT_EQ(action(R"({"duplicate": {"copies": 2, "after_messages": 3, "to": "other",
                                     "redelivered_flag": true}})"),
            is(sim::Duplicate{2, 3, To::other, true}));
  EXPECT_EQ(action(R"({"duplicate": {"to": "same"}})"), is(sim::Duplicate{.to = To::same}));
  EXPECT_EQ(action(R"({"reorder": {"window": 4}})"), is(sim::Reorder{.window = 4}));
  EXPECT_EQ(action(R"({"reorder": {"overtake": 4}})"), is(sim::Reorder{.overtake = 4}));
  EXPECT_EQ(action(R"({"disconnect": {"who": "c1", "for": "6s", "half_open": true,
                                      "then": "flush"}})"),
            is(sim::Disconnect{
                .who = "c1", .for_ = 6s, .half_open = true, .then = sim::Disconnect::Then::flush}));
  using Cut = sim::Disconnect;
  EXPECT_EQ(action(R"({"disconnect": {"half_open": true, "way": "to-broker"}})"),
            is(Cut{.half_open = true, .way = Cut::Way::to_broker}));
  EXPECT_EQ(action(R"({"disconnect": {"half_open": true, "way": "from-broker"}})"),
            is(Cut{.half_open = true, .way = Cut::Way::from_broker}));
  EXPECT_EQ(action(R"({"disconnect": {"frame": "arrives"}})"),
            is(Cut{.frame = Cut::Frame::arrives}));
  EXPECT_EQ(action(R"({"corrupt": {}})"), is(sim::Corrupt{}));
  EXPECT_EQ(action(R"({"corrupt": {"bits": 3, "field": "args"}})"), is(sim::Corrupt{3, "args"}));
  EXPECT_EQ(action(R"({"truncate_to": 40})"), is(sim::TruncateTo{40}));
  EXPECT_EQ(action(R"({"unroutable": true})"), is(sim::Unroutable{}));
  EXPECT_EQ(action(R"({"nack": true})"), is(sim::Nack{}));
  EXPECT_EQ(action(R"({"requeue": true})"), is(sim::Requeue{}));
  EXPECT_EQ(action(R"({"block_publish": "2s"})"), is(sim::BlockPublish{2s}));
  EXPECT_EQ(action(R"({"delete_queue": {"queue": "t"}})"), is(sim::DeleteQueue{.queue = "t"}));
  EXPECT_EQ(action(R"({"delete_queue": {"replies_of": "c1"}})"),
            is(sim::DeleteQueue{.replies_of = "c1"}));
  EXPECT_EQ(action(R"({"restart_broker": {}})"), is(sim::RestartBroker{}));
  EXPECT_EQ(action(R"({"restart_broker": {"for": "2s", "keep_durable": false}})"),
            is(sim::RestartBroker{2s, false}));
  EXPECT_EQ(action(R"({"restart_broker": {"forget_acks": "50ms"}})"),
            is(sim::RestartBroker{.forget_acks = 50ms}));
  EXPECT_EQ(action(R"({"stop_node": {"node": 2}})"), is(sim::StopNode{.node = 2}));
  EXPECT_EQ(action(R"({"stop_node": {"node": 2, "for": "5s", "silent": true}})"),
            is(sim::StopNode{2, 5s, true}));
  EXPECT_EQ(action(R"({"kill": {"who": "s1"}})"), is(sim::Kill{.who = "s1"}));
  EXPECT_EQ(action(R"({"kill": {"who": "s1", "restart": "0s"}})"), is(sim::Kill{"s1", 0s}));
  EXPECT_EQ(action(R"({"pause": {"who": "s1", "for": "2s"}})"), is(sim::Pause{"s1", 2s}));
  EXPECT_EQ(action(R"({"jump_wall": "-1h"})"), is(sim::JumpWall{-1h}));
}

TEST(Fields, OfExploration) {
  EXPECT_EQ(read("explore", R"({"strategy": "random", "runs": 5, "stop": "never"})").explore,
            (Explore{.strategy = Explore::How::random, .runs = 5, .stop = Explore::Stop::never}));
  EXPECT_EQ(read("explore", R"({"strategy": "exhaustive", "faults": 0, "orders": 3})").explore,
            (Explore{.strategy = Explore::How::exhaustive, .bounds = {.faults = 0, .orders = 3}}));
  EXPECT_EQ(read("explore", R"({"stop": "all-reached"})").explore.stop, Explore::Stop::all_reached);
}

TEST(Fields, OfExpectations) {
  const sim::EventPattern invoke{.ev = "invoke"}, done{.ev = "done"};
  const Scenario scenario = read("expect", R"({
    "fired": [{"fault": "f", "min": 3, "scope": "some-run"}, {"fault": "g", "scope": "every-run", "max": 9}],
    "always": [{"law": "deadline"}, {"id": "n", "count": {"of": {"ev": "done"}, "min": 1, "max": 2}},
               {"id": "l", "count": {"of": {"ev": "done"}, "after": {"ev": "invoke"}}},
               {"id": "m", "at_once": {"server": "s1", "max": 4}}, {"id": "s", "again": "seed"},
               {"id": "d", "again": "deviations"}, {"id": "h", "shrunk": "at-most-once"},
               {"id": "v", "outcome": {"op": "a", "in": ["return"], "value": null}},
               {"id": "b", "before": [{"ev": "invoke"}, {"ev": "done"}]}],
    "reachable": [{"id": "o", "outcome": {"op": "a", "in": ["return", "error"]}},
                  {"id": "r", "outcome": {"op": "a", "in": ["error"], "raises": "RemoteError"}},
                  {"id": "w", "within": {"from": {"ev": "invoke"}, "to": {"ev": "done"},
                                         "min": "1s", "max": "2s"}}],
    "violated": {"classic": ["n"], "strict": ["b", "n"]}})");
  Expect expect{.fired = {{"f", 3, true}, {"g", 1, false, 9}},
                .always = {{"", LawProp{"deadline"}},
                           {"n", CountProp{.of = done, .min = 1, .max = 2}},
                           {"l", CountProp{.of = done, .after = invoke}},
                           {"m", AtOnceProp{"s1", 4}},
                           {"s", AgainProp{}},
                           {"d", AgainProp{AgainProp::From::deviations}},
                           {"h", ShrunkProp{"at-most-once"}},
                           {"v", OutcomeProp{"a", {"return"}, Object({{"value", nullptr}})}},
                           {"b", BeforeProp{{invoke, done}}}},
                .reachable = {{"o", OutcomeProp{"a", {"return", "error"}}},
                              {"r", OutcomeProp{"a", {"error"}, {}, "RemoteError"}},
                              {"w", WithinProp{.from = invoke, .to = done, .min = 1s, .max = 2s}}}};
  expect.violated["classic"] = {"n"};
  expect.violated["strict"] = {"b", "n"};
  EXPECT_EQ(scenario.expect, expect);
}

TEST(Fields, OfAReplay) {
  EXPECT_EQ(read("deviations", R"([{"at": "a", "answer": 3}])").deviations,
            (std::vector<sim::Deviation>{{"a", 3}}));
  EXPECT_EQ(*read("finding", R"({"law": "deadline"})").finding, json({{"law", "deadline"}}));
}

}  // namespace
}  // namespace castaway::scenario
