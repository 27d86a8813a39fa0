#pragma once
// Help: what --help prints, for the program and for each of its verbs.

#include <string>
#include <vector>

namespace castaway::ci {

/// As the parser knows it: a flag, or an argument without one.
struct FlagHelp {
  std::string name = {};   ///< "-v,--verbose"
  std::string value = {};  ///< what it takes: "N", or nothing
  std::string what = {};
};

/// `verb` is empty for the program itself.
[[nodiscard]] std::string help_text(const std::string& verb, const std::vector<FlagHelp>& flags);

}  // namespace castaway::ci
