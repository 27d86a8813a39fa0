#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

TEST(Lint, HasNothingToSayOfASoundScenario) { EXPECT_EQ(told_of(parse(sound, "a.json")), ""); }

TEST(Lint, KnowsTheCatalogue) {
  expect_told({
      {"AMO-030", "AMO-031", "/cases/0: no case is called \"AMO-031\"; did you mean \"AMO-030\"?"},
      {"\"fanout\"]", "\"fan-out\"]",
       "/needs/0: no capability is called \"fan-out\"; did you mean \"fanout\"?"},
  });
}

TEST(Lint, LooksForNamesThatAreTakenAlready) {
  expect_told({
      {"{\"id\": \"c2\"}", "{\"id\": \"c2\"}, {\"id\": \"s2\"}",
       "/clients/2/id: there is already a process called \"s2\""},
      {"{\"id\": \"c2\"}", "{\"id\": \"c2\"}, {\"id\": \"broker\"}",
       "/clients/2/id: there is already a process called \"broker\""},
      {"{\"id\": \"c2\"}", "{\"id\": \"c2\", \"process\": \"c1\"}",
       "/clients/1/process: \"c1\" is the name of a server, a client or the broker"},
      {"c2/main", "c1/main", "/script/1/task: there is already a task called \"c1/main\""},
      {"\"as\": \"all\"", "\"as\": \"first\"",
       "/script/1/steps/1/fanout/as: there is already an operation called \"first\""},
      {"\"id\": \"dead\"", "\"id\": \"lost\"",
       "/faults/3/id: there is already a fault called \"lost\""},
      {"\"id\": \"b\"", "\"id\": \"own-reply\"",
       "/expect/always/3: there is already a property called \"own-reply\""},
      {"{\"law\": \"cast-order\"}", "{\"law\": \"cast-order\", \"id\": \"n\"}",
       "/expect/reachable/0: there is already a property called \"n\""},
  });
}

TEST(Lint, LooksAtTheWorld) {
  expect_told({
      {"\"1min\"},", "\"1min\"}, \"broker\": {\"latency\": {\"uniform\": [\"2ms\", \"1ms\"]}},",
       "/broker/latency: The range from 2ms to 1ms contains no duration."},
      {"\"start\": \"1s\"", "\"start\": \"1h\"",
       "/servers/1/start: the run ends at 1min, before this server starts"},
      {"{\"gate\": \"go\"}", "{\"gate\": \"goo\"}",
       "/servers/0/endpoint/add/0/gate: no step opens the gate \"goo\"; did you mean \"go\"?\n"
       "/script/0/steps/3/open_gate: no endpoint waits at the gate \"go\"; did you mean \"goo\"?"},
      {"{\"return\": 1}", "{\"return\": 1}, {\"sleep\": \"1s\"}",
       "/servers/0/endpoint/add/2: the step before this one ends the method"},
      {"{\"return\": 1}", "{\"throw\": true}, {\"sleep\": \"1s\"}",
       "/servers/0/endpoint/add/2: the step before this one ends the method"},
  });
}

TEST(Lint, LooksAtTheErrorsThatCallsEndIn) {
  const std::string allow = "\"allowed_remote_exmods\": ";
  const std::string outcome = R"({"op": "many", "in": ["return", "failure"]})";
  expect_told({
      {"{\"id\": \"c1\"}", "{\"id\": \"c1\", " + allow + "[\"builtins\", \"endpoin\"]}",
       "/clients/0/allowed_remote_exmods/1: no error is raised of a module called \"endpoin\"; did "
       "you mean \"endpoint\"?"},
      {"{\"id\": \"c1\"}", "{\"id\": \"c1\", " + allow + "[\"endpoint\", \"endpoint\"]}",
       "/clients/0/allowed_remote_exmods/1: there is already a module called \"endpoint\""},
      {"\"ValueError\"", "\"shop.\"",
       "/servers/1/endpoint/add/1/raise: \"shop.\" names no class: expected \"OutOfStock\", or "
       "with its module \"shop.errors.OutOfStock\""},
      {"\"ValueError\"", "\".OutOfStock\"",
       "/servers/1/endpoint/add/1/raise: \".OutOfStock\" names no class: expected \"OutOfStock\", "
       "or with its module \"shop.errors.OutOfStock\""},
      {outcome, R"({"op": "first", "in": ["error", "return"], "raises": "RemoteError"})",
       "/expect/always/4/outcome/raises: only an error has a class: \"in\" has to be [\"error\"]"},
      {outcome, R"({"op": "first", "in": ["error"], "raises": "ValueError"})",
       "/expect/always/4/outcome/raises: a call raises \"RemoteError\", or \"ValueError_Remote\" "
       "if "
       "its client allows the error's module"},
      {outcome, R"({"op": "first", "in": ["error"], "raises": "ValueError_Remote"})",
       "/expect/always/4/outcome/raises: no error that \"c1\" allows is raised as "
       "\"ValueError_Remote\""},
  });
  Scenario scenario = parse(sound, "a.json");
  scenario.clients.front().allowed_remote_exmods = {"endpoint"};
  scenario.expect.always[4].what = OutcomeProp{"first", {"error"}, {}, "ValueError_Remote"};
  EXPECT_EQ(told_of(scenario), "");
}

TEST(Lint, LooksAtEveryEndpointOfAServer) {
  const auto with = [](const std::string& more) {
    return "\"start\": \"1s\", \"more_endpoints\": [" + more + "]";
  };
  expect_told({
      {"\"start\": \"1s\"",
       with("{\"version\": \"2.0\", \"methods\": {\"odd\": [{\"return\": 1}, {\"throw\": true}]}}"),
       "/servers/1/more_endpoints/0/methods/odd/1: the step before this one ends the method"},
      {"\"start\": \"1s\"",
       with("{\"version\": \"2.0\", \"methods\": {\"odd\": []}},"
            " {\"version\": \"2.0\", \"methods\": {\"odd\": []}}"),
       "/servers/1/more_endpoints/1/methods/odd: an endpoint before this one has it, under the "
       "same "
       "namespace and version"},
  });
}

TEST(Lint, LooksAtEachStep) {
  expect_told({
      {"c2/main", "c3/main", "/script/1/task: no client is called \"c3\"; did you mean \"c1\"?"},
      {"\"server\": \"s1\", \"method\"", "\"server\": \"host\", \"method\"",
       "/script/0/steps/0/call/server: no server is called \"host\""},
      {"{\"stop\": \"s1\"}", "{\"stop\": \"c1\"}",
       "/script/0/steps/4/stop: no server is called \"c1\"; did you mean \"s1\"?"},
      {"{\"start\": \"s1\"}", "{\"start\": \"s3\"}",
       "/script/0/steps/5/start: no server is called \"s3\"; did you mean \"s1\"?"},
      {"{\"open_gate\": \"go\"}", "{\"open_gate\": \"go\"}, {\"open_gate\": \"come\"}",
       "/script/0/steps/4/open_gate: no endpoint waits at the gate \"come\""},
      {"[3, 5]", "[3, 9, 3]",
       "/script/0/steps/1/cast/only/1: there is no copy 9 of 9\n"
       "/script/0/steps/1/cast/only/2: copy 3 is already there"},
      {"\"as\": \"all\", ", "\"as\": \"all\", \"server\": \"s1\", ",
       "/script/1/steps/1/fanout/server: a fanout goes to every server of the topic, so it has no "
       "\"server\""},
      {"\"as\": \"all\", ", "\"as\": \"all\", \"timeout\": \"1s\", ",
       "/script/1/steps/1/fanout/timeout: a fanout waits for no reply, so it has no \"timeout\""},
      {"\"as\": \"all\", ", "\"as\": \"all\", \"args\": {\"v\": 1}, \"nonce\": \"v\", ",
       "/script/1/steps/1/fanout/nonce: there is already an argument called \"v\""},
      {"\"as\": \"all\", ", "\"as\": \"all\", \"args\": {\"v\": 1}, \"unserialisable\": \"v\", ",
       "/script/1/steps/1/fanout/unserialisable: there is already an argument called \"v\""},
      {"\"c2/main\", \"steps\": [", "\"c2/main\", \"repeat\": 2, \"steps\": [{\"close\": true}, ",
       "/script/1/steps/0: the client is closed once, and this task is repeated"},
  });
}

TEST(Lint, LooksAtEachEvent) {
  const std::string event = R"({"ev": "execute", "op": "first", "server": "s1"})";
  const std::string at = "/script/1/steps/0/until";
  expect_told({
      {event, R"({"ev": "execute", "op": "frist"})",
       at + "/op: no operation is called \"frist\"; did you mean \"first\"?"},
      {event, R"({"ev": "execute", "op": "first#0"})",
       at + "/op: \"first\" is not repeated, so it has no copies"},
      {event, R"({"ev": "execute", "op": "first#*"})",
       at + "/op: \"first\" is not repeated, so it has no copies"},
      {event, R"({"ev": "execute", "op": "many#4"})",
       at + "/op: there is no \"many#4\", only \"many#3\" and \"many#5\""},
      {event, R"({"ev": "execute", "op": "second#2"})",
       at + "/op: there is no \"second#2\", only \"second#0\" to \"second#1\""},
      {event, R"({"ev": "execute", "server": "s3"})",
       at + "/server: no process is called \"s3\"; did you mean \"s1\"?"},
      {event, R"({"ev": "execute", "server": "c1"})",
       at + "/server: \"execute\" never happens to \"c1\""},
      {event, R"({"ev": "execute", "server": "broker"})",
       at + "/server: \"execute\" never happens to \"broker\""},
      {event, R"({"ev": "accept", "server": "s1"})",
       at + "/server: \"accept\" never happens to \"s1\""},
      {event, R"({"ev": "timeout", "server": "s1"})",
       at + "/server: \"timeout\" never happens to \"s1\""},
      {event, R"({"ev": "complete", "op": "first", "server": "c2"})",
       at + "/server: \"first\" is done by \"c1\""},
      {event, R"({"ev": "reply_arrive", "op": "many"})",
       at + "/op: \"many\" is a cast, so it never comes to \"reply_arrive\""},
      {event, R"({"ev": "error", "op": "all"})",
       at + "/op: \"all\" is a fanout, so it never comes to \"error\""},
      {event, R"({"ev": "invoke", "op": "first", "n": 2})",
       at + "/n: \"first\" comes to \"invoke\" only once"},
      {event, R"({"ev": "complete", "op": "many", "n": 3})",
       at + "/n: \"many\" comes to \"complete\" only twice"},
      {event, R"({"ev": "link", "op": "first"})", at + "/op: \"link\" is of no operation"},
      {event, R"({"ev": "execute", "what": "cut"})",
       at + "/what: \"what\" says what becomes of a link or process, and \"execute\" is neither"},
      {event, R"({"ev": "process", "what": "stoped"})",
       at + "/what: no process event is called \"stoped\"; did you mean \"stopped\"?"},
      {event, R"({"ev": "execute", "fault": "lost"})",
       at + "/fault: \"fault\" says which rule fired, and \"execute\" is no fault"},
      {event, R"({"ev": "fault", "fault": "lots"})",
       at + "/fault: no fault is called \"lots\"; did you mean \"lost\"?"},
      {event, R"({"ev": "fault", "server": "s1"})",
       at + "/server: a fault happens to its rule: say which by \"fault\""},
  });
}

TEST(Lint, LooksForRulesThatCanNeverMatch) {
  expect_told({
      {"\"op\": \"first\", \"method\": \"add\", ", "\"op\": \"first\", \"method\": \"sub\", ",
       "/faults/0/on/method: \"first\" asks for \"add\""},
      {"\"op\": \"first\", \"method\": \"add\", ", "\"method\": \"ad\", ",
       "/faults/0/on/method: no operation asks for \"ad\"; did you mean \"add\"?"},
      {"\"from\": \"c1\"", "\"from\": \"s1\"",
       "/faults/0/on/from: a request never comes from \"s1\""},
      {"\"from\": \"c1\"", "\"from\": \"c2\"", "/faults/0/on/from: \"first\" is done by \"c1\""},
      {"\"to\": \"s1\"", "\"to\": \"c2\"", "/faults/0/on/to: a request never goes to \"c2\""},
      {"\"to\": \"s1\"", "\"to\": \"x1\"",
       "/faults/0/on/to: no process is called \"x1\"; did you mean \"c1\"?"},
      {"\"from\": \"s1\"", "\"from\": \"c1\"",
       "/faults/1/on/from: a reply never comes from \"c1\""},
      {"\"to\": \"c1\"", "\"to\": \"s1\"", "/faults/1/on/to: a reply never goes to \"s1\""},
      {"\"to\": \"c1\"", "\"to\": \"c2\"", "/faults/1/on/to: \"second#*\" is done by \"c1\""},
      {"\"op\": \"second#*\"", "\"op\": \"many\"",
       "/faults/1/on/op: \"many\" is a cast, so it has no reply"},
      {"[\"1s\", \"2s\"]", "[\"1h\", \"2h\"]",
       "/faults/0/when/window: the run ends at 1min, so this never happens"},
      {"\"at\": \"3s\"", "\"at\": \"1min\"",
       "/faults/2/when/at: the run ends at 1min, so this never happens"},
      {"\"fault\": \"cut\"", "\"fault\": \"dead\"",
       "/faults/3/when/after/fault: the rule waits for itself"},
      {"\"op\": \"second#1\"", "\"op\": \"second#9\"",
       "/faults/0/do/hold_until/op: there is no \"second#9\", only \"second#0\" to \"second#1\""},
      {"{\"who\": \"s2\"}", "{\"who\": \"broker\"}",
       "/faults/3/do/kill/who: no process is called \"broker\""},
      {"{\"edge\": \"link\", \"from\": \"c2\"}", "{\"edge\": \"clock\"}",
       "/faults/2: \"disconnect\" happens on the link edge, not to a clock."},
  });
}

TEST(Lint, LooksForFaultsThatComeTooLateOrHitNothing) {
  const std::string cut = R"({"edge": "link", "from": "c2"}, "when": {"at": "3s"}, )"
                          R"("do": {"disconnect": {"for": "1s"}})";
  const auto deleted = [](const std::string& what) {
    return R"({"edge": "broker"}, "when": {"at": "3s"}, "do": {"delete_queue": )" + what + "}";
  };
  expect_told({
      {"\"limit\": \"1min\"", "\"limit\": \"1min\", \"quiet\": \"2s\"",
       "/faults/2/when: nothing goes wrong from 2s on, so this never happens"},
      {"\"limit\": \"1min\"", "\"limit\": \"1min\", \"quiet\": \"1min\"",
       "/clock/quiet: the run ends before that"},
      {cut, deleted(R"({"queue": "t.s3"})"),
       "/faults/2/do/delete_queue/queue: no queue is called \"t.s3\"; did you mean \"t.s1\"?"},
      {cut, deleted(R"({"replies_of": "s1"})"),
       "/faults/2/do/delete_queue/replies_of: no client is called \"s1\"; did you mean \"c1\"?"},
      {"\"edge\": \"reply\", \"op\": \"second#*\", \"from\": \"s1\"",
       "\"edge\": \"heartbeat\", \"op\": \"many\", \"from\": \"s1\"",
       "/faults/1/on/op: \"many\" is a cast, so it has no heartbeat"},
  });
  EXPECT_EQ(told_with(cut, deleted(R"({"queue": "t"})")), "");
}

TEST(Lint, LooksForClaimsThatNobodyAsksForOrIsAnswered) {
  Scenario scenario = parse(sound, "a.json");
  scenario.faults.push_back({.id = "mute", .on = {.edge = sim::Edge::claim}});
  EXPECT_EQ(told_of(scenario),
            "/faults/4/on/edge: in profile strict nobody asks for a claim, so this never happens\n"
            "/faults/4/on/edge: in profile classic nobody asks for a claim, so this never "
            "happens\n");
  scenario.profiles = {SubjectProfile::strict_claims};
  scenario.expect.violated = {{"strict+claims", {"n"}}};
  EXPECT_EQ(told_of(scenario), "");
  scenario.faults[4].on.to = "c1";
  EXPECT_EQ(told_of(scenario), "/faults/4/on/to: a claim never goes to \"c1\"\n");
  scenario.faults[4].on = {
      .edge = sim::Edge::claim, .hop = sim::Hop::publish, .op = "first", .from = "c1"};
  EXPECT_EQ(told_of(scenario), "/faults/4/on/from: a claim never comes from \"c1\"\n");
  scenario.faults[4].on.from = "s1";
  EXPECT_EQ(told_of(scenario), "");
}

TEST(Lint, LooksForABrokerThatHasNothingToForget) {
  Scenario scenario = parse(sound, "a.json");
  scenario.faults.push_back({.id = "reboot",
                             .on = {.edge = sim::Edge::broker},
                             .when = {.at = 1s},
                             .action = sim::RestartBroker{.forget_acks = 1s}});
  EXPECT_EQ(told_of(scenario),
            "/faults/4/do/restart_broker/forget_acks: no queue is durable, so none of them comes "
            "back\n");
  scenario.broker.durable = true;
  EXPECT_EQ(told_of(scenario), "");
}

TEST(Lint, CountsHowOftenARuleThatRepeatsFires) {
  Scenario scenario = parse(sound, "a.json");
  scenario.faults[2].when.repeat = sim::Repeat{1s, 2};
  scenario.expect.fired = {{.fault = "cut", .min = 3}};
  EXPECT_EQ(told_of(scenario), "");
  scenario.expect.fired = {{.fault = "cut", .min = 4}};
  EXPECT_EQ(told_of(scenario), "/expect/fired/0/min: \"cut\" fires at most 3 times\n");
}

TEST(Lint, LooksForExpectationsThatNothingCanMeet) {
  expect_told({
      {"{\"fault\": \"lost\", \"min\": 2}", "{\"fault\": \"lots\"}",
       "/expect/fired/0/fault: no fault is called \"lots\"; did you mean \"lost\"?"},
      {"{\"fault\": \"lost\", \"min\": 2}", "{\"fault\": \"lost\", \"min\": 3}",
       "/expect/fired/0/min: \"lost\" fires at most twice"},
      {"{\"fault\": \"lost\", \"min\": 2}", "{\"fault\": \"cut\", \"min\": 2}",
       "/expect/fired/0/min: \"cut\" fires at most once"},
      {"{\"fault\": \"lost\", \"min\": 2}", "{\"fault\": \"dead\", \"min\": 4}",
       "/expect/fired/0/min: \"dead\" fires at most 3 times"},
      {"\"min\": 1, \"max\": 2", "\"min\": 3, \"max\": 2",
       "/expect/always/2/count: no number is at least 3 and at most 2"},
      {", \"min\": 1, \"max\": 2", "",
       "/expect/always/2/count: any number will do: give \"min\", \"max\" or both"},
      {"\"op\": \"many#3\"", "\"op\": \"any#3\"",
       "/expect/always/2/count/of/op: no operation is called \"any\"; did you mean \"many\"?"},
      {R"({"ev": "accept", "server": "broker"})", R"({"ev": "invoke", "op": "first"})",
       "/expect/always/3/before/1: an event does not come before itself"},
      {"[\"return\", \"failure\"]", "[\"error\"]",
       "/expect/always/4/outcome/in: \"many\" is a cast, which never ends like this"},
      {"{\"fault\": \"lost\", \"min\": 2}", "{\"fault\": \"lost\", \"min\": 2, \"max\": 1}",
       "/expect/fired/0/max: no number is at least 2 and at most 1"},
      {"\"in\": [\"return\", \"failure\"]", "\"in\": [\"return\", \"failure\"], \"value\": 1",
       "/expect/always/4/outcome/value: only what returns has a value: \"in\" has to be "
       "[\"return\"]"},
      {"{\"law\": \"own-reply\"}",
       "{\"law\": \"own-reply\"}, {\"id\": \"p\", \"at_once\": {\"server\": \"s3\", \"max\": 1}}",
       "/expect/always/2/at_once/server: no server is called \"s3\"; did you mean \"s1\"?"},
      {"\"max\": \"9s\"", "\"min\": \"10s\", \"max\": \"9s\"",
       "/expect/always/5/within: no time is at least 10s and at most 9s"},
      {"\"classic\": [\"n\", \"task-order\"]", "\"classic\": [\"m\", \"task-order\"]",
       "/expect/violated/classic/0: no property of \"always\" is called \"m\""},
      {"\"profiles\": [\"strict\", \"classic\"]", "\"profiles\": [\"strict\"]",
       "/expect/violated/classic: no profile of this scenario is called \"classic\""},
      {"{\"strategy\": \"random\", \"runs\": 9, ", "{\"runs\": 9, ",
       "/explore/runs: the strategy \"single\" is one run; \"random\" makes several"},
      {"{\"strategy\": \"random\", \"runs\": 9, ",
       "{\"strategy\": \"random\", \"runs\": 9, \"orders\": 9, ",
       "/explore/orders: only the strategy \"exhaustive\" has bounds"},
  });
}

TEST(Lint, TellsGoalsFromLaws) {
  expect_told({
      {"{\"law\": \"own-reply\"}",
       "{\"law\": \"own-reply\"}, {\"law\": \"cast-order\", \"id\": \"c\"}",
       "/expect/always/2/law: \"cast-order\" is a goal, which some run reaches: it belongs in "
       "\"reachable\""},
      {"{\"law\": \"cast-order\"}", "{\"law\": \"deadline\"}",
       "/expect/reachable/0/law: \"deadline\" holds in every run: it belongs in \"always\""},
  });
}

/// A scenario of one task with these steps, which expects one thing.
std::string told_of_steps(const std::string& steps, const std::string& expect) {
  return told_of(parse(R"({"scenario": 1, "name": "a", "servers": [], "clients": [{"id": "c1"}],
    "script": [{"task": "c1/main", "steps": [)" +
                           steps + R"(]}], "expect": {)" + expect + "}}",
                       "a.json"));
}

TEST(Lint, LooksForLawsThatWouldJudgeNothing) {
  const std::string call = R"({"call": {"as": "a", "topic": "t", "method": "m"}})";
  const std::string cast = R"({"cast": {"as": "b", "topic": "t", "method": "m"}})";
  const std::string order = R"("always": [{"law": "task-order"}])";
  const std::string swap = R"("reachable": [{"law": "cast-order"}])";
  const std::string own = R"("always": [{"law": "own-reply"}])";
  const std::string told =
      "/expect/always/0/law: \"task-order\" would judge nothing: no task does anything after a "
      "call\n";
  EXPECT_EQ(told_of_steps(call, order), told);
  EXPECT_EQ(told_of_steps(cast + ", " + call, order), told);
  EXPECT_EQ(told_of_steps(call + ", " + cast, order), "");
  EXPECT_EQ(
      told_of_steps(R"({"call": {"as": "a", "repeat": 2, "topic": "t", "method": "m"}})", order),
      "");
  EXPECT_EQ(told_of_steps(cast, own),
            "/expect/always/0/law: \"own-reply\" would judge nothing: there are no calls\n");
  EXPECT_EQ(told_of_steps(call, R"("always": [{"law": "recovery"}, {"law": "no-residue"}])"),
            "/expect/always/0/law: \"recovery\" would judge nothing: the clock has no \"quiet\"\n"
            "/expect/always/1/law: \"no-residue\" would judge nothing: the clock has no "
            "\"quiet\"\n");
  EXPECT_EQ(told_of_steps(cast + R"(, {"cast": {"as": "c", "topic": "u", "method": "m"}})", swap),
            "/expect/reachable/0/law: \"cast-order\" would judge nothing: no task casts twice to "
            "one topic\n");
  EXPECT_EQ(told_of_steps(cast + R"(, {"cast": {"as": "c", "topic": "t", "method": "m"}})", swap),
            "");
}

TEST(Lint, WantsSomethingToBeDoneAndExpected) {
  EXPECT_EQ(told_of_steps("", ""),
            "/script: nothing is asked of any server\n/expect: nothing is expected\n");
}

TEST(Lint, LooksAtValuesThatNoFileCanHold) {
  Scenario scenario = parse(sound, "a.json");
  std::get<Until>(scenario.script[1].steps[0]).event.ev = "returned";
  std::get<LawProp>(scenario.expect.always[1].what).name = "own-replies";
  scenario.expect.always[3].id = "";
  std::get<OutcomeProp>(scenario.expect.always[4].what).in.emplace_back("returned");
  scenario.expect.always.push_back({"p", ShrunkProp{"at-most-twice"}});
  scenario.clock.limit = {};
  scenario.servers[1].start = {};
  scenario.faults.clear();
  scenario.expect.fired.clear();
  EXPECT_EQ(
      told_of(scenario),
      "/clock/limit: nothing can happen before the run ends\n"
      "/script/1/steps/0/until/ev: no event is called \"returned\"; did you mean \"return\"?\n"
      "/expect/always/1/law: no law is called \"own-replies\"; did you mean \"own-reply\"?\n"
      "/expect/always/3: a property that is no law needs an \"id\"\n"
      "/expect/always/4/outcome/in/2: no outcome is called \"returned\"; did you mean "
      "\"return\"?\n"
      "/expect/always/6/shrunk: no law is called \"at-most-twice\"; did you mean "
      "\"at-most-once\"?\n");
}

}  // namespace
}  // namespace castaway::scenario
