#include "castaway/scenario/classic_breaches.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>

namespace castaway::scenario {
namespace {

using check::Detail;
using check::Event;
using check::EventKind;

template <class... Actions>
bool is_any(const sim::Action& action) {
  return (std::holds_alternative<Actions>(action) || ...);
}

/// What became of one operation.
struct OperationSummary {
  bool left_out = false;  ///< a fanout runs everywhere; of a copy somebody else is guilty
  int publications = 0;
  bool redelivered = false;
  int executions = 0;
  bool refused = false;
  std::set<std::string> servers = {};            ///< that executed it
  std::set<std::string> acked_by_stopping = {};  ///< servers
};

class Reading {
 public:
  Reading(const Scenario& scenario, const check::History& history) : history_(history) {
    for (const sim::Rule& rule : scenario.faults) rules_.emplace(rule.id, &rule);
    for (const Event& event : history.events()) read(event);
  }

  [[nodiscard]] std::set<ClassicBreach> found() const {
    std::set<ClassicBreach> found;
    for (const auto& [name, summary] : summaries_) {
      if (summary.left_out) continue;
      if (summary.executions >= 2) look_at_repeated(summary, found);
      const bool ran = summary.executions > 0 || summary.refused;
      if (!ran && summary.publications == 1) look_at_unrun(summary, found);
    }
    return found;
  }

 private:
  void look_at_repeated(const OperationSummary& summary, std::set<ClassicBreach>& found) const {
    const bool elsewhere = summary.servers.size() >= 2;
    if (summary.publications == 1) {
      if (elsewhere && summary.redelivered) found.insert(ClassicBreach::lost_ack);
    } else if (!elsewhere) {
      if (!killed_.contains(*summary.servers.begin())) found.insert(ClassicBreach::forgotten_id);
    } else if (broken_ != late_confirms_) {
      found.insert(broken_ ? ClassicBreach::lost_confirm : ClassicBreach::late_confirm);
    }
  }

  void look_at_unrun(const OperationSummary& summary, std::set<ClassicBreach>& found) const {
    const auto& servers = summary.acked_by_stopping;
    if (std::any_of(servers.begin(), servers.end(),
                    [&](const auto& server) { return !killed_.contains(server); }))
      found.insert(ClassicBreach::acked_and_unrun);
  }

  void read(const Event& event) {
    if (event.kind == EventKind::process) return read_process(event);
    if (event.kind == EventKind::fault) read_fault(event);
    if (!event.op) return;
    OperationSummary& summary = summaries_[text(event.op)];
    switch (event.kind) {
      case EventKind::invoke:
        if (event.operation == check::OperationKind::fanout) summary.left_out = true;
        break;
      case EventKind::inject:
        summary.left_out = true;
        break;
      case EventKind::publish:
        ++summary.publications;
        break;
      case EventKind::deliver:
        if (event.redelivered) summary.redelivered = true;
        break;
      case EventKind::settle:
        if (event.detail == Detail::ack && stopping_.contains(text(event.actor)))
          summary.acked_by_stopping.insert(text(event.actor));
        break;
      case EventKind::refuse:
        summary.refused = true;
        break;
      case EventKind::execute:
        ++summary.executions;
        summary.servers.insert(text(event.actor));
        break;
      default:
        break;
    }
  }

  void read_process(const Event& event) {
    const std::string actor = text(event.actor);
    if (event.detail == Detail::stopping) stopping_.insert(actor);
    if (event.detail == Detail::started || event.detail == Detail::serving) stopping_.erase(actor);
    if (event.detail == Detail::killed) killed_.insert(actor);
  }

  void read_fault(const Event& event) {
    const auto found = rules_.find(text(event.actor));
    if (found == rules_.end()) return;
    const sim::Rule& rule = *found->second;
    if (is_any<sim::Duplicate>(rule.action) && event.op) summaries_[text(event.op)].left_out = true;
    if (rule.on.edge == sim::Edge::confirm &&
        is_any<sim::Delay, sim::Reorder, sim::ConfirmAs>(rule.action)) {
      late_confirms_ = true;
    } else if (is_break(rule.action)) {
      broken_ = true;
    }
  }

  /// Whether it may keep a request or a confirm from getting through.
  static bool is_break(const sim::Action& action) {
    const Detail nature = sim::nature_of(action);
    return nature == Detail::loss || nature == Detail::outage ||
           (nature == Detail::broker_change &&
            !is_any<sim::DeleteQueue, sim::PurgeQueue, sim::CancelConsumer, sim::Unbind>(action));
  }

  [[nodiscard]] std::string text(check::Symbol symbol) const {
    return std::string(history_.text(symbol));
  }

  const check::History& history_;
  std::map<std::string, const sim::Rule*> rules_ = {};
  std::map<std::string, OperationSummary> summaries_ = {};  ///< of the operations
  std::set<std::string> stopping_ = {};                     ///< servers, just now
  std::set<std::string> killed_ = {};                       ///< servers, ever
  bool broken_ = false;
  bool late_confirms_ = false;
};

}  // namespace

std::string_view to_string(ClassicBreach breach) {
  constexpr std::array<std::string_view, 5> names = {"V1", "V2", "V3", "V4", "V5"};
  return names.at(static_cast<std::size_t>(breach));
}

std::string_view in_words(ClassicBreach breach) {
  constexpr std::array<std::string_view, 5> words = {
      "sent again after a lost confirm, and two servers executed it",
      "sent again, and one server that had forgotten the id executed it twice",
      "delivered again after a lost ack, and two servers executed it",
      "sent again as its confirm was late, and two servers executed it",
      "acknowledged by a server that stopped, and executed by nobody"};
  return words.at(static_cast<std::size_t>(breach));
}

std::set<ClassicBreach> classic_breaches(const Scenario& scenario, const check::History& history) {
  return Reading(scenario, history).found();
}

}  // namespace castaway::scenario
