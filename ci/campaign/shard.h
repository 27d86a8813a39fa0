#pragma once
// Shard: which part of a campaign this process has, when several machines share it.

#include <cstdint>
#include <string>
#include <vector>

namespace castaway::ci {

struct Shard {
  std::uint64_t index = 0;  ///< from 0
  std::uint64_t of = 1;
  friend bool operator==(const Shard&, const Shard&) = default;
};

/// "2/5": the second of five. Throws: UsageError.
[[nodiscard]] Shard parse_shard(const std::string& text);

/// As the variables of GoogleTest or of a Slurm array say; the whole if there are none.
/// Throws: UsageError when they make no sense.
[[nodiscard]] Shard shard_of_environment();

/// The explorers that job `job` of `jobs` has in a shard.
[[nodiscard]] std::vector<std::uint64_t> explorers_of(const Shard& shard, std::uint64_t job,
                                                      std::uint64_t jobs);

/// How many jobs a shard can have: no more than explorers; as many as there are cores if 0 are
/// asked for.
[[nodiscard]] std::uint64_t job_count(std::uint64_t asked, const Shard& shard);

}  // namespace castaway::ci
