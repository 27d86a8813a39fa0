// Whether generated scenarios have all that they are meant to have: each action, and each word of
// worlds, scripts and rules, in one of so many.

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/check/history.h"
#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

namespace castaway::property {
namespace {

using scenario::generate;
using scenario::Scenario;
using scenario::SubjectProfile;

constexpr std::uint64_t many = 2000;

std::uint64_t seed(std::uint64_t n) { return scenario::seed_of_run(3, n); }

template <class Of>
bool any(const Of& of, const std::function<bool(const typename Of::value_type&)>& is) {
  return std::ranges::any_of(of, is);
}

bool any_server(const Scenario& scenario, bool (*is)(const scenario::Server&)) {
  return any(scenario.servers, is);
}

bool any_client(const Scenario& scenario, bool (*is)(const scenario::Client&)) {
  return any(scenario.clients, is);
}

bool any_operation(const Scenario& scenario, bool (*is)(const scenario::Operation&)) {
  return any(scenario.script, [&](const scenario::Script& script) {
    return any(script.steps, [&](const scenario::ScriptStep& step) {
      const auto* operation = std::get_if<scenario::Operation>(&step);
      return operation != nullptr && is(*operation);
    });
  });
}

/// Some method asks others in this way.
template <scenario::Operation::Kind kind>
bool has_nested(const Scenario& scenario) {
  return any_server(scenario, [](const scenario::Server& server) {
    return any(server.endpoint, [](const auto& method) {
      const auto* nested = std::get_if<scenario::Operation>(&method.second.front());
      return nested != nullptr && nested->kind == kind;
    });
  });
}

bool has_argument(const Scenario& scenario, const char* name) {
  return scenario.broker.queue_arguments.json().contains(name) ||
         any(scenario.servers, [&](const scenario::Server& server) {
           return server.queue_arguments.json().contains(name);
         });
}

template <class Action>
bool any_action(const Scenario& scenario, bool (*is)(const Action&)) {
  return any(scenario.faults, [&](const sim::Rule& rule) {
    const auto* action = std::get_if<Action>(&rule.action);
    return action != nullptr && is(*action);
  });
}

template <class Action, std::string Action::*which>
bool names_queue(const Scenario& scenario) {
  return any_action<Action>(scenario,
                            [](const Action& action) { return !(action.*which).empty(); });
}

bool has_server_of(const Scenario& scenario, SubjectProfile profile) {
  return any(scenario.servers,
             [&](const scenario::Server& server) { return server.profile == profile; });
}

struct Word {
  const char* name;
  bool (*is_in)(const Scenario&);
  std::uint64_t of = 200;  ///< at least one scenario in so many has it
};

using Kind = scenario::Operation::Kind;

const Word words[] = {
    {"acks_late",
     [](const Scenario& s) {
       return any_server(s, [](const auto& one) { return one.acks_late; });
     }},
    {"a server of classic",
     [](const Scenario& s) { return has_server_of(s, SubjectProfile::classic); }},
    {"a server of strict+claims",
     [](const Scenario& s) { return has_server_of(s, SubjectProfile::strict_claims); }},
    {"two of one name",
     [](const Scenario& s) {
       return any_server(s, [](const auto& one) { return !one.name.empty(); });
     }},
    {"a server that differs in durable",
     [](const Scenario& s) {
       return any_server(s, [](const auto& one) { return one.durable.has_value(); });
     },
     500},
    {"a client that differs in durable",
     [](const Scenario& s) {
       return any_client(s, [](const auto& one) { return one.durable.has_value(); });
     }},
    {"exclusive_reply_queue",
     [](const Scenario& s) {
       return any_client(s, [](const auto& one) { return one.exclusive_reply_queue; });
     }},
    {"retry_on",
     [](const Scenario& s) {
       return any_operation(s, [](const auto& one) { return !one.retry_on.empty(); });
     }},
    {"priority",
     [](const Scenario& s) {
       return any_operation(s, [](const auto& one) { return one.priority.has_value(); });
     }},
    {"a method that calls", has_nested<Kind::call>},
    {"a method that casts", has_nested<Kind::cast>},
    {"a method that fans out", has_nested<Kind::fanout>},
    {"a chain of three",
     [](const Scenario& s) {
       return any_operation(s, [](const auto& one) { return one.method == "chain"; });
     }},
    {"nodes", [](const Scenario& s) { return s.broker.nodes > 1; }, 20},
    {"consumer_timeout", [](const Scenario& s) { return s.broker.consumer_timeout.age < 20s; }},
    {"x-max-length", [](const Scenario& s) { return has_argument(s, "x-max-length"); }},
    {"x-overflow", [](const Scenario& s) { return has_argument(s, "x-overflow"); }},
    {"x-max-priority", [](const Scenario& s) { return has_argument(s, "x-max-priority"); }},
    {"x-single-active-consumer",
     [](const Scenario& s) { return has_argument(s, "x-single-active-consumer"); }},
    {"x-expires", [](const Scenario& s) { return has_argument(s, "x-expires"); }},
    {"x-dead-letter-exchange",
     [](const Scenario& s) { return has_argument(s, "x-dead-letter-exchange"); }},
    {"x-queue-type", [](const Scenario& s) { return has_argument(s, "x-queue-type"); }},
    {"x-delivery-limit", [](const Scenario& s) { return has_argument(s, "x-delivery-limit"); },
     400},
    {"stale",
     [](const Scenario& s) {
       return any_action<sim::Disconnect>(s, [](const auto& cut) { return cut.stale > 0s; });
     }},
    {"unnoticed",
     [](const Scenario& s) {
       return any_action<sim::Disconnect>(s, [](const auto& cut) { return cut.unnoticed; });
     }},
    {"on topic",
     [](const Scenario& s) {
       return any(s.faults, [](const sim::Rule& rule) { return !rule.on.topic.empty(); });
     }},
    {"on exchange",
     [](const Scenario& s) {
       return any(s.faults, [](const sim::Rule& rule) { return !rule.on.exchange.empty(); });
     }},
    {"delete queue_of", names_queue<sim::DeleteQueue, &sim::DeleteQueue::queue_of>, 1000},
    {"delete fanout_of", names_queue<sim::DeleteQueue, &sim::DeleteQueue::fanout_of>, 500},
    {"delete replies_of", names_queue<sim::DeleteQueue, &sim::DeleteQueue::replies_of>},
    {"purge queue", names_queue<sim::PurgeQueue, &sim::PurgeQueue::queue>, 500},
    {"purge queue_of", names_queue<sim::PurgeQueue, &sim::PurgeQueue::queue_of>, 500},
    {"purge replies_of", names_queue<sim::PurgeQueue, &sim::PurgeQueue::replies_of>},
    {"unbind fanout_of", names_queue<sim::Unbind, &sim::Unbind::fanout_of>, 300},
    {"unbind exchange", names_queue<sim::Unbind, &sim::Unbind::exchange>},
    {"cancel replies_of", names_queue<sim::CancelConsumer, &sim::CancelConsumer::replies_of>, 500},
    {"cancel who", names_queue<sim::CancelConsumer, &sim::CancelConsumer::who>, 500},
};

TEST(GenerateWords, EachIsInSomeScenario) {
  std::map<std::string_view, std::uint64_t> found;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    for (const Word& word : words) found[word.name] += word.is_in(scenario) ? 1 : 0;
  }
  for (const Word& word : words) EXPECT_GE(found[word.name] * word.of, many) << word.name;
}

TEST(GenerateWords, EachActionIsInSomeScenarioAndFires) {
  std::map<std::string_view, std::uint64_t> drawn, fired;
  for (std::uint64_t n = 0; n < many; ++n) {
    const Scenario scenario = generate(seed(n), {.size = 40});
    for (const sim::Rule& rule : scenario.faults) ++drawn[name_of(rule.action)];
    if (n % 4 != 0) continue;
    const scenario::Outcome outcome = run(scenario, SubjectProfile::strict, scenario.seed);
    for (std::size_t rule = 0; rule < scenario.faults.size(); ++rule) {
      if (outcome.fired[rule] > 0) ++fired[name_of(scenario.faults[rule].action)];
    }
  }
  sim::for_each_action([&]<class Action>(const Action&) {
    EXPECT_GE(drawn[Action::name] * 100, many) << Action::name;
    EXPECT_GT(fired[Action::name], 0U) << Action::name;
  });
}

/// A broker that waits for an ack no longer than some work takes closes the channel of a server.
TEST(GenerateWords, ABrokerLosesItsPatience) {
  std::uint64_t worlds = 0, lost = 0;
  for (std::uint64_t n = 0; n < many; ++n) {
    Scenario scenario = generate(seed(n), {.size = 40});
    if (scenario.broker.consumer_timeout.age > 20s) continue;
    ++worlds;
    const scenario::Outcome outcome = run(scenario, SubjectProfile::strict, scenario.seed);
    lost += any(outcome.history.events(), [&](const check::Event& event) {
      return event.detail == check::Detail::channel_closed &&
             outcome.history.text(event.text).find("acknowledgement") != std::string_view::npos;
    });
  }
  EXPECT_GT(worlds, many / 50);
  EXPECT_GE(lost * 20, worlds) << lost << " of " << worlds;
}

}  // namespace
}  // namespace castaway::property
