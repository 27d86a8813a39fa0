#pragma once
// Jobs: does the same work in several processes at once, each of which reports in lines what it has
// done.
//
// A process that crashes takes nobody with it, and what it said before is kept.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace castaway::ci {

/// As many jobs as are asked for, or as there are cores if 0; never more than there is work.
[[nodiscard]] std::uint64_t job_count(std::uint64_t asked, std::uint64_t work);

/// What a job is given to say something with.
class JobOutput {
 public:
  JobOutput(int descriptor, std::uint64_t& at) : descriptor_(descriptor), at_(at) {}
  /// A line, without its end. Waits: until there is room for it.
  void say(const std::string& line);
  /// What it is about to do, should it not survive that.
  void at(std::uint64_t number) { at_ = number; }

 private:
  int descriptor_;
  std::uint64_t& at_;
};

/// A job that did not end by itself.
struct DeadJob {
  std::uint64_t at = 0;  ///< what it was at
  std::string how = {};  ///< "signal 11", "exit code 3"
};

struct JobSettings {
  std::uint64_t jobs = 1;
  std::function<void(std::uint64_t job, JobOutput& output)> work = {};  ///< in a process of its own
  std::function<void(std::string_view line)> line = {};                 ///< here, as it comes
  std::function<bool()> stop = {};  ///< here, now and then: whether the jobs are to be interrupted
};

/// Starts them, and returns those that died. Jobs are interrupted by SIGTERM, and by whatever the
/// terminal sends them.
/// Waits: until all have ended. Requires: no other thread runs. Throws: std::system_error, and what
/// `line` throws; the jobs then do not go on either.
[[nodiscard]] std::vector<DeadJob> run_jobs(const JobSettings& settings);

}  // namespace castaway::ci
