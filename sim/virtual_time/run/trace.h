#pragma once
// Trace: every system call that the supervisor saw, one line each, and a hash of them all.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "world/thread.h"
#include "world/virtual_time.h"

namespace castaway::virtual_time {

class Trace {
 public:
  /// Only the hash, if `path` is empty. A file that is there `goes_on` with another run.
  /// Throws: std::system_error if it cannot be written.
  Trace(const std::string& path, bool goes_on);

  void add(Time now, const Thread& thread);
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  void mix(std::uint64_t number);

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::uint64_t hash_ = 14695981039346656037U;  // FNV-1a
};

}  // namespace castaway::virtual_time
