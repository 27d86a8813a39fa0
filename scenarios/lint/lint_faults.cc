#include <algorithm>
#include <concepts>
#include <type_traits>

#include <fmt/format.h>

#include "format/wording.h"
#include "lint.h"

namespace castaway::scenario {

using sim::Edge;

void Linter::look_at_faults() {
  Names seen;
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const At at = At() / "faults" / i;
    require_unique(at / "id", scenario_.faults[i].id, "a fault", seen);
    look_at_rule(at, scenario_.faults[i]);
  }
}

void Linter::look_at_rule(const At& at, const sim::Rule& rule) {
  if (std::string why = sim::validate(rule); !why.empty()) complain(at, std::move(why));

  const At on = at / "on";
  const Known* known = rule.on.op.empty() ? nullptr : look_at_op(on / "op", rule.on.op);
  if (const Inject* message = message_called(rule.on.op)) {
    const Edge edge = message->replies_of.empty() ? Edge::request : Edge::reply;
    if (sim::is_message(rule.on.edge) && rule.on.edge != edge && rule.on.edge != Edge::ack) {
      complain(on / "op",
               fmt::format("{} is a {} made by hand", in_quotes(rule.on.op), to_string(edge)));
    } else if (rule.on.hop == sim::Hop::publish && rule.on.edge == edge) {
      complain(on / "hop",
               fmt::format("{} is made by hand: nobody publishes it", in_quotes(rule.on.op)));
    }
  }
  const bool of_calls = rule.on.edge == Edge::reply || rule.on.edge == Edge::heartbeat;
  if (known != nullptr && of_calls && known->operation->kind != Operation::Kind::call) {
    complain(on / "op", fmt::format("{} is {}, so it has no {}", in_quotes(rule.on.op),
                                    with_article(known->operation->kind), to_string(rule.on.edge)));
  }
  if (!rule.on.method.empty()) {
    if (require(on / "method", "operation asks for", rule.on.method, methods_) &&
        known != nullptr && known->operation->method != rule.on.method) {
      complain(on / "method", fmt::format("{} asks for {}", in_quotes(rule.on.op),
                                          in_quotes(known->operation->method)));
    }
  }
  if (!rule.on.topic.empty())
    require(on / "topic", "operation goes to topic", rule.on.topic, topics_);
  if (rule.on.edge == Edge::claim) look_at_profiles(on / "edge");
  look_at_ends(on, rule.on, known);
  look_for_matches(on, rule, known);
  look_at_moment(at / "when", rule);
  look_at_action(at / "do" / sim::name_of(rule.action), rule);
}

void Linter::look_at_profiles(const At& at) {
  for (const SubjectProfile profile : scenario_.profiles) {
    if (profile == SubjectProfile::strict_claims) continue;
    complain(at, fmt::format("in profile {} nobody asks for a claim, so this never happens",
                             to_string(profile)));
  }
}

void Linter::look_for_matches(const At& at, const sim::Rule& rule, const Known* known) {
  const sim::On& on = rule.on;
  const bool of_calls = on.edge == Edge::reply || on.edge == Edge::heartbeat;
  const bool replies_by_hand = std::ranges::any_of(
      messages_, [](const Inject* message) { return !message->replies_of.empty(); });
  const auto is_call = [](const Known& k) { return k.operation->kind == Operation::Kind::call; };
  if (of_calls && on.op.empty() && std::ranges::none_of(known_, is_call) && messages_.empty()) {
    complain(at / "edge", fmt::format("there are no calls, so there is no {}", to_string(on.edge)));
  } else if (on.edge == Edge::heartbeat && !replies_by_hand &&
             (known == nullptr || is_call(*known)) &&
             std::ranges::none_of(scenario_.clients,
                                  [](const Client& one) { return one.monitor.has_value(); })) {
    complain(at / "edge", "no client has a \"monitor\", so there are no heartbeats");
  }
  const auto makes_copies = [](const sim::Rule& other) {
    return std::holds_alternative<sim::Duplicate>(other.action);
  };
  if (on.copy == sim::Copy::duplicate && std::ranges::none_of(scenario_.faults, makes_copies))
    complain(at / "copy", "no rule makes duplicates, so there are none");
  const bool to_server = on.edge == Edge::request && servers_.contains(on.to);
  if (!to_server || known == nullptr) return;
  const std::vector<const Server*> reached = reached_by(*known->operation);
  if (!reached.empty() && std::ranges::count(reached, on.to, &Server::id) == 0)
    complain(at / "to", fmt::format("{} never goes to {}", in_quotes(on.op), in_quotes(on.to)));
}

void Linter::look_at_ends(const At& at, const sim::On& on, const Known* known) {
  const bool request = on.edge == Edge::request;
  const bool reply = on.edge == Edge::reply || on.edge == Edge::heartbeat;
  const bool claim = on.edge == Edge::claim;
  const bool of_servers = reply || claim;
  if (!on.from.empty()) {
    const bool exists = require(at / "from", "process is called", on.from, processes_);
    const bool client = clients_.contains(on.from);
    if (exists && ((request && !askers_.contains(on.from)) || (of_servers && client))) {
      complain(at / "from",
               fmt::format("a {} never comes from {}", to_string(on.edge), in_quotes(on.from)));
    } else if (exists && request && known != nullptr && known->client != on.from) {
      complain(at / "from",
               fmt::format("{} is done by {}", in_quotes(on.op), in_quotes(known->client)));
    }
  }
  if (!on.to.empty()) {
    const bool exists = require(at / "to", "process is called", on.to, processes_);
    const bool client = clients_.contains(on.to);
    if (exists && (((request || claim) && client) || (reply && !askers_.contains(on.to)))) {
      complain(at / "to",
               fmt::format("a {} never goes to {}", to_string(on.edge), in_quotes(on.to)));
    } else if (exists && reply && known != nullptr && known->client != on.to) {
      complain(at / "to",
               fmt::format("{} is done by {}", in_quotes(on.op), in_quotes(known->client)));
    }
  }
}

void Linter::look_at_moment(const At& at, const sim::Rule& rule) {
  const Duration limit = scenario_.clock.limit;
  const Duration quiet = scenario_.clock.quiet.value_or(limit);
  if (rule.when.at && *rule.when.at >= limit) {
    complain(at / "at",
             fmt::format("the run ends at {}, so this never happens", castaway::to_string(limit)));
  }
  if (rule.when.window && rule.when.window->first >= limit) {
    complain(at / "window",
             fmt::format("the run ends at {}, so this never happens", castaway::to_string(limit)));
  }
  if (quiet < limit && ((rule.when.at && *rule.when.at >= quiet) ||
                        (rule.when.window && rule.when.window->first >= quiet))) {
    complain(at, fmt::format("nothing goes wrong from {} on, so this never happens",
                             castaway::to_string(quiet)));
  }
  if (!rule.when.after) return;
  look_at_event(at / "after", *rule.when.after);
  if (rule.when.after->fault == rule.id) {
    complain(at / "after" / "fault", "the rule waits for itself");
  }
}

void Linter::look_at_action(const At& at, const sim::Rule& rule) {
  const auto look = [&]<class A>(const A& action) {
    A::fields([&](const char* key, auto member, const sim::FieldInfo& info) {
      const At place = key == sim::itself ? at : at / key;
      using Value = std::remove_cvref_t<decltype(action.*member)>;
      if constexpr (std::same_as<Value, std::string>)
        look_at_name(place, action.*member, info.names);
      if constexpr (std::same_as<Value, sim::EventPattern>) look_at_event(place, action.*member);
    });
  };
  std::visit(look, rule.action);
  const auto* restart = std::get_if<sim::RestartBroker>(&rule.action);
  if (restart != nullptr && restart->forget_acks > Duration::zero() && !scenario_.broker.durable) {
    complain(at / "forget_acks", "no queue is durable, so none of them comes back");
  }
  const auto* stop = std::get_if<sim::StopNode>(&rule.action);
  if (stop != nullptr && stop->node > scenario_.broker.nodes) {
    complain(at / "node", fmt::format("the broker has {} of them: see \"nodes\" of \"broker\"",
                                      scenario_.broker.nodes));
  }
}

void Linter::look_at_name(const At& at, const std::string& name, sim::Named names) {
  if (name.empty()) return;
  if (names == sim::Named::process) require(at, "process is called", name, processes_);
  if (names == sim::Named::client) require(at, "client is called", name, clients_);
  if (names == sim::Named::server) require(at, "server is called", name, servers_);
  if (names == sim::Named::queue) look_at_queue(at, name);
}

void Linter::look_at_queue(const At& at, const std::string& name) {
  const bool is_fanout = name.find("_fanout") != std::string::npos;
  if (queues_.contains(name) || (!is_fanout && !name.starts_with("reply_"))) {
    require(at, "queue is called", name, queues_);
    return;
  }
  complain(at,
           fmt::format("no queue is called {}: the name of a {} queue ends in an id that each "
                       "run draws anew; say \"{}\" which {} it is",
                       in_quotes(name), is_fanout ? "fanout" : "reply",
                       is_fanout ? "fanout_of" : "replies_of", is_fanout ? "server" : "client"));
}

}  // namespace castaway::scenario
