#pragma once
// ExplorationJobs: the two ends of an exploration: a job makes runs and says sums of them, and the
// program adds up what the jobs say.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/scenario/explorer.h"

#include "exploration_file.h"
#include "jobs.h"

namespace castaway::ci {

class Console;

/// What a job does: its explorers by turns, until they are at their end or somebody says so.
class ExplorationWorker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Ends at `until`, if there is one, and when interrupted() is true.
  ExplorationWorker(const scenario::Exploration& exploration,
                    const std::vector<std::uint64_t>& explorers, std::optional<Time> until,
                    JobOutput& output);

  void work();

 private:
  [[nodiscard]] bool is_over() const;
  void flush();
  void finish();

  const scenario::Exploration& exploration_;
  std::optional<Time> until_;
  JobOutput& output_;
  std::vector<std::unique_ptr<scenario::Explorer>> explorers_;
  Tally tally_;
  Time since_ = std::chrono::steady_clock::now();
};

/// Adds up what the jobs say, keeps what they find in the folder `out`, and says how far they are.
class ExplorationListener {
 public:
  ExplorationListener(std::string out, ExplorationFile& file, Console& console);

  void take(std::string_view line);
  void take(const std::vector<DeadJob>& dead);

  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] double seconds() const;
  /// no_output once something could not be written.
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  void keep(const std::string& key);
  [[nodiscard]] std::string progress() const;

  const std::string out_;
  ExplorationFile& file_;
  Console& console_;
  ExitCode code_ = ExitCode::fine;
  Tally tally_;
  std::map<std::string, std::string> kept_;  ///< what was found, and its file
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace castaway::ci
