// Every row of the table of docs/guide/faults.md: whatever action is possible on whatever edge, hop
// and copy fires when it is planted, and makes another history of the run.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/scenario/json.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using sim::Action;
using sim::Copy;
using sim::Edge;
using sim::Hop;

/// Something of everything: calls that take long enough for heartbeats, calls and casts that wait
/// in queues behind others, two servers that ask a store of claims.
constexpr const char* world = R"({
  "scenario": 1, "name": "something-of-everything", "profiles": ["strict+claims"],
  "broker": {"mandatory": true},
  "servers": [
    {"id": "s1", "topic": "t", "workers": 3, "endpoint": {
      "ask": [{"sleep": "4s"}, {"return": 1}], "quick": [{"sleep": "50ms"}, {"return": 2}]}},
    {"id": "s2", "topic": "t", "workers": 3, "endpoint": {
      "ask": [{"sleep": "4s"}, {"return": 1}], "quick": [{"sleep": "50ms"}, {"return": 2}]}}],
  "clients": [{"id": "c1", "timeout": "30s", "monitor": "3s"}, {"id": "c2", "timeout": "30s"}],
  "script": [
    {"task": "c1/a", "steps": [{"call": {"as": "asked", "topic": "t", "method": "ask"}},
                               {"call": {"as": "after", "topic": "t", "method": "quick"}}]},
    {"task": "c1/also", "steps": [{"call": {"as": "also", "topic": "t", "method": "ask"}}]},
    {"task": "c1/b", "steps": [{"call": {"as": "b", "repeat": 3, "topic": "t", "method": "quick"}}]},
    {"task": "c1/c", "steps": [{"call": {"as": "c", "repeat": 3, "topic": "t", "method": "quick"}}]},
    {"task": "c2/a", "steps": [{"cast": {"as": "d", "repeat": 4, "topic": "t", "method": "quick"}}]},
    {"task": "c2/b", "steps": [{"cast": {"as": "e", "repeat": 4, "topic": "t", "method": "quick"}}]},
    {"task": "c2/c", "steps": [{"cast": {"as": "f", "repeat": 4, "topic": "t", "method": "quick"}}]}],
  "expect": {"always": [{"law": "at-most-once"}]}})";

constexpr std::string_view planted = "planted";

/// An action with values that leave a mark, several for those that have kinds.
std::vector<Action> kinds_of_every_action() {
  using sim::Disconnect;
  using sim::Duplicate;
  return {sim::Drop(),
          sim::Delay{{.a = 700ms}},
          sim::HoldUntil{{.ev = "complete", .op = "c#3"}},
          Duplicate{},
          Duplicate{.to = Duplicate::To::same},
          Duplicate{.copies = 3, .to = Duplicate::To::other, .redelivered_flag = true},
          Duplicate{.after_messages = 2},
          sim::Reorder{.overtake = 2},
          sim::Reorder{.window = 4},
          sim::Corrupt{.bits = 20},
          sim::Corrupt{.bits = 20, .field = "oslo.message"},
          sim::TruncateTo{5},
          sim::Unroutable(),
          sim::Nack(),
          sim::Requeue(),
          Disconnect{},
          Disconnect{.for_ = 500ms},
          Disconnect{.frame = Disconnect::Frame::arrives},
          Disconnect{.for_ = 500ms, .half_open = true},
          Disconnect{.for_ = 500ms, .half_open = true, .then = Disconnect::Then::flush},
          Disconnect{.for_ = 2s, .half_open = true, .way = Disconnect::Way::to_broker},
          Disconnect{.for_ = 2s, .half_open = true, .way = Disconnect::Way::from_broker},
          sim::Kill{.who = "s1"},
          sim::Kill{.who = "s1", .restart = 500ms},
          sim::Pause{.who = "c1", .for_ = 6s},
          sim::BlockPublish{2s},
          sim::DeleteQueue{.queue = "t"},
          sim::DeleteQueue{.replies_of = "c1"},
          sim::DeleteQueue{.queue_of = "s1"},
          sim::DeleteQueue{.fanout_of = "s1"},
          sim::CancelConsumer{.queue = "t"},
          sim::CancelConsumer{.who = "s1"},
          sim::Unbind{.queue = "t"},
          sim::Unbind{.fanout_of = "s1"},
          sim::CloseChannel{.who = "c1", .code = 404},
          sim::CloseChannel{.who = "s1", .code = 406, .which = sim::CloseChannel::Which::listen},
          sim::CloseChannel{.who = "s1", .code = 541},
          sim::PurgeQueue{.queue = "t"},
          sim::PurgeQueue{.replies_of = "c1"},
          sim::SlowLink{.by = {.a = 100ms}, .for_ = 2s},
          sim::SlowLink{.by = {.a = 100ms}, .way = sim::SlowLink::Way::to_broker},
          sim::SlowLink{.bytes_per_second = 2'000, .for_ = 2s},
          sim::SlowLink{.by = {.a = 100ms}, .way = sim::SlowLink::Way::from_broker},
          sim::RestartBroker{.for_ = 300ms},
          sim::RestartBroker{.for_ = 300ms, .keep_durable = false},
          sim::RestartBroker{.for_ = 300ms, .forget_acks = 1s},
          sim::StopNode{.node = 1, .for_ = 300ms},
          sim::StopNode{.node = 1, .for_ = 300ms, .silent = true},
          sim::JumpWall{2h},
          sim::ConfirmAs{sim::ConfirmAs::How::multiple},
          sim::ConfirmAs{sim::ConfirmAs::How::twice},
          sim::ConfirmAs{sim::ConfirmAs::How::unknown}};
}

/// What makes copies of this kind, so that there are some to strike.
sim::FaultPlan makers(Copy copy) {
  sim::FaultPlan plan;
  const auto add = [&](Edge edge, Copy of, const sim::When& when, Action action) {
    plan.push_back({.id = "maker-" + std::to_string(plan.size()),
                    .on = {.edge = edge, .copy = of},
                    .when = when,
                    .action = std::move(action)});
  };
  for (const Edge edge : {Edge::request, Edge::reply, Edge::heartbeat}) {
    // What comes late holds up others in its queue, which then may be overtaken.
    if (copy != Copy::redelivery)
      add(edge, Copy::original, {.nth = {1, 3, 5}}, sim::Delay{{.a = 300ms}});
    if (copy == Copy::duplicate) add(edge, Copy::original, {}, sim::Duplicate());
    if (copy == Copy::redelivery) add(edge, Copy::original, {.nth = {1, 3}}, sim::Disconnect());
  }
  return plan;
}

/// A history without the events of the rules themselves, and without causes: these go by numbers,
/// which those events move.
using Lines = std::vector<std::string>;
Lines lines_of(const check::History& history) {
  using check::Event;
  Lines lines;
  for (Event event : history.events()) {
    if (event.kind == check::EventKind::fault) continue;
    check::History alone;
    event.cause = check::no_event;
    for (const auto symbol : {&Event::actor, &Event::task, &Event::op, &Event::method,
                              &Event::topic, &Event::name, &Event::text})
      event.*symbol = alone.intern(history.text(event.*symbol));
    alone.add(event);
    lines.push_back(describe(alone, 0) + ' ' + std::to_string(alone.hash()));
  }
  return lines;
}

class EveryFault : public testing::Test {
 protected:
  struct Row {
    std::uint64_t fired = 0;
    bool changes = false;
  };

  /// With the rule in front of those that make it possible, and without it.
  Row row(const sim::Rule& rule, std::uint64_t seed) {
    Scenario scenario = load(world, "something of everything");
    scenario.faults = makers(rule.on.copy);
    Lines& without = without_[{rule.on.copy, seed}];
    if (without.empty())
      without = lines_of(run(scenario, SubjectProfile::strict_claims, seed).history);
    scenario.faults.insert(scenario.faults.begin(), rule);
    const Outcome outcome = run(scenario, SubjectProfile::strict_claims, seed);
    return {.fired = outcome.fired.front(), .changes = lines_of(outcome.history) != without};
  }

  std::map<std::pair<Copy, std::uint64_t>, Lines> without_;
};

std::string label(const sim::Rule& rule) {
  return std::string(name_of(rule.action)) + " of " + std::string(to_string(rule.on.edge)) +
         ", hop " + std::string(to_string(rule.on.hop)) + ", copy " +
         std::to_string(static_cast<int>(rule.on.copy));
}

/// Every rule that is possible, one for each kind of an action on each edge, hop and copy.
std::vector<sim::Rule> possible_rules() {
  std::vector<sim::Rule> rules;
  for (const Action& action : kinds_of_every_action()) {
    for (int edge = 0; edge <= static_cast<int>(Edge::clock); ++edge) {
      for (const Hop hop : {Hop::publish, Hop::deliver}) {
        for (const Copy copy : {Copy::original, Copy::duplicate, Copy::redelivery}) {
          sim::Rule rule = {.id = std::string(planted),
                            .on = {.edge = static_cast<Edge>(edge), .hop = hop, .copy = copy},
                            .action = action};
          if (rule.on.edge == Edge::link) rule.on.from = "s1";
          if (!sim::is_message(rule.on.edge)) rule.when.at = 80ms;
          if (sim::validate(rule).empty()) rules.push_back(rule);
        }
      }
    }
  }
  return rules;
}

/// What can be seen of it only in the event that says that it fired.
bool leaves_no_other_mark(const sim::Rule& rule) {
  // A client ignores a confirm of nothing.
  const auto* said = std::get_if<sim::ConfirmAs>(&rule.action);
  if (said != nullptr && said->how == sim::ConfirmAs::How::unknown) return true;
  const bool is_heartbeat = rule.on.edge == Edge::heartbeat;
  if (rule.on.edge != Edge::reply && !is_heartbeat) return false;
  // A history does not say how a heartbeat is flagged. A reply queue has one consumer, and a copy
  // for another waits.
  const auto* copy = std::get_if<sim::Duplicate>(&rule.action);
  return (is_heartbeat && std::holds_alternative<sim::Requeue>(rule.action)) ||
         (copy != nullptr && copy->to == sim::Duplicate::To::other);
}

TEST_F(EveryFault, FiresAndChangesTheHistory) {
  std::set<std::size_t> tried;
  for (const sim::Rule& rule : possible_rules()) {
    SCOPED_TRACE(label(rule));
    tried.insert(rule.action.index());
    bool changes = false;
    // What an action leaves to chance may be nothing.
    for (std::uint64_t seed = 1; seed <= 8 && !changes; ++seed) {
      const Row row = this->row(rule, seed);
      EXPECT_GT(row.fired, 0U) << "seed " << seed;
      changes = row.changes;
    }
    EXPECT_EQ(changes, !leaves_no_other_mark(rule));
  }
  EXPECT_EQ(tried.size(), std::variant_size_v<Action::variant>)
      << "some action is possible nowhere";
}

TEST_F(EveryFault, IsPlantedOnEveryEdge) {
  std::set<Edge> edges;
  for (const sim::Rule& rule : possible_rules()) edges.insert(rule.on.edge);
  EXPECT_EQ(edges.size(), static_cast<std::size_t>(Edge::clock) + 1);
}

}  // namespace
}  // namespace castaway::scenario
