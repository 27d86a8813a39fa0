#pragma once
// Verdicts: tells what came of each run, and of all of them.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "options.h"
#include "world/report.h"

namespace castaway::virtual_time {

/// For a run that could not be made, as env(1) has it: none of the command's own codes.
inline constexpr int not_made = 125;

/// How a run has ended.
struct Ended {
  int code = 0;
  bool deterministic = false;
};

class Verdicts {
 public:
  explicit Verdicts(const Options& options) : options_(options) {}

  /// Says and writes what a report says of a run that has ended so. If that cannot be written, a
  /// run that was fine was not.
  [[nodiscard]] Ended tell(const Report& report, std::uint64_t seed, int code) const;

  /// Counts a run that was told of, here or elsewhere.
  void add(std::uint64_t seed, const Ended& ended);
  /// The code of the first run that failed.
  [[nodiscard]] int code() const { return code_; }
  /// Of all runs, for people. `warmed_up` is how long they had in common.
  void sum_up(std::chrono::duration<double> took,
              std::optional<std::chrono::duration<double>> warmed_up) const;

 private:
  const Options& options_;
  std::map<int, std::vector<std::uint64_t>> seeds_;  ///< by exit code
  std::vector<std::uint64_t> void_;
  std::uint64_t runs_ = 0;
  int code_ = 0;
};

/// On stderr.
void say(const std::string& text);

}  // namespace castaway::virtual_time
