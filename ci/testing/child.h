#pragma once
// Child: runs a program to its end, for tests, and says what came of it.

#include <chrono>
#include <string>
#include <vector>

namespace castaway::ci {

struct ChildSettings {
  std::string program = CASTAWAY_PROGRAM;
  std::vector<std::string> arguments = {};
  std::string directory = CASTAWAY_SOURCE_DIR;
  std::vector<std::string> environment = {};  ///< "NAME=value", besides what this process has
  std::string input = "/dev/null";            ///< the file that is its standard input
  std::string output = {};        ///< the file that is its standard output; captured if empty
  bool terminal = false;          ///< its output and error are one terminal, captured as `out`
  std::string interrupt_at = {};  ///< sends a signal as soon as it has printed this
  int interrupt_by = 2;           ///< SIGINT
  std::chrono::seconds timeout{120};
};

struct Child {
  int exit_code = -1;  ///< -1 unless it ended by itself
  int signal = 0;      ///< that ended it
  std::string out = {};
  std::string err = {};
};

/// Waits: until it has ended, or was killed at its timeout.
[[nodiscard]] Child run_child(const ChildSettings& settings);

/// The castaway program with these arguments.
[[nodiscard]] Child castaway(const std::vector<std::string>& arguments,
                             const std::string& directory = CASTAWAY_SOURCE_DIR);

}  // namespace castaway::ci
