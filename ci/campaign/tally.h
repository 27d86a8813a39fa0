#pragma once
// Tally: the results of a campaign's runs, as sums that can be added: those of two jobs, or of two
// shards, give what a single one would have counted.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/scenario/coverage.h"
#include "castaway/scenario/explorer.h"

namespace castaway::ci {

/// A failure, the first of its kind.
struct Found {
  std::uint64_t run = 0;
  std::uint64_t times = 1;  ///< runs that showed it; 0: none since
  std::string how = {};     ///< the strategy
  std::string name = {};    ///< of its file, without folder and ending
  std::string property = {};
  std::string verdict = {};  ///< in words
  std::string file = {};     ///< the scenario, as a finding
  friend bool operator==(const Found&, const Found&) = default;
};

/// In which runs something was seen.
struct Seen {
  std::uint64_t first = 0;
  std::uint64_t times = 0;
  void add(const Seen& other);
  friend bool operator==(const Seen&, const Seen&) = default;
};

/// Something that is our own fault: a run that threw, or that was not the same when made again.
struct Fault {
  std::uint64_t run = 0;
  std::string where = {};  ///< the scenario, the profile, the seed
  std::string what = {};
  friend auto operator<=>(const Fault&, const Fault&) = default;
};

struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  std::uint64_t repeated = 0;
  std::map<std::string, std::uint64_t> strategies = {};  ///< runs by strategy
  std::set<std::uint64_t> hashes = {};
  std::map<std::string, std::uint64_t> judged = {};            ///< by law: runs it judged; 0 too
  std::map<scenario::Cell, std::uint64_t> cells = {};          ///< runs that reached them
  std::set<std::pair<std::string, std::string>> grounds = {};  ///< law and family, as planned
  std::map<std::string, Found> found = {};                     ///< by what breaks
  /// Of runs in classic: by the ways in which oslo.messaging breaks its promise, "V1" to "V5".
  std::map<std::string, Seen> breaches = {};
  std::set<Fault> faults = {};
  std::map<std::string, sim::Certificate> certificates = {};  ///< by subject

  void take(const scenario::Trial& trial);
  void add(Tally other);
  /// Empties it. What it has found is counted on, without its file: that has been said.
  void begin_again();
  friend bool operator==(const Tally&, const Tally&) = default;
};

[[nodiscard]] nlohmann::json to_json(const Tally& tally);
/// Throws: nlohmann::json::exception, std::invalid_argument.
[[nodiscard]] Tally tally_of(const nlohmann::json& json);

}  // namespace castaway::ci
