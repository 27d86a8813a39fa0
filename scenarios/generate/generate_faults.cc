// The fault plan: rules of every kind that the table of what may happen where has, aimed at what
// the script does.

#include "generate_faults.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace castaway::scenario {
namespace {

using Care = Act::Care;
using sim::Edge;
using sim::EventPattern;
using sim::Hop;
using sim::Ratio;
using sim::Rule;

Targets targets_of(const Draft& draft) {
  const Scenario& scenario = draft.scenario;
  Targets targets;
  std::set<std::string> methods;
  std::set<std::string> stopped;
  for (const Client& client : scenario.clients) targets.clients.push_back(client.id);
  for (const Client& client : scenario.clients) {
    // The first asks in the end, and dies with whoever shares its process.
    const Client& asks = scenario.clients.front();
    const bool is_its =
        client.id == asks.id || (!asks.process.empty() && client.process == asks.process);
    if (!scenario.clock.quiet || !is_its) targets.mortal.push_back(client.id);
  }
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      if (const auto* stop = std::get_if<StopServer>(&step)) stopped.insert(stop->id);
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr) continue;
      targets.operations.push_back(operation->as);
      methods.insert(operation->method);
      if (operation->kind == Operation::Kind::call) targets.calls.push_back(operation->as);
    }
  }
  targets.methods.assign(methods.begin(), methods.end());
  for (const Server& server : scenario.servers) {
    targets.servers.push_back(server.id);
    if (draft.kind == Kind::copies) continue;
    // Who waits for a server to stop would wait for ever if it were killed meanwhile.
    if (!stopped.contains(server.id)) targets.killable.push_back(server.id);
  }
  if (draft.kind != Kind::copies || !shares_a_topic(scenario)) targets.breakable = targets.servers;
  return targets;
}

/// Whose connections an action on the edge of a message breaks, or the broker's with all of them.
bool breaks_servers(const Choice& choice) {
  if (choice.edge == Edge::broker) return choice.act.care == Care::restarts;
  if (choice.act.care != Care::cuts) return false;
  return (choice.edge == Edge::request && choice.hop == Hop::deliver) ||
         (choice.edge == Edge::reply && choice.hop == Hop::publish);
}

/// Some client that calls is monitored.
bool has_heartbeats(const Scenario& scenario) {
  return std::ranges::any_of(scenario.script, [&](const Script& script) {
    const auto client = std::ranges::find(scenario.clients, script.client, &Client::id);
    return client->monitor && std::ranges::any_of(script.steps, [](const ScriptStep& step) {
             const auto* operation = std::get_if<Operation>(&step);
             return operation != nullptr && operation->kind == Operation::Kind::call;
           });
  });
}

/// What the script and the kind of world leave room for.
std::vector<Choice> possible(const Draft& draft, const Targets& targets) {
  std::vector<Choice> possible;
  for (const Choice& choice : choices()) {
    const Care care = choice.act.care;
    const bool copies_requests = choice.edge == Edge::request && care == Care::copies;
    if (copies_requests && draft.kind == Kind::restarts) continue;
    if (choice.edge == Edge::reply && targets.calls.empty()) continue;
    if (choice.edge == Edge::heartbeat && !has_heartbeats(draft.scenario)) continue;
    if (breaks_servers(choice) && targets.breakable.empty()) continue;
    if (care == Care::kills && targets.killable.empty() && targets.mortal.empty()) continue;
    possible.push_back(choice);
  }
  if (!draft.options.claims) return possible;
  const std::span<const Choice> of_claims = choices_of_claims();
  possible.insert(possible.end(), of_claims.begin(), of_claims.end());
  return possible;
}

/// Which messages: all of the edge, or those of one operation, method, sender or receiver.
void aim(const Dice& dice, const Targets& targets, sim::On& on) {
  const bool from_server = on.edge == Edge::reply || on.edge == Edge::heartbeat;
  switch (dice.below("aim", 8)) {
    case 0:
    case 1:
      on.op = dice.one_of("op", from_server ? targets.calls : targets.operations);
      break;
    case 2:
      if (!from_server) on.method = dice.one_of("method", targets.methods);
      break;
    case 3:
      if (on.edge == Edge::claim && on.hop == Hop::deliver) break;
      if (on.edge == Edge::ack || on.edge == Edge::claim) {
        on.from = dice.one_of("from", targets.servers);
      } else if (on.edge != Edge::confirm) {
        on.from = dice.one_of("from", from_server ? targets.servers : targets.clients);
      }
      break;
    case 4:
      if (on.hop == Hop::publish) break;
      on.to =
          dice.one_of("to", on.edge == Edge::request || on.edge == Edge::claim ? targets.servers
                                                                               : targets.clients);
      break;
    case 5:
      break;
    default:
      break;
  }
}

Ratio chance(const Dice& dice) {
  return dice.pick<Ratio>("prob", {{1, 20}, {1, 10}, {1, 4}, {1, 2}, {3, 4}, {1, 1}});
}

/// Which of the messages that were aimed at.
void choose(const Dice& dice, const Targets& targets, bool breaks_a_link, sim::When& when) {
  switch (dice.below("which", 7)) {
    case 0:
      when.nth = {1 + dice.below("nth", 8)};
      break;
    case 1:
      when.nth = {1, 2 + dice.below("nth", 4)};
      break;
    case 2:
      when.every = 2 + dice.below("every", 4);
      break;
    case 3:
      when.burst = {dice.pick<Ratio>("enter", {{1, 10}, {1, 4}}),
                    dice.pick<Ratio>("leave", {{1, 4}, {1, 2}})};
      break;
    case 4: {
      const Duration start = dice.pick<Duration>("start", {0s, 5ms, 100ms, 1s});
      when.window = {start, start + dice.pick<Duration>("length", {5ms, 100ms, 1s, 10s})};
      break;
    }
    default:
      when.prob = chance(dice);
  }
  if (dice.happens("after", {1, 8})) when.after = event(dice.of("after"), targets);
  // A link that is lost again and again shows little but timeouts.
  if (dice.happens("limited", breaks_a_link ? Ratio{7, 8} : Ratio{1, 3})) {
    when.limit = 1 + dice.below("limit", 3);
  }
}

/// When a fault strikes that is not about a message.
sim::When moment(const Dice& dice, const Targets& targets) {
  if (dice.happens("at-a-time", {1, 3})) {
    sim::When when{.at = dice.pick<Duration>("at", {0s, 1ms, 10ms, 100ms, 500ms, 1s, 2s, 5s})};
    if (dice.happens("again", {1, 4})) {
      when.repeat = {dice.pick<Duration>("every", {200ms, 1s, 3s}), 1 + dice.below("times", 4)};
    }
    return when;
  }
  sim::When when{.after = event(dice.of("after"), targets), .limit = 1 + dice.below("limit", 3)};
  if (dice.happens("by-chance", {1, 3})) when.prob = chance(dice);
  return when;
}

Rule message_rule(const Dice& dice, const Draft& draft, const Targets& targets,
                  const Choice& choice) {
  Rule rule{.on = {.edge = choice.edge, .hop = choice.hop}};
  const Care care = choice.act.care;
  const bool breaks_a_link =
      care == Care::cuts || (care == Care::loses && choice.edge != Edge::claim &&
                             (choice.hop == Hop::publish || choice.edge == Edge::confirm));
  aim(dice.of("on"), targets, rule.on);
  if (breaks_a_link && targets.breakable.empty()) {
    if (choice.edge == Edge::ack) rule.on.from = dice.one_of("from", targets.clients);
    if (choice.edge == Edge::confirm) rule.on.to = dice.one_of("to", targets.clients);
  }
  const bool lost_or_late =
      choice.edge != Edge::heartbeat && (care == Care::loses || care == Care::delays);
  const bool in_queue = choice.hop == Hop::deliver && sim::has_body(choice.edge);
  if (in_queue && lost_or_late && dice.happens("redelivery", {1, 4}))
    rule.on.copy = sim::Copy::redelivery;
  choose(dice.of("when"), targets, breaks_a_link, rule.when);
  rule.action = choice.act.draw({dice.of("do"), draft, targets, choice.edge});
  return rule;
}

Rule world_rule(const Dice& dice, const Draft& draft, const Targets& targets,
                const Choice& choice) {
  return {.on = {.edge = choice.edge},
          .when = moment(dice.of("when"), targets),
          .action = choice.act.draw({dice.of("do"), draft, targets, choice.edge})};
}

/// For a while around its start, a server does not get through to the broker.
Rule rule_of_start(const Dice& dice, const Server& server) {
  Rule rule{.id = "no-start",
            .when = {.at = server.start + dice.pick<Duration>("at", {0s, 1ms, 2ms, 4ms})}};
  const Duration length = dice.pick<Duration>("for", {20ms, 400ms, 3s});
  if (dice.happens("broker", {1, 2})) {
    rule.on.edge = Edge::broker;
    rule.action = sim::RestartBroker{.for_ = length};
  } else {
    rule.on.edge = Edge::link;
    rule.action = sim::Disconnect{
        .who = server.id, .for_ = length, .half_open = dice.happens("half-open", {1, 4})};
  }
  return rule;
}

}  // namespace

void generate_faults(Draft& draft) {
  const Targets targets = targets_of(draft);
  const std::vector<Choice> choices = possible(draft, targets);
  const std::uint64_t allowed = std::uint64_t{draft.options.size} + 4;
  const std::uint64_t rules = std::min(draft.dice.below("rules", 5), allowed / 5);
  for (std::uint64_t i = 1; i <= rules; ++i) {
    const Dice dice = draft.dice.of("rule", i);
    const Choice& choice = dice.one_of("choice", choices);
    Rule rule = sim::is_message(choice.edge) ? message_rule(dice, draft, targets, choice)
                                             : world_rule(dice, draft, targets, choice);
    rule.id = "rule-" + std::to_string(i);
    draft.scenario.faults.push_back(std::move(rule));
  }
  if (draft.stopped_at_start.empty()) return;
  draft.scenario.faults.push_back(rule_of_start(
      draft.dice.of("no-start"),
      *std::ranges::find(draft.scenario.servers, draft.stopped_at_start, &Server::id)));
}

}  // namespace castaway::scenario
