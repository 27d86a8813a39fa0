#include "castaway/scenario/generate.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"
#include "castaway/scenario/run.h"

#include "tally.h"

namespace castaway::property {
namespace {

using scenario::Client;
using scenario::generate;
using scenario::GenerateOptions;
using scenario::Operation;
using scenario::Scenario;
using scenario::Server;
using scenario::StopServer;
using sim::Duplicate;

constexpr std::uint64_t many = 2000;

std::uint64_t seed(std::uint64_t n) { return scenario::seed_of_run(3, n); }

/// Sizes from 0 to 40, by turns.
GenerateOptions options(std::uint64_t n, bool stray_copies = false) {
  return {.size = static_cast<std::uint32_t>(n % 41), .stray_copies = stray_copies};
}

template <class Step>
bool has(const Scenario& scenario) {
  return std::ranges::any_of(scenario.script, [](const scenario::Script& script) {
    return std::ranges::any_of(script.steps, [](const scenario::ScriptStep& step) {
      return std::holds_alternative<Step>(step);
    });
  });
}

bool is_server(const Scenario& scenario, const std::string& id) {
  return std::ranges::count(scenario.servers, id, &Server::id) > 0;
}

/// Whether a connection of a server may carry what such a rule looks at.
bool may_carry_for_a_server(const Scenario& scenario, const sim::On& on) {
  using sim::Edge;
  using sim::Hop;
  const auto is_client = [&](const std::string& id) {
    return !id.empty() && !is_server(scenario, id);
  };
  if (on.edge == Edge::ack) return !is_client(on.from);
  if (on.edge == Edge::confirm) return !is_client(on.to);
  // A server that asks others sends requests and gets replies.
  if (on.edge == Edge::request) return on.hop == Hop::deliver || !is_client(on.from);
  return sim::has_body(on.edge) && (on.hop == Hop::publish || !is_client(on.to));
}

/// Whether the broker takes something from a server, which then connects anew.
bool loses_a_consumer(const Scenario& scenario, const sim::Action& action) {
  if (const auto* gone = std::get_if<sim::DeleteQueue>(&action)) return gone->replies_of.empty();
  if (const auto* close = std::get_if<sim::CloseChannel>(&action))
    return is_server(scenario, close->who);
  const auto* cancel = std::get_if<sim::CancelConsumer>(&action);
  return cancel != nullptr && cancel->replies_of.empty() &&
         (cancel->who.empty() || is_server(scenario, cancel->who));
}

TEST(Generate, TheSameSeedAndSizeGiveTheSameScenario) {
  for (std::uint64_t n = 0; n < 200; ++n) {
    EXPECT_EQ(generate(seed(n), options(n)), generate(seed(n), options(n)));
    EXPECT_NE(generate(seed(n), options(n)), generate(seed(n + 1), options(n)));
  }
}

TEST(Generate, WhatItMakesIsWhatAPersonCouldHaveWritten) {
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), options(n, n % 4 == 0));
    for (const scenario::Problem& problem : lint(scenario)) {
      ADD_FAILURE() << problem.pointer << ": " << problem.text << "\n" << print(scenario);
    }
    for (const sim::Rule& rule : scenario.faults) EXPECT_EQ(validate(rule), "");
    if (n % 10 == 0) {
      EXPECT_EQ(scenario::parse(print(scenario), scenario.name), scenario);
    }
  }
}

TEST(Generate, AWorldWithClaimsIsWhatAPersonCouldHaveWrittenAndHasAllThatItIsFor) {
  std::size_t lost = 0, late = 0, forgetful = 0, stray = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario =
        generate(seed(n), {.size = static_cast<std::uint32_t>(n % 41), .claims = true});
    EXPECT_EQ(scenario.profiles, std::vector{scenario::SubjectProfile::strict_claims});
    for (const scenario::Problem& problem : lint(scenario)) {
      ADD_FAILURE() << problem.pointer << ": " << problem.text << "\n" << print(scenario);
    }
    for (const sim::Rule& rule : scenario.faults) {
      const bool claim = rule.on.edge == sim::Edge::claim;
      lost += claim && std::holds_alternative<sim::Drop>(rule.action) ? 1 : 0;
      late += claim && std::holds_alternative<sim::Delay>(rule.action) ? 1 : 0;
      const auto* restart = std::get_if<sim::RestartBroker>(&rule.action);
      forgetful += restart != nullptr && restart->forget_acks > Duration::zero() ? 1 : 0;
      const auto* copy = std::get_if<Duplicate>(&rule.action);
      stray += copy != nullptr && copy->to == Duplicate::To::other ? 1 : 0;
    }
  }
  for (const std::size_t found : {lost, late, forgetful, stray}) EXPECT_GT(found, many / 100);
}

/// What no process alone could tell, a claim store can: copies for others, and cuts that bring back
/// what was delivered.
TEST(Generate, AWorldWithClaimsHasCutsTogetherWithCopiesOnSharedTopics) {
  std::size_t together = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40, .claims = true});
    std::set<std::pair<std::string, std::string>> topics;
    for (const Server& server : scenario.servers) topics.emplace(server.exchange, server.topic);
    bool strays = false, cuts = false;
    for (const sim::Rule& rule : scenario.faults) {
      const auto* copy = std::get_if<Duplicate>(&rule.action);
      const auto* cut = std::get_if<sim::Disconnect>(&rule.action);
      strays = strays || (copy != nullptr && rule.on.edge == sim::Edge::request);
      cuts = cuts || (cut != nullptr &&
                      (is_server(scenario, cut->who) || may_carry_for_a_server(scenario, rule.on)));
    }
    together += topics.size() < scenario.servers.size() && strays && cuts ? 1 : 0;
  }
  EXPECT_GT(together, many / 400);
}

TEST(Generate, HasConfirmsThatAreSaidInEachOtherWay) {
  std::map<sim::ConfirmAs::How, std::size_t> seen;
  for (std::uint64_t n = 0; n < many; ++n) {
    for (const sim::Rule& rule : generate(seed(n), {.size = 40}).faults) {
      if (const auto* said = std::get_if<sim::ConfirmAs>(&rule.action)) ++seen[said->how];
    }
  }
  EXPECT_EQ(seen.size(), 3U);
  for (const auto& [how, times] : seen) EXPECT_GT(times, many / 200);
}

TEST(Generate, HasCallsOfMonitoredClientsThatAreRefused) {
  std::size_t refused = 0;
  for (std::uint64_t n = 0; n < many && refused < 10; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    for (const scenario::Script& script : scenario.script) {
      const auto client = std::ranges::find(scenario.clients, script.client, &scenario::Client::id);
      for (const scenario::ScriptStep& step : script.steps) {
        const auto* operation = std::get_if<Operation>(&step);
        refused +=
            operation != nullptr && operation->method == "missing" && client->monitor ? 1 : 0;
      }
    }
  }
  EXPECT_GE(refused, 10U);
}

TEST(Generate, HasClientsThatAllowWhatServersRaise) {
  std::size_t allowed = 0, raised = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    allowed += std::ranges::any_of(scenario.clients, [](const Client& client) {
      return !client.allowed_remote_exmods.empty();
    });
    if (n % 20 != 0) continue;
    const scenario::Outcome outcome =
        run(scenario, scenario::SubjectProfile::strict, scenario.seed);
    for (const check::Event& event : outcome.history.events()) {
      raised += event.kind == check::EventKind::error &&
                outcome.history.text(event.name).ends_with("_Remote");
    }
  }
  EXPECT_GT(allowed, many / 10);
  EXPECT_GT(raised, 0U);
}

/// And some of these servers never come to serve before they are stopped.
TEST(Generate, HasStopsOfServersThatStillStart) {
  std::size_t drawn = 0, met = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    const auto rule = std::ranges::find(scenario.faults, "no-start", &sim::Rule::id);
    if (rule == scenario.faults.end()) continue;
    const auto& steps = scenario.script.front().steps;
    const auto step = std::ranges::find_if(steps, [](const scenario::ScriptStep& one) {
      return std::holds_alternative<StopServer>(one);
    });
    ASSERT_NE(step, steps.end());
    const auto& stopped = std::get<StopServer>(*step).id;
    if (drawn++ % 4 != 0) continue;
    const check::History history =
        run(scenario, scenario::SubjectProfile::strict, scenario.seed).history;
    for (const check::Event& event : history.events()) {
      if (event.kind != check::EventKind::process || history.text(event.actor) != stopped) continue;
      if (event.detail == check::Detail::started) continue;
      met += event.detail == check::Detail::stopping;
      break;
    }
  }
  EXPECT_GT(drawn, many / 50);
  EXPECT_GT(met, many / 400);
}

TEST(Generate, AWorldWithoutClaimsIsInProfileStrict) {
  const Scenario scenario = generate(seed(1), {.size = 40, .stray_copies = true});
  EXPECT_EQ(scenario.profiles, std::vector{scenario::SubjectProfile::strict});
}

TEST(Generate, TheSmallestHasOneOfEverythingAndNoFault) {
  for (std::uint64_t n = 0; n < 100; ++n) {
    const Scenario smallest = generate(seed(n), {.size = 0});
    EXPECT_EQ(smallest.servers.size(), 1U);
    EXPECT_EQ(smallest.clients.size(), 1U);
    ASSERT_EQ(smallest.script.size(), 1U);
    EXPECT_EQ(smallest.script[0].steps.size(), 1U);
    EXPECT_TRUE(smallest.faults.empty());
  }
}

TEST(Generate, AGreaterSizeLeavesTheFirstServersAndClientsAsTheyWere) {
  for (std::uint64_t n = 0; n < 200; ++n) {
    const Scenario small = generate(seed(n), {.size = 4});
    const Scenario great = generate(seed(n), {.size = 40});
    ASSERT_LE(small.servers.size(), great.servers.size());
    for (std::size_t i = 0; i < small.servers.size(); ++i) {
      EXPECT_EQ(small.servers[i].id, great.servers[i].id);
      EXPECT_EQ(small.servers[i].topic, great.servers[i].topic);
      EXPECT_EQ(small.servers[i].workers, great.servers[i].workers);
      EXPECT_EQ(small.servers[i].start, great.servers[i].start);
    }
    ASSERT_LE(small.clients.size(), great.clients.size());
    for (std::size_t i = 0; i < small.clients.size(); ++i) {
      // What is raised, and so can be allowed, is a matter of the methods that are asked for.
      Client client = great.clients[i];
      client.allowed_remote_exmods = small.clients[i].allowed_remote_exmods;
      // And who differs from all others is the last one.
      client.durable = small.clients[i].durable;
      EXPECT_EQ(small.clients[i], client);
    }
    // How long the broker waits for an ack depends on all that is asked for.
    scenario::BrokerWorld broker = great.broker;
    broker.consumer_timeout = small.broker.consumer_timeout;
    EXPECT_EQ(small.broker, broker);
  }
}

TEST(Generate, HasMessagesMadeByHandAndArgumentsThatCannotBeSentAndSharedProcesses) {
  std::size_t by_hand = 0, unserialisable = 0, shared = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    by_hand += has<scenario::Inject>(scenario) ? 1 : 0;
    shared += scenario.clients.size() > 1 && !scenario.clients[1].process.empty() ? 1 : 0;
    for (const scenario::Script& script : scenario.script) {
      for (const scenario::ScriptStep& step : script.steps) {
        const auto* operation = std::get_if<Operation>(&step);
        unserialisable += operation != nullptr && !operation->unserialisable.empty() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(by_hand, many / 20);
  EXPECT_GT(unserialisable, many / 20);
  EXPECT_GT(shared, many / 20);
}

TEST(Generate, WithoutFaultsNothingGoesWrong) {
  for (std::uint64_t n = 0; n < 200; ++n) {
    EXPECT_TRUE(generate(seed(n), {.size = 40, .faults = false}).faults.empty());
  }
}

TEST(Generate, AWorldHasCopiesOrRestartsUnlessStrayCopiesAreWanted) {
  std::size_t copies = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    std::set<std::pair<std::string, std::string>> topics;
    for (const Server& server : scenario.servers) topics.emplace(server.exchange, server.topic);
    const bool shared = topics.size() < scenario.servers.size();
    const auto copies_requests = [](const sim::Rule& rule) {
      return rule.on.edge == sim::Edge::request && std::holds_alternative<Duplicate>(rule.action);
    };
    if (std::ranges::none_of(scenario.faults, copies_requests)) continue;
    ++copies;
    EXPECT_FALSE(shared && has<StopServer>(scenario));
    for (const sim::Rule& rule : scenario.faults) {
      const auto* kill = std::get_if<sim::Kill>(&rule.action);
      EXPECT_FALSE(kill != nullptr && is_server(scenario, kill->who)) << print(scenario);
      if (!shared) continue;
      EXPECT_FALSE(std::holds_alternative<sim::RestartBroker>(rule.action)) << print(scenario);
      EXPECT_FALSE(loses_a_consumer(scenario, rule.action)) << print(scenario);
      const auto* cut = std::get_if<sim::Disconnect>(&rule.action);
      EXPECT_FALSE(cut != nullptr && is_server(scenario, cut->who)) << print(scenario);
      EXPECT_FALSE(cut != nullptr && may_carry_for_a_server(scenario, rule.on)) << print(scenario);
      if (copies_requests(rule)) {
        EXPECT_EQ(std::get<Duplicate>(rule.action).to, Duplicate::To::same);
      }
    }
  }
  EXPECT_GT(copies, many / 20);
}

/// Why stray copies are left out: a process cannot know what another, or an earlier one, has run.
TEST(Generate, StrayCopiesAreMoreThanOneProcessCanTell) {
  std::uint64_t runs = 0;
  bool violated = false;
  while (!violated && runs < many) {
    const std::uint64_t n = runs++;
    const Scenario scenario = generate(seed(n), {.size = 40, .stray_copies = true});
    const scenario::Outcome outcome =
        scenario::run(scenario, scenario::SubjectProfile::strict, seed(n));
    violated = check::at_most_once(outcome.history).violated();
  }
  EXPECT_TRUE(violated) << "not in " << runs << " runs";
}

/// And neither can what a broker delivers again by itself.
TEST(Generate, ForgottenAcksAreMoreThanOneProcessCanTell) {
  std::uint64_t runs = 0;
  bool violated = false;
  for (std::uint64_t n = 0; n < many && !violated; ++n) {
    Scenario scenario = generate(seed(n), {.size = 40, .claims = true});
    std::erase_if(scenario.faults, [](const sim::Rule& rule) {
      const auto* restart = std::get_if<sim::RestartBroker>(&rule.action);
      return restart == nullptr || restart->forget_acks == Duration::zero();
    });
    if (scenario.faults.empty()) continue;
    ++runs;
    const scenario::Outcome outcome =
        scenario::run(scenario, scenario::SubjectProfile::strict, seed(n));
    violated = check::at_most_once(outcome.history).violated();
  }
  EXPECT_TRUE(violated) << "not in " << runs << " runs";
}

TEST(Generate, AQuietWorldIsAskedForRecoveryAndHasItJudged) {
  std::size_t quiet = 0;
  for (std::uint64_t n = 0; n < 600; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    if (!scenario.clock.quiet) continue;
    ++quiet;
    const scenario::Outcome outcome =
        scenario::run(scenario, scenario::SubjectProfile::strict, seed(n));
    EXPECT_GT(check::recovery(outcome.history).judged, 0U) << print(scenario);
    EXPECT_EQ(check::no_residue(outcome.history).judged, 4U) << print(scenario);
  }
  EXPECT_GT(quiet, 150U);
}

TEST(Generate, EveryLawThatIsAskedForHasSomethingToJudgeSooner) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> judged;  // asked for, and judged
  for (std::uint64_t n = 0; n < 300; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40, .faults = false});
    const scenario::Outcome outcome =
        scenario::run(scenario, scenario::SubjectProfile::strict, seed(n));
    for (const scenario::Finding& finding : scenario::judge(scenario, outcome)) {
      if (finding.property.starts_with("refused-")) continue;  // of one call
      auto& [asked, answered] = judged[finding.property];
      ++asked;
      answered += finding.verdict.judged > 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(judged.size(), 18U);
  for (const auto& [law, counts] : judged) {
    if (law == "retries-used") continue;  // without faults nothing fails
    // Without them few operations are known to have had no effect, and not all worlds have fanouts.
    const std::size_t share = law == "effect" ? 1 : law == "fanout-whole" ? 8 : 9;
    EXPECT_GE(counts.second * 10, counts.first * share) << law;
  }
}

}  // namespace
}  // namespace castaway::property
