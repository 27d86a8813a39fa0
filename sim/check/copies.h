#pragma once
// Copies: how it came that an operation was executed a second time, as far as the history shows it.
//
// Where events say their `cause`, that is what is told. Where they do not (a log of somebody
// else's), the order of the events of the operation and its servers has to do.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/check/verdict.h"

#include "operations.h"

namespace castaway::check {

class Copies {
 public:
  /// `violated` are the operations that were executed too often: the others survived their copies.
  Copies(const History& history, const std::set<Symbol>& violated);

  struct Argument {
    std::vector<Step> steps = {};
    std::string number = {};  ///< a sentence with the number that would help to fix it
  };

  /// What led from the execution `first` to the execution `second` of the same operation.
  [[nodiscard]] Argument argue(EventIndex first, EventIndex second) const;

 private:
  struct Pair;
  struct Origin;

  void survived(Symbol op);
  [[nodiscard]] EventIndex caused_by_delivery(EventIndex execution) const;
  void find_deliveries(Pair& pair) const;
  [[nodiscard]] Origin origin(const Pair& pair) const;
  [[nodiscard]] Origin origin_by_cause(const Pair& pair) const;
  [[nodiscard]] Origin origin_by_order(const Pair& pair) const;
  [[nodiscard]] Origin published_again(EventIndex publish) const;
  [[nodiscard]] Origin given_back(EventIndex settle) const;
  [[nodiscard]] Origin went_down(const Pair& pair, EventIndex trouble) const;
  [[nodiscard]] bool acknowledged(const Pair& pair, EventIndex before) const;
  [[nodiscard]] std::string rule_behind(EventIndex event, Symbol op, EventIndex since) const;
  [[nodiscard]] Step delivery_step(const Pair& pair, const Origin& origin) const;
  [[nodiscard]] std::string number(const Pair& pair) const;
  [[nodiscard]] bool still_running(const Pair& pair) const;

  const History& history_;
  EventsByOperation by_operation_;
  std::vector<std::uint32_t> ordinals_;  ///< of a deliver event: the how manieth of its server
  std::map<Symbol, std::vector<EventIndex>>
      troubles_;  ///< of a process: when it was killed, or its connection closed
  bool broker_seen_ = false;
  bool settles_seen_ = false;
  std::optional<std::uint32_t> largest_gap_survived_;
};

}  // namespace castaway::check
