// The fault plan: rules of every kind that the table of what may happen where has, aimed at what
// the script does.

#include <set>
#include <utility>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

using sim::Edge;
using sim::EventPattern;
using sim::Hop;
using sim::Ratio;
using sim::Rule;

enum class Act { drop, delay, duplicate, reorder, hold, cut, half_open, kill, pause, step };

struct Choice {
  Edge edge;
  Hop hop;
  Act act;
};

/// A kind that is listed twice is drawn twice as often.
constexpr Choice choices[] = {
    {Edge::request, Hop::deliver, Act::drop},      {Edge::request, Hop::deliver, Act::delay},
    {Edge::request, Hop::deliver, Act::duplicate}, {Edge::request, Hop::deliver, Act::duplicate},
    {Edge::request, Hop::deliver, Act::reorder},   {Edge::request, Hop::deliver, Act::hold},
    {Edge::request, Hop::publish, Act::drop},      {Edge::request, Hop::publish, Act::delay},
    {Edge::reply, Hop::deliver, Act::drop},        {Edge::reply, Hop::deliver, Act::delay},
    {Edge::reply, Hop::deliver, Act::duplicate},   {Edge::reply, Hop::deliver, Act::reorder},
    {Edge::reply, Hop::deliver, Act::hold},        {Edge::reply, Hop::publish, Act::drop},
    {Edge::reply, Hop::publish, Act::delay},       {Edge::ack, Hop::publish, Act::drop},
    {Edge::ack, Hop::publish, Act::drop},          {Edge::ack, Hop::publish, Act::delay},
    {Edge::confirm, Hop::deliver, Act::drop},      {Edge::confirm, Hop::deliver, Act::drop},
    {Edge::confirm, Hop::deliver, Act::delay},     {Edge::confirm, Hop::deliver, Act::delay},
    {Edge::confirm, Hop::deliver, Act::reorder},   {Edge::link, Hop::deliver, Act::cut},
    {Edge::link, Hop::deliver, Act::cut},          {Edge::link, Hop::deliver, Act::cut},
    {Edge::link, Hop::deliver, Act::half_open},    {Edge::link, Hop::deliver, Act::half_open},
    {Edge::process, Hop::deliver, Act::kill},      {Edge::process, Hop::deliver, Act::kill},
    {Edge::process, Hop::deliver, Act::pause},     {Edge::clock, Hop::deliver, Act::step},
};

using Names = std::vector<std::string>;

/// What a rule may be aimed at.
struct Targets {
  Names servers = {};
  Names clients = {};
  Names breakable = {};  ///< servers whose connections may break
  Names killable = {};
  Names calls = {};
  Names operations = {};  ///< calls too
  Names methods = {};
};

bool shares_a_topic(const Scenario& scenario) {
  std::set<std::string> topics;
  for (const Server& server : scenario.servers) {
    if (!topics.insert(server.topic).second) return true;
  }
  return false;
}

Targets targets_of(const Draft& draft) {
  const Scenario& scenario = draft.scenario;
  Targets targets;
  std::set<std::string> methods;
  std::set<std::string> stopped;
  for (const Client& client : scenario.clients) targets.clients.push_back(client.id);
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

/// What the script and the kind of world leave room for.
std::vector<Choice> possible(const Draft& draft, const Targets& targets) {
  std::vector<Choice> possible;
  for (const Choice& choice : choices) {
    const bool copies_requests = choice.edge == Edge::request && choice.act == Act::duplicate;
    if (copies_requests && draft.kind == Kind::restarts) continue;
    if (choice.edge == Edge::reply && targets.calls.empty()) continue;
    possible.push_back(choice);
  }
  return possible;
}

EventPattern event(const Dice& dice, const Targets& targets) {
  if (!targets.calls.empty() && dice.happens("of-a-call", {1, 2})) {
    return {.ev = dice.pick<const char*>(
                "ev", {"invoke", "publish", "accept", "confirm", "deliver", "settle", "execute",
                       "done", "reply", "reply_accept", "reply_arrive", "complete"}),
            .op = dice.one_of("call", targets.calls)};
  }
  EventPattern event{
      .ev = dice.pick<const char*>("ev", {"invoke", "publish", "accept", "confirm", "deliver",
                                          "settle", "execute", "done", "complete"})};
  if (dice.happens("any-operation", {1, 2})) {
    event.n = 1 + dice.below("n", 20);
  } else {
    event.op = dice.one_of("operation", targets.operations);
  }
  return event;
}

/// Which messages: all of the edge, or those of one operation, method, sender or receiver.
void aim(const Dice& dice, const Targets& targets, sim::On& on) {
  const bool from_server = on.edge == Edge::reply;
  switch (dice.below("aim", 8)) {
    case 0:
    case 1:
      on.op = dice.one_of("op", from_server ? targets.calls : targets.operations);
      break;
    case 2:
      if (!from_server) on.method = dice.one_of("method", targets.methods);
      break;
    case 3:
      if (on.edge == Edge::ack) {
        on.from = dice.one_of("from", targets.servers);
      } else if (on.edge != Edge::confirm) {
        on.from = dice.one_of("from", from_server ? targets.servers : targets.clients);
      }
      break;
    case 4:
      if (on.hop == Hop::publish) break;
      on.to = dice.one_of("to", on.edge == Edge::request ? targets.servers : targets.clients);
      break;
    case 5:
      if (on.edge <= Edge::reply && on.hop == Hop::deliver) on.copy = sim::Copy::original;
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

/// When something happens that is no message's fate.
sim::When moment(const Dice& dice, const Targets& targets) {
  if (dice.happens("at-a-time", {1, 3})) {
    return {.at = dice.pick<Duration>("at", {0s, 1ms, 10ms, 100ms, 500ms, 1s, 2s, 5s})};
  }
  sim::When when{.after = event(dice.of("after"), targets), .limit = 1 + dice.below("limit", 3)};
  if (dice.happens("by-chance", {1, 3})) when.prob = chance(dice);
  return when;
}

sim::Distribution extra(const Dice& dice) {
  using Shape = sim::Distribution::Shape;
  const Duration most = dice.pick<Duration>("most", {2ms, 20ms, 100ms, 500ms, 1s, 3s, 6s, 20s});
  if (dice.happens("constant", {1, 2})) return {.a = most};
  return {.shape = Shape::uniform, .a = most / 100, .b = most};
}

sim::Duplicate duplicate(const Dice& dice, const Draft& draft, Edge edge) {
  using To = sim::Duplicate::To;
  sim::Duplicate duplicate{
      .copies = dice.pick<std::uint64_t>("copies", {1, 1, 1, 2, 3}),
      .after_messages = dice.pick<std::uint64_t>("after", {0, 0, 1, 3, 16, 20}),
      .redelivered_flag = dice.happens("flag", {1, 4})};
  const bool stray = edge == Edge::request && draft.options.stray_copies;
  const bool shared = edge == Edge::request && shares_a_topic(draft.scenario);
  if (stray) {
    duplicate.to = dice.pick("to", {To::any, To::same, To::other});
  } else {
    duplicate.to = shared ? To::same : dice.pick("to", {To::any, To::same});
  }
  return duplicate;
}

sim::Reorder reorder(const Dice& dice) {
  if (dice.happens("window", {1, 2})) return {.window = 2 + dice.below("size", 6)};
  return {.overtake = 1 + dice.below("overtake", 5)};
}

sim::Action message_action(const Dice& dice, const Draft& draft, const Targets& targets,
                           const Choice& choice) {
  switch (choice.act) {
    case Act::delay:
      return sim::Delay{extra(dice)};
    case Act::duplicate:
      return duplicate(dice, draft, choice.edge);
    case Act::reorder:
      return reorder(dice);
    case Act::hold:
      return sim::HoldUntil{event(dice.of("until"), targets)};
    default:
      return sim::Drop{};
  }
}

Rule message_rule(const Dice& dice, const Draft& draft, const Targets& targets,
                  const Choice& choice) {
  Rule rule{.on = {.edge = choice.edge, .hop = choice.hop}};
  const bool breaks_a_link =
      choice.act == Act::drop && (choice.hop == Hop::publish || choice.edge == Edge::confirm);
  aim(dice.of("on"), targets, rule.on);
  if (choice.edge == Edge::ack && breaks_a_link && targets.breakable.empty()) {
    rule.on.from = dice.one_of("from", targets.clients);
  }
  choose(dice.of("when"), targets, breaks_a_link, rule.when);
  rule.action = message_action(dice.of("do"), draft, targets, choice);
  return rule;
}

std::string anyone(const Dice& dice, const Names& servers, const Names& clients) {
  if (servers.empty() || dice.happens("client", {1, 3})) return dice.one_of("who", clients);
  return dice.one_of("who", servers);
}

sim::Disconnect disconnect(const Dice& dice, const Targets& targets, bool half_open) {
  sim::Disconnect cut{.who = anyone(dice, targets.breakable, targets.clients),
                      .for_ = dice.pick<Duration>("for", {0s, 0s, 5ms, 100ms, 1s, 3s, 10s}),
                      .half_open = half_open};
  const bool flush = half_open && cut.for_ > Duration::zero() && dice.happens("flush", {1, 2});
  if (flush) cut.then = sim::Disconnect::Then::flush;
  return cut;
}

sim::Kill kill(const Dice& dice, const Targets& targets) {
  sim::Kill kill{.who = anyone(dice, targets.killable, targets.clients)};
  // A client that came back would run its script again, under the same names.
  const bool server = kill.who.starts_with("host");
  if (server && dice.happens("restarts", {3, 4})) {
    kill.restart = dice.pick<Duration>("restart", {1ms, 50ms, 500ms, 2s, 5s});
  }
  return kill;
}

Rule world_rule(const Dice& dice, const Targets& targets, const Choice& choice) {
  Rule rule{.on = {.edge = choice.edge}, .when = moment(dice.of("when"), targets)};
  const Dice how = dice.of("do");
  if (choice.act == Act::kill) {
    rule.action = kill(how, targets);
  } else if (choice.act == Act::pause) {
    rule.action = sim::Pause{.who = anyone(how, targets.servers, targets.clients),
                             .for_ = how.pick<Duration>("for", {5ms, 50ms, 500ms, 2s, 6s})};
  } else if (choice.act == Act::step) {
    rule.action = sim::JumpWall{.by = how.pick<Duration>("by", {-1h, -500ms, 500ms, 1h, 24h})};
  } else {
    rule.action = disconnect(how, targets, choice.act == Act::half_open);
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
    const bool message = choice.edge < Edge::link;
    Rule rule =
        message ? message_rule(dice, draft, targets, choice) : world_rule(dice, targets, choice);
    rule.id = "rule-" + std::to_string(i);
    draft.scenario.faults.push_back(std::move(rule));
  }
}

}  // namespace castaway::scenario
