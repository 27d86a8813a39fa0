// Copies that the broker hands to another server, or to this one after a restart: only a claim
// store can tell.

#include <cmath>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;

struct Copied {
  FaultPlan faults = {};
  Profile profile = Profile::strict;
  bool claims = true;
  Duration claim_latency = 1ms;
  bool fanout = false;
};

/// Five casts to two servers of a topic; each of them is to run once.
check::History casts(const Copied& how) {
  Simulation sim({.seed = 7,
                  .faults = how.faults,
                  .profile = how.profile,
                  .claims = {.latency = how.claim_latency},
                  .limit = 300s});
  for (const char* host : {"host-1", "host-2"}) {
    RPCServerOptions options{.workers = 2};
    if (how.claims) options.claim_store = sim.claims();
    sim.serve({.topic = "compute", .server = host}, {echo_endpoint(sim)}, options);
  }
  sim.client("c", {.target = {.topic = "compute", .fanout = how.fanout}}, [&](RPCClient& client) {
    for (const char* host : {"host-1", "host-2"}) sim.wait_until_serving(host);
    for (int i = 0; i < 5; ++i) client.cast({}, "slow", {{"ms", 10}});
  });
  sim.run();
  return std::move(sim.recorder().history());
}

const FaultPlan to_another = {
    {.id = "copy", .on = {.edge = Edge::request}, .action = Duplicate{.to = Duplicate::To::other}}};

TEST(Copies, ForAnotherServerRunOnceWithAClaimStoreAndTwiceWithout) {
  const check::History with = casts({.faults = to_another});
  EXPECT_EQ(count(with, EventKind::deliver), 10U);
  EXPECT_EQ(count(with, EventKind::execute), 5U);
  EXPECT_THAT(check::at_most_once(with), check::Holds());
  const check::History without = casts({.faults = to_another, .claims = false});
  EXPECT_EQ(count(without, EventKind::execute), 10U);
}

TEST(Copies, ClassicAsksNoClaimStore) {
  EXPECT_EQ(count(casts({.faults = to_another, .profile = Profile::classic}), EventKind::execute),
            10U);
}

TEST(Copies, OfAFanoutAreOneForEachServer) {
  const check::History history = casts({.fanout = true});
  EXPECT_EQ(count(history, EventKind::execute), 10U);
}

/// What is copied for another server, and what happens to the claims.
FaultPlan to_another_and(std::initializer_list<Rule> rules) {
  FaultPlan plan = to_another;
  plan.insert(plan.end(), rules);
  return plan;
}

TEST(Copies, WhatIsInDoubtIsNotRun) {
  const Copied worlds[] = {
      {.faults = to_another_and({{.id = "unasked",
                                  .on = {.edge = Edge::claim, .hop = Hop::publish},
                                  .action = Drop{}}})},
      {.faults =
           to_another_and({{.id = "unanswered", .on = {.edge = Edge::claim}, .action = Drop{}}})},
      {.faults = to_another_and(
           {{.id = "late", .on = {.edge = Edge::claim}, .action = Delay{{.a = 6s}}}})},
      {.faults = to_another, .claim_latency = 3s},
  };
  for (const Copied& world : worlds) {
    const check::History history = casts(world);
    EXPECT_EQ(count(history, EventKind::execute), 0U);
    EXPECT_EQ(count(history, EventKind::deliver), 10U) << "it is not handed over again";
  }
}

TEST(Copies, RunElsewhereIfTheFirstQuestionIsLostAndNotIfItsAnswerIs) {
  const auto lost = [](Hop hop) {
    return casts({.faults = to_another_and({{.id = "lost",
                                             .on = {.edge = Edge::claim, .hop = hop},
                                             .when = {.nth = {1}},
                                             .action = Drop{}}})});
  };
  EXPECT_EQ(count(lost(Hop::publish), EventKind::execute), 5U);
  EXPECT_EQ(count(lost(Hop::deliver), EventKind::execute), 4U);
}

TEST(Copies, RunAtMostOnceWhateverBecomesOfTheClaims) {
  const When now_and_then{.prob = Ratio{1, 3}};
  const check::History history =
      casts({.faults = to_another_and({{.id = "unasked",
                                        .on = {.edge = Edge::claim, .hop = Hop::publish},
                                        .when = now_and_then,
                                        .action = Drop{}},
                                       {.id = "unanswered",
                                        .on = {.edge = Edge::claim},
                                        .when = now_and_then,
                                        .action = Drop{}}})});
  EXPECT_THAT(check::at_most_once(history), check::Holds());
  EXPECT_GT(count(history, EventKind::execute), 0U);
  EXPECT_LT(count(history, EventKind::execute), 5U);
}

/// One server that is killed and comes back between the two copies of a cast.
check::History across_a_restart(bool claims) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "copy",
                              .on = {.edge = Edge::request, .method = "nothing"},
                              .when = {.nth = {1}},
                              .action = Duplicate{.after_messages = 1}},
                             {.id = "crash",
                              .on = {.edge = Edge::process},
                              .when = {.at = 2s},
                              .action = Kill{.who = "host-1", .restart = 1s}}},
                  .limit = 300s});
  RPCServerOptions options{.workers = 1};
  if (claims) options.claim_store = sim.claims();
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, options);
  sim.client("c", {.target = {.topic = "compute"}}, [&](RPCClient& client) {
    sim.wait_until_serving("host-1");
    client.cast({}, "nothing");
    sim.runtime().sleep_until(TimePoint(5s));
    client.cast({}, "echo", {{"v", 1}});
  });
  sim.run();
  return std::move(sim.recorder().history());
}

TEST(Copies, AfterARestartRunOnceWithAClaimStoreAndTwiceWithout) {
  const check::History with = across_a_restart(true);
  EXPECT_EQ(count(with, EventKind::execute), 2U) << "the cast, and the one after it";
  EXPECT_THAT(check::at_most_once(with), check::Holds());
  EXPECT_EQ(count(across_a_restart(false), EventKind::execute), 3U);
}

TEST(Copies, AStrictServerKnowsThemAfterItsOwnStopAndStart) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7,
                    .faults = {{.id = "copy",
                                .on = {.edge = Edge::request, .method = "nothing"},
                                .action = Duplicate{.after_messages = 1}}},
                    .profile = profile,
                    .limit = 300s});
    sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 1});
    sim.client("c", {.target = {.topic = "compute"}}, [&](RPCClient& client) {
      sim.wait_until_serving("host-1");
      client.cast({}, "nothing");
      sim.runtime().sleep_until(sim.now() + 1s);
      sim.stop_server("host-1");
      sim.start_server("host-1");
      client.cast({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(count(sim.run(), EventKind::execute), profile == Profile::strict ? 2U : 3U);
  }
}

TEST(ClaimService, AQuestionOutlivesWhoAsked) {
  // The first life ends while its claim is under way. It is granted all the same.
  Simulation sim({.seed = 7,
                  .faults = {{.id = "crash",
                              .on = {.edge = Edge::process},
                              .when = {.at = 50ms},
                              .action = Kill{.who = "s", .restart = 1s}}},
                  .claims = {.latency = 100ms},
                  .limit = 300s});
  std::vector<Claim> answers;
  sim.process("s", [&](Process&) { answers.push_back(sim.claims()->claim("id@q", never)); });
  sim.run();
  EXPECT_THAT(answers, testing::ElementsAre(Claim::taken));
  EXPECT_EQ(sim.claims()->granted(), 1U);
}

TEST(ClaimService, RulesAreAimedAtWhoAsksAndAtWhoIsAnswered) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "question",
                              .on = {.edge = Edge::claim, .hop = Hop::publish, .from = "s1"},
                              .action = Drop{}},
                             {.id = "answer",
                              .on = {.edge = Edge::claim, .to = "s2"},
                              .action = Delay{{.a = 50ms}}}},
                  .limit = 300s});
  sim.process(
      "s1", [&](Process&) { EXPECT_EQ(sim.claims()->claim("a@q", TimePoint(1s)), Claim::doubt); });
  sim.process("s2", [&](Process&) {
    EXPECT_EQ(sim.claims()->claim("b@q", TimePoint(1s)), Claim::granted);
    EXPECT_EQ(sim.now(), TimePoint(52ms));
  });
  sim.run();
  EXPECT_THAT(sim.faults().fired(), testing::ElementsAre(1U, 1U));
}

TEST(ClaimService, AnswersInTimeOnceAllIsQuiet) {
  Simulation sim(
      {.seed = 7,
       .faults = {{.id = "late", .on = {.edge = Edge::claim}, .action = Delay{{.a = 100s}}}},
       .limit = 300s,
       .quiet = TimePoint(2s)});
  sim.process("s", [&](Process& process) {
    EXPECT_EQ(sim.claims()->claim("a@q", never), Claim::granted);
    EXPECT_EQ(sim.now(), TimePoint(2001ms)) << "nothing is late any more";
    EXPECT_EQ(sim.claims()->claim("b@q", never), Claim::granted);
    EXPECT_EQ(process.runtime.now(), TimePoint(2003ms));
  });
  sim.run();
}

TEST(ClaimService, AnswersByTheDeadlineOrNotAtAll) {
  Simulation sim({.seed = 7, .claims = {.latency = 100ms}, .limit = 300s});
  sim.process("s", [&](Process&) {
    EXPECT_EQ(sim.claims()->claim("a@q", sim.now() + 201ms), Claim::granted);
    const TimePoint asked = sim.now();
    EXPECT_EQ(sim.claims()->claim("b@q", asked + 199ms), Claim::doubt);
    EXPECT_EQ(sim.now(), asked + 199ms);
  });
  sim.run();
  EXPECT_EQ(sim.claims()->granted(), 2U);
}

}  // namespace
}  // namespace castaway::sim
