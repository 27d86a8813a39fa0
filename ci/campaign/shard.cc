#include "shard.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "castaway/scenario/explorer.h"

#include "cli/usage_error.h"
#include "jobs.h"

namespace castaway::ci {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Nothing where there is no such variable.
std::optional<std::uint64_t> variable(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  if (const auto value = number(text)) return value;
  throw UsageError(fmt::format("the variable {} wants a whole number, not \"{}\"", name, text));
}

Shard checked(Shard shard, const std::string& from) {
  if (shard.of == 0 || shard.index >= shard.of)
    throw UsageError(fmt::format("{} is no part of a whole", from));
  if (shard.of > scenario::explorers)
    throw UsageError(
        fmt::format("{}: a campaign has at most {} shards; more machines want "
                    "campaigns of their own, with other seeds",
                    from, scenario::explorers));
  return shard;
}

}  // namespace

Shard parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string_view view = text;
  const auto index = number(view.substr(0, slash));
  const auto of = slash == std::string::npos ? std::nullopt : number(view.substr(slash + 1));
  if (!index || !of || *index == 0)
    throw UsageError(fmt::format("--shard wants two numbers, as in 2/5, not \"{}\"", text));
  return checked({*index - 1, *of}, "--shard " + text);
}

Shard shard_of_environment() {
  if (const auto of = variable("GTEST_TOTAL_SHARDS")) {
    const std::uint64_t index = variable("GTEST_SHARD_INDEX").value_or(0);
    return checked({index, *of}, fmt::format("GTEST_SHARD_INDEX {} of {}", index, *of));
  }
  if (const auto of = variable("SLURM_ARRAY_TASK_COUNT")) {
    const std::uint64_t task = variable("SLURM_ARRAY_TASK_ID").value_or(0);
    const std::uint64_t first = variable("SLURM_ARRAY_TASK_MIN").value_or(0);
    const std::uint64_t step = variable("SLURM_ARRAY_TASK_STEP").value_or(1);
    const std::uint64_t index = task < first || step == 0 ? *of : (task - first) / step;
    return checked({index, *of}, fmt::format("SLURM_ARRAY_TASK_ID {} of {}", task, *of));
  }
  return {};
}

std::vector<std::uint64_t> explorers_of(const Shard& shard, std::uint64_t job, std::uint64_t jobs) {
  std::vector<std::uint64_t> mine;
  std::uint64_t number = 0;
  for (std::uint64_t explorer = shard.index; explorer < scenario::explorers; explorer += shard.of) {
    if (number++ % jobs == job) mine.push_back(explorer);
  }
  return mine;
}

std::uint64_t job_count(std::uint64_t asked, const Shard& shard) {
  return job_count(asked, explorers_of(shard, 0, 1).size());
}

}  // namespace castaway::ci
