#pragma once
// ExplorationReport: the results of an exploration, as text.

#include <string>

#include "cli/exit_code.h"
#include "exploration_file.h"

namespace castaway::ci {

/// "castaway 0.1.0   explore   strategy portfolio   seed 7   generated, profile classic"
[[nodiscard]] std::string campaign_head(const CampaignHead& head);

/// Findings, each with its file in the folder `out`; how much was run; what was never reached.
[[nodiscard]] std::string campaign_text(const CampaignHead& head, const Tally& tally,
                                        const std::string& out, bool verbose);

/// Where a finding is kept.
[[nodiscard]] std::string file_of(const Found& found, const std::string& out);

[[nodiscard]] ExitCode exit_code(const CampaignHead& head, const Tally& tally);

/// How many cells were reached, and how many there are.
struct Coverage {
  std::uint64_t reached = 0;
  std::uint64_t all = 0;
};
[[nodiscard]] Coverage coverage_of(const Tally& tally);

}  // namespace castaway::ci
