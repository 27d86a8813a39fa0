#pragma once
// MutantResult: what happened to a mutant: each encounter that it had, with a strategy or with the
// catalogue, and what killed it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "campaign/catalogue.h"

namespace castaway::ci {

/// What is left of a run that shows what is wrong.
struct SmallestScope {
  std::uint64_t operations = 0;
  std::uint64_t faults = 0;      ///< rules
  std::uint64_t deviations = 0;  ///< answers that are not the benign one
  bool minimal = false;          ///< nothing of it can be taken away alone
  friend bool operator==(const SmallestScope&, const SmallestScope&) = default;
};

struct Encounter {
  std::string with = {};  ///< a strategy, or "catalogue"
  bool killed = false;
  std::uint64_t runs = 0;  ///< generated ones, or scenarios of the catalogue: to the kill, or all
  double seconds = 0;      ///< to the kill, or all, without the start of the program
  double cpu = 0;          ///< the same in seconds of processor time
  std::string law = {};    ///< that was broken, or "ends: signal 6"
  std::vector<std::string> cases = {};  ///< of the scenario that noticed
  std::string scenario = {};            ///< its name
  std::optional<SmallestScope> size = {};
  friend bool operator==(const Encounter&, const Encounter&) = default;
};
[[nodiscard]] nlohmann::json to_json(const Encounter& encounter);
/// Throws: nlohmann::json::exception.
[[nodiscard]] Encounter encounter_of(const nlohmann::json& json);

struct MutantResult {
  Mutant mutant = {};
  std::vector<Encounter> encounters = {};
  bool complete = false;  ///< false when somebody stopped it
  double seconds = 0;     ///< of everything, shrinking too
  double cpu = 0;

  /// The first encounter that killed it; null if none did.
  [[nodiscard]] const Encounter* killer() const;
  /// Until something noticed.
  [[nodiscard]] double seconds_to_kill() const;
  [[nodiscard]] double cpu_to_kill() const;
  /// A mutant survives that should not, or a benign one is flagged.
  [[nodiscard]] bool is_wrong() const;
};
[[nodiscard]] nlohmann::json to_json(const MutantResult& result);

}  // namespace castaway::ci
