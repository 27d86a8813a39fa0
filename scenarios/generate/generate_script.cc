// The script: what each task asks for, with operations called a1, a2, … in the first task, b1, b2,
// … in the second, and so on.

#include <algorithm>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

constexpr std::uint64_t most_tasks = 4;

std::string name_of_user(std::uint64_t number) { return "user-" + std::to_string(number % 7); }

Operation operation(const Dice& dice, const Scenario& scenario, std::string name,
                    std::uint64_t number) {
  using enum Operation::Kind;
  Operation operation{.as = std::move(name)};
  operation.kind = dice.pick("kind", {call, call, call, call, cast, cast, cast, fanout});
  const Server& server = dice.one_of("server", scenario.servers);
  ask(server, operation);
  if (dice.happens("older-version", {1, 4})) operation.version = "1.0";
  if (dice.happens("context", {1, 8})) operation.context = Object({{"user", name_of_user(number)}});
  if (operation.kind != fanout && dice.happens("named-server", {1, 4})) {
    operation.server = server.target_name();
  }
  operation.method =
      dice.pick<const char*>("method", {"echo", "echo", "work", "fail", "quiet", "relay", "chain"});
  if (!server.endpoint.contains(operation.method)) operation.method = "echo";
  // Nobody has it: the request is refused, and its heartbeats with it.
  const bool may_be_refused =
      operation.kind == call && number % 100 > 1 && !scenario.clock.quiet.has_value();
  if (may_be_refused && dice.happens("no-such-method", {1, 24})) operation.method = missing_method;
  operation.args = Object({{"n", number}});
  if (dice.happens("priority", {1, 8}))
    operation.priority = dice.pick<std::uint32_t>("which-priority", {0, 1, 5, 9, 255});
  // A refusal at home is no failure to recover.
  if (!scenario.clock.quiet && dice.happens("unserialisable", {1, 40})) {
    operation.unserialisable = "odd";
  }
  if (operation.kind == call) {
    if (dice.happens("own-timeout", {1, 2})) {
      operation.timeout = dice.pick<Duration>("timeout", {0s, 50ms, 100ms, 250ms, 1s, 2s, 3s, 5s});
    }
    if (operation.method != missing_method && dice.happens("asks-again", {1, 12})) {
      operation.repeat = dice.pick<std::uint32_t>("at-most", {2, 3});
      operation.retry_on = {"timeout"};
      if (dice.happens("after-failures", {1, 2})) operation.retry_on.emplace_back("failure");
    }
  } else if (dice.happens("burst", {1, 8})) {
    // More than oslo.messaging's servers remember, at times.
    operation.repeat = dice.pick<std::uint32_t>("repeat", {2, 5, 24});
  }
  return operation;
}

/// A stop, some time without the server, and a start, unless it stops for good.
void add_break(const Dice& dice, const std::string& server, bool needed,
               std::vector<ScriptStep>& steps) {
  steps.emplace_back(StopServer{server});
  if (!needed && dice.happens("for-good", {1, 2})) return;
  steps.emplace_back(Wait{dice.pick<Duration>("for", {1ms, 50ms, 500ms, 2s})});
  steps.emplace_back(StartServer{server});
}

Script script(const Draft& draft, std::uint64_t client, std::uint64_t task) {
  const Scenario& scenario = draft.scenario;
  const Dice dice = draft.dice.of("client", client + 1).of("task", task + 1);
  const std::uint64_t letter = client * most_tasks + task;
  Script script{.client = scenario.clients[client].id,
                .task = task == 0 ? "main" : "t" + std::to_string(task + 1)};
  if (letter == 0 && !draft.stopped_at_start.empty()) {
    const std::string& server = draft.stopped_at_start;
    const Dice stop = dice.of("stops-a-start");
    script.steps.emplace_back(Wait{std::ranges::find(scenario.servers, server, &Server::id)->start +
                                   stop.pick<Duration>("after", {0s, 1ms, 3ms, 50ms, 300ms})});
    add_break(stop, server, scenario.clock.quiet.has_value(), script.steps);
  }
  const std::uint64_t operations =
      how_many(dice, "operations", 12, 1 + std::uint64_t{draft.options.size} / 2);
  for (std::uint64_t i = 1; i <= operations; ++i) {
    const Dice step = dice.of("step", i);
    if (i > 1 && step.happens("waits", {1, 6})) {
      script.steps.emplace_back(
          Wait{step.pick<Duration>("wait", {1ms, 10ms, 100ms, 500ms, 1s, 3s})});
    }
    // Only one task does that, so that no two quarrel over a server.
    // A server that stops gives back what it has, copies too, and another may get them.
    const bool may_stop = draft.kind != Kind::copies || !shares_a_topic(scenario);
    if (letter == 0 && may_stop && i > 1 && step.happens("break", {1, 32})) {
      add_break(step, step.one_of("whose", scenario.servers).id, scenario.clock.quiet.has_value(),
                script.steps);
    }
    const char name[] = {static_cast<char>('a' + letter), '\0'};
    script.steps.emplace_back(
        operation(step, scenario, name + std::to_string(i), letter * 100 + i));
  }
  if (draft.options.size >= 2) generate_hand_made(dice, scenario, script);
  return script;
}

/// One that starts late, and whose connections may break.
std::string server_to_stop_at_start(const Draft& draft) {
  const bool has_room = draft.options.faults && draft.options.size >= 4;
  if (!has_room || draft.kind == Kind::copies) return "";
  for (const Server& server : draft.scenario.servers) {
    if (server.start > Duration::zero() && draft.dice.happens("stops-a-start", {1, 3}))
      return server.id;
  }
  return "";
}

/// Somebody closes the client while its other tasks still ask for something.
void add_close(const Draft& draft, std::vector<Script>& scripts) {
  const Client& client = draft.scenario.clients.back();
  const bool is_asked_in_the_end = draft.scenario.clock.quiet && draft.scenario.clients.size() == 1;
  const bool is_small = draft.options.size < 2;
  if (is_small || is_asked_in_the_end || !draft.dice.happens("closes", {1, 24})) return;
  scripts.push_back(
      {.client = client.id,
       .task = "closer",
       .steps = {Wait{draft.dice.pick<Duration>("closes-after", {1ms, 20ms, 200ms, 1s})},
                 Close{}}});
}

/// How long a task may take at most.
Duration bound_of(const Script& script, const Client& client) {
  Duration bound = {};
  for (const ScriptStep& step : script.steps) {
    if (const auto* wait = std::get_if<Wait>(&step)) bound += wait->for_;
    if (std::holds_alternative<StopServer>(step)) bound += 60s;
    const auto* operation = std::get_if<Operation>(&step);
    if (operation == nullptr) continue;
    const bool call = operation->kind == Operation::Kind::call;
    const Duration each = call ? operation->timeout.value_or(*client.timeout) : longest_cast;
    bound += each * operation->names().size();
  }
  return bound;
}

/// A server keeps the methods that somebody asks for, and one in any case.
void leave_out_unused_methods(Scenario& scenario) {
  const Asked used = asked_for(scenario);
  for (Server& server : scenario.servers) {
    std::erase_if(server.endpoint, [&](const auto& method) {
      return method.first != "echo" && !used.contains({server.topic, method.first});
    });
    if (server.endpoint.size() > 1 && !used.contains({server.topic, "echo"})) {
      server.endpoint.erase("echo");
    }
  }
}

}  // namespace

void generate_script(Draft& draft) {
  Scenario& scenario = draft.scenario;
  draft.stopped_at_start = server_to_stop_at_start(draft);
  Duration longest = {};
  for (std::uint64_t client = 0; client < scenario.clients.size(); ++client) {
    const Dice dice = draft.dice.of("client", client + 1);
    const std::uint64_t tasks =
        how_many(dice, "tasks", most_tasks, 1 + std::uint64_t{draft.options.size} / 8);
    for (std::uint64_t task = 0; task < tasks; ++task) {
      scenario.script.push_back(script(draft, client, task));
    }
  }
  if (scenario.clock.quiet) add_probes(scenario);
  ask_the_unasked(scenario);
  add_close(draft, scenario.script);
  for (const Script& script : scenario.script) {
    const auto client = std::ranges::find(scenario.clients, script.client, &Client::id);
    longest = std::max(longest, bound_of(script, *client));
  }
  leave_out_unused_methods(scenario);
  // After the last deadline a broken link still takes a minute to be noticed.
  scenario.clock.limit = std::max<Duration>(300s, longest + 120s);
}

}  // namespace castaway::scenario
