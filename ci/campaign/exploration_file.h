#pragma once
// ExplorationFile: an exploration and its results, as JSON lines: a head, then sums. All sums
// together are the result, so a file that ends early still says what was done.

#include <string>

#include "castaway/scenario/explorer.h"

#include "cli/input_problems.h"
#include "files/output_file.h"
#include "shard.h"
#include "tally.h"

namespace castaway::ci {

/// What was asked for. Two shards of one campaign differ in nothing but `shard`.
struct CampaignHead {
  std::string version = {};
  std::uint64_t seed = 0;
  std::string strategy = {};
  std::uint64_t runs = 0;                  ///< of all shards; as many as there is time for if 0
  std::vector<std::string> subjects = {};  ///< scenarios, each with its profile and a digest
  std::vector<std::string> profiles = {};  ///< of generated ones
  std::uint32_t size = 0;                  ///< of generated ones
  sim::ExhaustiveBounds bounds = {};       ///< of an exhaustive one
  Shard shard = {};
  friend bool operator==(const CampaignHead&, const CampaignHead&) = default;
};

[[nodiscard]] CampaignHead head_of(const scenario::Exploration& exploration, const Shard& shard);

class ExplorationFile {
 public:
  /// Throws: OutputError.
  ExplorationFile(const std::string& path, const CampaignHead& head);
  /// Writes a tally that to_json() made. Throws: OutputError.
  void add(std::string_view line);

 private:
  OutputFile file_;
};

struct Campaigns {
  CampaignHead head = {};          ///< of the first
  std::vector<Shard> shards = {};  ///< of all, in order
  Tally tally = {};
};

/// Reads shards of one campaign. A last line that is cut short is left out.
/// A file that is no such thing, or of another campaign, or has a shard that is there already, is
/// a problem and left out.
[[nodiscard]] Campaigns read_campaigns(const std::vector<std::string>& paths,
                                       InputProblems& problems);

}  // namespace castaway::ci
