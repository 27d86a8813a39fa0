#pragma once
// Crossings: runs scenarios over real transports, several at once, and compares the results with
// those in simulation.

#include <cstdint>
#include <string>
#include <vector>

#include "castaway/scenario/across.h"

#include "campaign/campaign.h"
#include "cli/console.h"
#include "files/output_file.h"
#include "real_broker.h"

namespace castaway::ci {

/// A line of the table: a scenario in a profile.
struct CrossingRow {
  ItemResult simulated = {};
  std::vector<scenario::Crossing> crossings = {};  ///< by broker
};

struct CrossingSettings {
  CampaignSettings simulated = {};
  scenario::AcrossOptions across = {};
  std::uint64_t jobs = 0;  ///< runs at once over real transports; 4 if 0, since they mostly wait
};

/// Those that had not begun when somebody interrupted are said to be interrupted.
[[nodiscard]] std::vector<CrossingRow> cross_all(const std::vector<Item>& items,
                                                 const std::vector<RealBroker>& brokers,
                                                 const CrossingSettings& settings,
                                                 Console& console);

/// One table, and then a reason for every cell that needs one.
[[nodiscard]] std::string crossing_table(const std::vector<CrossingRow>& rows,
                                         const std::vector<RealBroker>& brokers);

/// "pass", "fail", "expected failure", "not shown", "not applicable", "interrupted", "broken"
[[nodiscard]] std::string crossing_words(const ItemResult& simulated);

[[nodiscard]] ExitCode exit_code(const std::vector<CrossingRow>& rows);

/// Every cell as a JSON line: {"scenario": …, "path": …, "profile": …, "transport": "nats",
/// "result": "not applicable", "reasons": ["…"]}.
/// Throws: OutputError.
void write_crossings(OutputFile& file, const std::vector<CrossingRow>& rows,
                     const std::vector<RealBroker>& brokers);

}  // namespace castaway::ci
