#pragma once
// Launch: makes a process that waits, is traced, and then becomes a program.

#include <string>
#include <vector>

#include <sys/types.h>

#include "isolation.h"

namespace castaway::virtual_time {

class Launch {
 public:
  /// `command` is searched for as a shell does. Throws: std::system_error.
  Launch(const std::vector<std::string>& command, const Isolation& isolation);
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;
  ~Launch();

  /// It is traced already.
  [[nodiscard]] pid_t process() const { return process_; }
  /// It may become the program.
  void let_go();
  /// Why it did not: an errno, or 0.
  [[nodiscard]] int error() const;

 private:
  pid_t process_ = 0;
  int go_ = -1;
  int failure_ = -1;
};

}  // namespace castaway::virtual_time
