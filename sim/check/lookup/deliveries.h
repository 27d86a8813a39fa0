#pragma once
// Deliveries: which delivery an execution belongs to, and what happened between two of them.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "operations.h"

namespace castaway::check {

/// Two executions of an operation, and the two deliveries that they answer to, as far as the
/// history shows them.
struct Twice {
  Symbol op = 0;
  EventIndex first = no_event;   ///< an execution
  EventIndex second = no_event;  ///< a later one
  bool one_server = true;
  EventIndex first_delivery = no_event;   ///< the earlier of the two, whichever was executed first
  EventIndex second_delivery = no_event;  ///< no_event if there was one delivery only, or none
  Symbol holder = 0;                      ///< who got the first delivery
};

class Deliveries {
 public:
  /// `violated` are the operations that were executed too often: the others survived their copies.
  Deliveries(const History& history, const std::set<Symbol>& violated);

  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] std::span<const EventIndex> events_of(Symbol op) const {
    return by_operation_.of(op);
  }

  [[nodiscard]] Twice pair(EventIndex first, EventIndex second) const;
  /// How many other deliveries the server got between two of its own.
  [[nodiscard]] std::uint32_t gap(EventIndex first, EventIndex second) const;
  /// The largest gap between two deliveries of an operation that was not executed too often for it.
  [[nodiscard]] std::optional<std::uint32_t> largest_gap_survived() const {
    return largest_gap_survived_;
  }

  /// Whether the holder's ack reached the broker after the first delivery and before `end`.
  [[nodiscard]] bool acknowledged(const Twice& twice, EventIndex end) const;
  /// The first time between `begin` and `end` that the process was killed, or its connection
  /// closed.
  [[nodiscard]] EventIndex trouble(Symbol process, EventIndex begin, EventIndex end) const;
  /// The last fault before `end` that hit a process or a connection, not a message.
  [[nodiscard]] EventIndex last_world_fault_before(EventIndex end) const;
  /// Whether the process was killed or stopped in between.
  [[nodiscard]] bool restarted(Symbol process, EventIndex begin, EventIndex end) const;

  /// Whether the history shows anything of the broker's side, and any settlement: only then does it
  /// mean something that one is missing.
  [[nodiscard]] bool broker_seen() const { return broker_seen_; }
  [[nodiscard]] bool settles_seen() const { return settles_seen_; }
  /// Whether it shows anything that could lead to a second delivery.
  [[nodiscard]] bool origins_seen() const { return origins_seen_; }

 private:
  [[nodiscard]] EventIndex cause_of(EventIndex execution) const;
  void survived(Symbol op);

  const History& history_;
  EventsByOperation by_operation_;
  std::vector<std::uint32_t> ordinals_;  ///< by event: of a delivery, which one of its server it is
  std::map<Symbol, std::vector<EventIndex>> troubles_;  ///< by process
  std::map<Symbol, std::vector<EventIndex>> ends_;      ///< by process
  std::vector<EventIndex> world_faults_;
  std::optional<std::uint32_t> largest_gap_survived_;
  bool broker_seen_ = false;
  bool settles_seen_ = false;
  bool origins_seen_ = false;
};

/// Whether a process was killed, or its connection closed.
[[nodiscard]] bool is_trouble(const Event& event);

}  // namespace castaway::check
