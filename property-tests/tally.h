#pragma once
// Tally: what many runs did, counted: how much they differed, and which kinds of rules fired.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "castaway/scenario/run.h"

namespace castaway::property {

/// "request deliver duplicate", "link half-open": the kind of a rule, as the table of what may
/// happen where has it.
[[nodiscard]] std::string kind_of(const sim::Rule& rule);

class Tally {
 public:
  struct Kind {
    std::uint64_t planned = 0;  ///< rules of this kind
    std::uint64_t fired = 0;    ///< of them, those that fired
    std::uint64_t times = 0;    ///< how often, all together
  };

  void take(const scenario::Scenario& scenario, const scenario::Outcome& outcome);

  [[nodiscard]] std::uint64_t runs() const { return runs_; }
  [[nodiscard]] std::uint64_t distinct() const { return hashes_.size(); }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  /// How often rules fired, of whatever kind.
  [[nodiscard]] std::uint64_t faults() const { return faults_; }
  [[nodiscard]] const std::map<std::string, Kind>& kinds() const { return kinds_; }

 private:
  friend std::string to_string(const Tally& tally);

  std::uint64_t runs_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t redelivered_ = 0;
  std::uint64_t not_executed_ = 0;  ///< deliveries that led to no execution
  std::map<std::string, std::uint64_t> completions_ = {};
  std::set<std::uint64_t> hashes_ = {};
  std::map<std::string, Kind> kinds_ = {};
};

/// A table for people.
[[nodiscard]] std::string to_string(const Tally& tally);

}  // namespace castaway::property
