#include "process_names.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "castaway/sim/mask_ids.h"

namespace castaway::sim {
namespace {

constexpr std::string_view digits = "0123456789";

/// What is the same in each run, and what tells this process from others that have that.
std::pair<std::string, std::string> parts_of(const std::string& name) {
  const std::string masked = mask_ids(name);
  if (masked == name) return {name, ""};
  if (!masked.ends_with(":*")) return {masked, name};
  const std::string without_id = masked.substr(0, masked.size() - 2);
  const std::size_t colon = without_id.rfind(':');
  const bool has_process_id = colon != std::string::npos && colon > 0 &&
                              colon + 1 < without_id.size() &&
                              without_id.find_first_not_of(digits, colon + 1) == std::string::npos;
  if (!has_process_id) return {masked, name};
  return {without_id.substr(0, colon), without_id};
}

}  // namespace

std::string ProcessNames::name_of(const std::string& connection_name) {
  if (connection_name.empty()) return fmt::format("connection-{}", ++unnamed_);
  auto [stem, whose] = parts_of(connection_name);
  std::vector<std::string>& known = known_[stem];
  auto place = std::ranges::find(known, whose);
  if (place == known.end()) place = known.insert(known.end(), std::move(whose));
  const auto number = place - known.begin() + 1;
  return number == 1 ? stem : fmt::format("{}#{}", stem, number);
}

}  // namespace castaway::sim
