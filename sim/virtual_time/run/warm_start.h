#pragma once
// WarmStart: processes that have warmed up, and the runs that begin with their children.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "place.h"
#include "trace.h"
#include "verdicts.h"
#include "warm_process.h"

namespace castaway::virtual_time {

class WarmStart {
 public:
  /// Throws: as Place does.
  explicit WarmStart(const Options& options);

  /// Returns the exit code if a command does not begin, or never says that it is warm.
  [[nodiscard]] std::optional<int> warm_up();
  /// One run, of which nothing is left.
  [[nodiscard]] Ended run(std::uint64_t seed, const Verdicts& verdicts);

 private:
  int run_in(World& world);
  /// Every run to come is without it.
  void lose(const std::string& what);

  const Options& options_;
  World world_;  ///< in which they warm up, and to which nothing happens any more after that
  Place place_{world_};
  Trace trace_{"", false};
  Supervisor supervisor_{world_, trace_, nullptr};
  std::vector<WarmProcess> processes_;  ///< one of each command
  std::set<std::string> lost_;
};

}  // namespace castaway::virtual_time
