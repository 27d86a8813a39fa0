#include "verdicts.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace castaway::virtual_time {
namespace {

constexpr std::size_t seeds_shown = 10;

/// "seed 3", "seeds 3, 7 and 12 more"
std::string in_words(const std::vector<std::uint64_t>& seeds) {
  const std::size_t shown = std::min(seeds.size(), seeds_shown);
  std::string text = seeds.size() == 1 ? "seed " : "seeds ";
  text +=
      fmt::format("{}", fmt::join(seeds.begin(), seeds.begin() + static_cast<long>(shown), ", "));
  if (seeds.size() > shown) text += fmt::format(" and {} more", seeds.size() - shown);
  return text;
}

}  // namespace

void say(const std::string& text) { std::fputs(text.c_str(), stderr); }

Ended Verdicts::tell(const Report& report, std::uint64_t seed, int code) const {
  const bool is_news = !report.deterministic() || !report.deadlock.empty() || report.out_of_time;
  if (!options_.quiet || is_news) say(report.text(seed));
  const Ended ended{.code = code, .deterministic = report.deterministic()};
  if (options_.report.empty()) return ended;
  // One line for each run.
  const bool first = seed == options_.settings.seed;
  std::FILE* const file = std::fopen(options_.report.c_str(), first ? "we" : "ae");
  const bool written = file != nullptr && std::fputs(report.json(seed, code).c_str(), file) >= 0;
  if (file != nullptr && std::fclose(file) == 0 && written) return ended;
  say(fmt::format("castaway vt: {}: {}\n", options_.report, std::strerror(errno)));
  return {.code = code == 0 ? not_made : code, .deterministic = ended.deterministic};
}

void Verdicts::add(std::uint64_t seed, const Ended& ended) {
  ++runs_;
  if (code_ == 0) code_ = ended.code;
  seeds_[ended.code].push_back(seed);
  if (!ended.deterministic) void_.push_back(seed);
}

void Verdicts::sum_up(std::chrono::duration<double> took,
                      std::optional<std::chrono::duration<double>> warmed_up) const {
  if (runs_ == 0 || (options_.quiet && code_ == 0 && void_.empty())) return;
  std::string text = fmt::format("castaway vt: {} run{}", runs_, runs_ == 1 ? "" : "s");
  if (warmed_up) text += fmt::format(" after {:.3f} s of warming up", warmed_up->count());
  text += fmt::format(", {:.3f} s each", took.count() / static_cast<double>(runs_));
  for (const auto& [code, seeds] : seeds_) {
    text += seeds.size() == runs_ ? fmt::format("; all ended with {}", code)
            : code == 0
                ? fmt::format("; {} ended with 0", seeds.size())
                : fmt::format("; {} ended with {}: {}", seeds.size(), code, in_words(seeds));
  }
  text += void_.empty() ? "; all deterministic" : fmt::format("; void: {}", in_words(void_));
  say(text + '\n');
}

}  // namespace castaway::virtual_time
