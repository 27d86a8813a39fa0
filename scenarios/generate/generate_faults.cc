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

/// A broker that does not wait for long is to have something to wait for.
void draw_acks_more_often(std::vector<Choice>& possible) {
  constexpr int times = 8;
  std::vector<Choice> acks;
  std::ranges::copy_if(possible, std::back_inserter(acks), [](const Choice& choice) {
    return choice.edge == Edge::ack && choice.act.care != Care::cuts;
  });
  for (int i = 0; i < times; ++i) possible.insert(possible.end(), acks.begin(), acks.end());
}

/// What the script and the kind of world leave room for.
std::vector<Choice> possible(const Draft& draft, const Targets& targets) {
  const auto is_possible = [&](const Choice& choice) {
    const Care care = choice.act.care;
    const bool copies_requests = choice.edge == Edge::request && care == Care::copies;
    if (copies_requests && draft.kind == Kind::restarts) return false;
    if (choice.edge == Edge::reply && targets.calls.empty()) return false;
    if (choice.edge == Edge::heartbeat && !has_heartbeats(draft.scenario)) return false;
    if (choice.edge == Edge::claim && !draft.options.claims) return false;
    if (breaks_servers(choice) && targets.breakable.empty()) return false;
    return care != Care::kills || !targets.killable.empty() || !targets.mortal.empty();
  };
  std::vector<Choice> possible;
  for (const std::span<const Choice> choices :
       {choices_of_messages(), choices_of_outages(), choices_of_the_broker(), choices_of_claims()})
    std::ranges::copy_if(choices, std::back_inserter(possible), is_possible);
  if (is_short(draft.scenario.broker.consumer_timeout)) draw_acks_more_often(possible);
  return possible;
}

/// Which messages: all of the edge, or those of one operation, method, sender or receiver.
void aim(const Dice& dice, const Targets& targets, sim::On& on) {
  const bool from_server = on.edge == Edge::reply || on.edge == Edge::heartbeat;
  const bool published = on.edge == Edge::request && on.hop == Hop::publish;
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
        on.from = dice.one_of("from", from_server ? targets.servers : targets.askers);
      }
      break;
    case 4:
      if (on.hop == Hop::publish) break;
      on.to =
          dice.one_of("to", on.edge == Edge::request || on.edge == Edge::claim ? targets.servers
                                                                               : targets.askers);
      break;
    case 5:
      if (published) on.topic = dice.one_of("topic", targets.topics);
      break;
    case 6:
      if (published) on.exchange = dice.one_of("exchange", targets.exchanges);
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

/// The connection that carries such messages is a client's. A server that asks others has one, too.
void keep_off_servers(const Dice& dice, const Targets& targets, sim::On& on) {
  const bool sent = on.edge == Edge::ack || (on.edge == Edge::request && on.hop == Hop::publish);
  const bool got = on.edge == Edge::confirm || (on.edge == Edge::reply && on.hop == Hop::deliver);
  const bool is_its_own = sim::has_body(on.edge);
  if (!sent && !got) return;
  if (is_its_own) on = {.edge = on.edge, .hop = on.hop};
  if (sent) on.from = dice.one_of("from", targets.clients);
  if (got) on.to = dice.one_of("to", targets.clients);
}

Rule message_rule(const Dice& dice, const Draft& draft, const Targets& targets,
                  const Choice& choice) {
  Rule rule{.on = {.edge = choice.edge, .hop = choice.hop}};
  const Care care = choice.act.care;
  const bool breaks_a_link =
      care == Care::cuts || (care == Care::loses && choice.edge != Edge::claim &&
                             (choice.hop == Hop::publish || choice.edge == Edge::confirm));
  aim(dice.of("on"), targets, rule.on);
  if (breaks_a_link && targets.breakable.empty()) keep_off_servers(dice, targets, rule.on);
  const bool lost_or_late =
      choice.edge != Edge::heartbeat && (care == Care::loses || care == Care::delays);
  const bool in_queue = choice.hop == Hop::deliver && sim::has_body(choice.edge);
  if (in_queue && lost_or_late && dice.happens("redelivery", {1, 4}))
    rule.on.copy = sim::Copy::redelivery;
  choose(dice.of("when"), targets, breaks_a_link, rule.when);
  // Acks that are lost for ever bring back what waits behind them, too, as often as the broker has
  // lost its patience.
  const bool loses_acks = choice.edge == Edge::ack && breaks_a_link;
  if (loses_acks && is_short(draft.scenario.broker.consumer_timeout) && rule.when.limit == 0)
    rule.when.limit = 3;
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
