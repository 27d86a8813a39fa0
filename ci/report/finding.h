#pragma once
// Finding: a failure kept as a file: the scenario, the choices that the run took, and what it
// broke.

#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/shrink.h"

#include "campaign/campaign.h"

namespace castaway::ci {

/// What a finding file says of itself, under its key "finding".
struct Finding {
  std::string property = {};
  std::string verdict = {};  ///< in words
  std::string hash = {};
  std::string profile = {};
  std::string version = {};
  std::vector<std::string> events = {};  ///< the first thousand, in words
  std::size_t event_count = 0;           ///< of all
};

/// What the run of a result broke, expected or not, as the text of a file; with `before`, how large
/// it was before it was shrunk. Requires: that it broke something.
[[nodiscard]] std::string finding_text(const ItemResult& result,
                                       const std::optional<scenario::Size>& before = {});

/// Writes the first failure of a result to a file; the file's path, or nothing where no run failed,
/// as when a goal was not reached.
/// Throws: OutputError.
[[nodiscard]] std::string keep_finding(const ItemResult& result, const std::string& path);

/// Writes that to a file. Throws: OutputError.
void write_finding(const ItemResult& result, const std::string& path,
                   const std::optional<scenario::Size>& before = {});

/// Nothing where the scenario has no "finding", or one that says nothing of what was found.
[[nodiscard]] std::optional<Finding> finding_of(const scenario::Scenario& scenario);

}  // namespace castaway::ci
