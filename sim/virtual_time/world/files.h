#pragma once
// Files: those that a run has opened, to tell whether somebody else changed one meanwhile.

#include <map>
#include <set>
#include <string>
#include <utility>

#include <sys/stat.h>

#include "report.h"

namespace castaway::virtual_time {

class Files {
 public:
  void add(const std::string& path, const struct stat& status, bool for_writing);
  /// Speaks of those that are no longer what they were, though no one in the run wrote to them.
  void look_for_changes(Report& report) const;

 private:
  using Identity = std::pair<dev_t, ino_t>;
  std::map<std::string, struct stat> read_;  ///< by path, as it was first
  std::set<Identity> written_;
};

}  // namespace castaway::virtual_time
