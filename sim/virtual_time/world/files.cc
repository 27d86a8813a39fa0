#include "files.h"

namespace castaway::virtual_time {

void Files::add(const std::string& path, const struct stat& status, bool for_writing) {
  if (for_writing) {
    written_.insert({status.st_dev, status.st_ino});
  } else {
    read_.emplace(path, status);
  }
}

void Files::look_for_changes(Report& report) const {
  for (const auto& [path, then] : read_) {
    struct stat now {};
    if (stat(path.c_str(), &now) != 0 || written_.contains({now.st_dev, now.st_ino})) continue;
    const bool same = now.st_dev == then.st_dev && now.st_ino == then.st_ino &&
                      now.st_size == then.st_size && now.st_mtim.tv_sec == then.st_mtim.tv_sec &&
                      now.st_mtim.tv_nsec == then.st_mtim.tv_nsec;
    if (!same) report.doubt(Doubt::changed_file, path);
  }
}

}  // namespace castaway::virtual_time
