#pragma once
// Troubles: what was wrong with processes, their connections and the broker, and which faults
// struck messages. What an argument is made of: built only when there is something to argue.

#include <map>
#include <span>
#include <vector>

#include "castaway/check/history.h"

namespace castaway::check {

class Troubles {
 public:
  explicit Troubles(const History& history);

  /// What was wrong with the process, or with a connection of it, at some time from event `begin`
  /// to event `end`: the first that happened in between, or else the last that happened before and
  /// was not over. What the process did by itself counts only if there is nothing else. no_event if
  /// nothing was wrong.
  [[nodiscard]] EventIndex trouble(Symbol process, EventIndex begin, EventIndex end) const;
  /// The same of the broker: it was down, blocked publishers, or lost a queue.
  [[nodiscard]] EventIndex broker_trouble(EventIndex begin, EventIndex end) const;

  /// What a server executed, in order; what any did if it is 0.
  [[nodiscard]] std::span<const EventIndex> executions(Symbol server) const;
  /// Whether a connection of the process ended or began in between.
  [[nodiscard]] bool connected_anew(Symbol process, EventIndex begin, EventIndex end) const;
  /// Processes that served at some time.
  [[nodiscard]] std::span<const Symbol> servers() const { return servers_; }
  /// The faults that kept back or took away a message, in order.
  [[nodiscard]] std::span<const EventIndex> message_faults() const { return message_faults_; }

 private:
  [[nodiscard]] bool is_over(EventIndex trouble, EventIndex by) const;

  const History& history_;
  std::map<Symbol, std::vector<EventIndex>> events_;      ///< of each process and its connections
  std::map<Symbol, std::vector<EventIndex>> lives_;       ///< of them, when it served and when not
  std::map<Symbol, std::vector<EventIndex>> executions_;  ///< of each server; of all under 0
  std::vector<Symbol> servers_;
  std::vector<EventIndex> message_faults_;
  Symbol broker_ = 0;
};

/// Of executions and faults that came before: enough for any argument, and bounded.
inline constexpr std::size_t most_looked_at = 256;

/// Whether a fault keeps what it strikes from coming, or from coming in time.
[[nodiscard]] bool hinders(const Event& fault);

}  // namespace castaway::check
