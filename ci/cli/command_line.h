#pragma once
// CommandLine: what the program was asked for: a verb that has read its options, or only an answer.

#include <memory>
#include <string>
#include <vector>

#include "verb.h"

namespace castaway::ci {

struct CommandLine {
  std::unique_ptr<Verb> verb = {};
  std::string answer = {};  ///< where there is no verb to run: text to print, for --help, --version
  bool no_colour = false;
};

/// `arguments` without the program's own name.
/// Throws: UsageError, with the nearest verb or flag if there is none of that name.
[[nodiscard]] CommandLine read_command_line(const std::vector<std::string>& arguments);

}  // namespace castaway::ci
