#include "castaway/scenario/cases.h"

#include <algorithm>

#include "cases_table.h"

namespace castaway::scenario {

std::span<const Case> cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> result;
    for (const auto part : {promises(), messages(), troubles()}) {
      result.insert(result.end(), part.begin(), part.end());
    }
    return result;
  }();
  return all;
}

const Case* find_case(std::string_view id) {
  const auto found = std::ranges::find(cases(), id, &Case::id);
  return found == cases().end() ? nullptr : &*found;
}

const std::vector<std::string>& capabilities() {
  static const std::vector<std::string> names = [] {
    // These are asked for by no case alone: they make some of them possible.
    std::vector<std::string> result = {"claim-store", "turns"};
    for (const Case& known : cases()) result.emplace_back(known.needs);
    std::ranges::sort(result);
    const auto rest = std::ranges::unique(result);
    result.erase(rest.begin(), rest.end());
    return result;
  }();
  return names;
}

std::string_view to_string(Level level) {
  constexpr std::string_view words[] = {"MUST", "SHOULD", "MAY", "INFO"};
  return words[static_cast<std::size_t>(level)];
}

}  // namespace castaway::scenario
