#pragma once
// Options: what castaway-vt is told on its command line.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "world/world.h"

namespace castaway::virtual_time {

struct Command {
  std::vector<std::string> words = {};
  bool main = true;  ///< the run ends with it
};

struct Options {
  Settings settings = {};
  std::vector<Command> commands = {};
  std::string trace = {};   ///< a file for a line for each call; none if empty
  std::string report = {};  ///< a file for the verdict as JSON; none if empty
  std::optional<std::pair<int, int>> control = {};  ///< descriptors to read from and to write to
  std::uint64_t runs = 1;                           ///< with one seed after the other
  bool warm = false;   ///< each command says when it has warmed up; see warm_process.h
  bool quiet = false;  ///< nothing is said of a run that was deterministic
};

/// Returns an exit code if there is nothing more to do.
[[nodiscard]] std::optional<int> read_options(int argc, char** argv, Options& options);

}  // namespace castaway::virtual_time
