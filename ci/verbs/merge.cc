#include <algorithm>

#include <fmt/format.h>

#include "campaign/exploration_report.h"
#include "cli/files.h"
#include "cli/text.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

std::string missing(const Campaigns& all) {
  std::vector<std::string> numbers;
  for (std::uint64_t index = 0; index < all.head.shard.of; ++index) {
    const Shard shard{index, all.head.shard.of};
    if (std::ranges::count(all.shards, shard) == 0)
      numbers.push_back(fmt::format("{}/{}", index + 1, shard.of));
  }
  return numbers.empty() ? "" : wrap("  ", "shards that are not there: " + listed(numbers));
}

}  // namespace

ExitCode merge(const MergeCommand& command, Console& console) {
  Campaigns all = read_campaigns(command.files);
  const std::string absent = missing(all);
  all.head.shard = {};
  for (const auto& [key, found] : all.tally.found)
    replace_file(file_of(found, command.out), found.file);
  // Parts of an enumeration are no enumeration.
  if (!absent.empty()) {
    for (auto& [name, certificate] : all.tally.certificates) certificate.finished = false;
  }
  ExitCode code = exit_code(all.head, all.tally);
  if (!absent.empty()) code = worse(code, ExitCode::undecided);
  console.say(campaign_head(all.head) + '\n' +
              campaign_text(all.head, all.tally, command.out, command.verbose) + absent +
              fmt::format("  {} merged\nexit {}\n", count(all.shards.size(), "shard"),
                          static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
