#pragma once
// Lint: what is checked in each part of a scenario. Names are collected first, then every use of
// one is looked up.

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/scenario/json.h"

#include "names.h"

namespace castaway::scenario {

/// A place in a scenario, as a JSON pointer that grows: at / "faults" / 0 / "on".
class At {
 public:
  At() = default;
  [[nodiscard]] At operator/(std::string_view key) const;
  [[nodiscard]] At operator/(std::size_t index) const;
  [[nodiscard]] const std::string& pointer() const { return pointer_; }

 private:
  std::string pointer_;
};

/// An operation, and whose it is.
struct Known {
  const Operation* operation = nullptr;
  std::string_view client = {};    ///< or the server whose method does it
  const Script* script = nullptr;  ///< null if a method does it, nobody knows how often

  /// Whether its copies have numbers.
  [[nodiscard]] bool is_repeated() const {
    return script == nullptr || operation->repeat || script->repeat || !operation->only.empty();
  }
  /// How many copies there are, over all tasks that do the same, before `only` picks some.
  [[nodiscard]] std::uint64_t copies() const {
    if (script == nullptr) return std::numeric_limits<std::uint32_t>::max();
    return std::uint64_t{operation->repeat.value_or(1)} * script->repeat.value_or(1);
  }
  /// How many operations there are under this name, which exists.
  [[nodiscard]] std::uint64_t copies(std::string_view name) const;
};

class Linter {
 public:
  explicit Linter(const Scenario& scenario);

  // One file each.
  void look_at_world();
  void look_at_broker();
  void look_at_script();
  void look_at_reach();
  void look_at_faults();
  void look_at_expectations();
  /// Whether a run has room for all of it.
  void look_at_size();

  [[nodiscard]] std::vector<Problem> problems() const { return problems_; }

 private:
  void complain(const At& at, std::string text);
  /// Complains unless `name` is one of `known`; `none` says what there is none of.
  bool require(const At& at, std::string_view none, const std::string& name, const Names& known);
  /// Complains of each name that comes a second time.
  void require_unique(const At& at, const std::string& name, std::string_view what, Names& seen);

  /// The servers that get it.
  [[nodiscard]] std::vector<const Server*> reached_by(const Operation& operation) const;
  /// Calls `look` for each operation, wherever it is done.
  void each_operation(
      const std::function<void(const At& at, const Operation& operation)>& look) const;
  void look_for_servers(const At& at, const Operation& operation);
  void look_for_callers(const At& at, const Server& server);
  void look_for_arguments(const At& at, const Server& server, const Methods& methods);
  /// Modules and classes of what methods raise.
  void look_at_errors();
  void look_at_raises(const At& at, const OutcomeProp& outcome, const Known& known);
  /// Of the server or client that is there.
  void look_at_rights(const At& at, const std::optional<sim::Rights>& rights);
  void look_at_queue_arguments(const At& at, const Object& arguments);
  void look_at_more_endpoints(const At& at, const Server& server);
  void look_at_methods(const At& at, const Methods& methods, bool acks_late);
  void look_at_method(const At& at, const std::vector<Behaviour>& steps, bool acks_late);
  /// Done by so many tasks.
  void look_at_operation(const At& at, const Operation& operation, std::uint32_t tasks);
  void look_at_step(const At& at, const ScriptStep& step, const Script& script);
  void look_at_inject(const At& at, const Inject& inject, const Script& script);
  void look_at_headers(const At& at, const Object& headers);
  /// {"text_of": 1000}, anywhere in a value.
  void look_at_texts(const At& at, const nlohmann::json& value);
  /// {"msg_id_of": "ping"}, in a message that a step of `script` makes.
  void look_at_reference(const At& at, const std::string& of, const std::string& name,
                         const Script& script, const Inject& inject);
  void require_reply_queue(const At& at, const std::string& client);
  void look_at_event_of(const At& at, const Inject& message, const sim::EventPattern& event);
  /// The message made by hand that is called so; null if none is.
  [[nodiscard]] const Inject* message_called(const std::string& name) const;
  /// Null, and a complaint, if the name names nothing; null, too, if it names a message made by
  /// hand.
  const Known* look_at_op(const At& at, const std::string& name);
  void look_at_event(const At& at, const sim::EventPattern& event);
  void look_at_actor(const At& at, const sim::EventPattern& event, const Known* known);
  void look_at_rule(const At& at, const sim::Rule& rule);
  /// Of a rule that fires in profile strict+claims alone.
  void look_at_profiles(const At& at);
  /// Whether anything in this world makes what the rule is about.
  void look_for_matches(const At& at, const sim::Rule& rule, const Known* known);
  void look_at_ends(const At& at, const sim::On& on, const Known* known);
  void look_at_action(const At& at, const sim::Rule& rule);
  /// Complains if a text of an action names what is not there.
  void look_at_name(const At& at, const std::string& name, sim::Named names);
  void look_at_queue(const At& at, const std::string& name);
  void look_at_moment(const At& at, const sim::Rule& rule);
  void look_at_fired(const At& at, const Fired& fired);
  void look_at_property(const At& at, const Property& property, bool reachable);
  void look_at_law(const At& at, const std::string& name, bool reachable);
  void look_at_outcome(const At& at, const OutcomeProp& outcome);

  const Scenario& scenario_;
  std::vector<Problem> problems_;
  Names servers_;
  Names clients_;
  Names target_names_;  ///< of servers
  Names askers_;        ///< clients, and servers whose methods ask others
  Names processes_;     ///< both
  Names actors_;        ///< these and the broker
  Names operations_;
  Names methods_;  ///< that operations ask for
  Names topics_;   ///< that operations go to
  Names queues_;   ///< of servers
  Names rules_;
  Names gates_;   ///< that an endpoint waits at
  Names opened_;  ///< that a step opens
  std::vector<Known> known_;
  std::map<std::string, const Known*> known_by_name_;  ///< the first of each name
  std::vector<const Inject*> messages_;                ///< made by hand
};

/// "a call", "a cast", "a fanout"
[[nodiscard]] std::string_view with_article(Operation::Kind kind);

}  // namespace castaway::scenario
