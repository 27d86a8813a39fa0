#pragma once
// Settings: how many cases a property is put to, and from which seed they are drawn.
//
// Both are pinned, so that a test says the same today and tomorrow. RC_PARAMS sets them as in any
// program with RapidCheck; CASTAWAY_SEED and CASTAWAY_RUNS are shorter, and win.

#include <cstdint>
#include <optional>

namespace castaway::property {

struct Settings {
  std::uint64_t seed = 20260101;
  std::optional<int> runs = {};  ///< what the property itself says if none
  int max_size = 100;            ///< RapidCheck's size grows up to this
  int max_discard_ratio = 10;
  bool shrink = true;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// What the three variables say; null is a variable that is not set.
/// Throws: std::invalid_argument for what is no number, and for a parameter that RapidCheck would
/// ignore.
[[nodiscard]] Settings read_settings(const char* rc_params, const char* seed, const char* runs);

/// Those of the environment.
[[nodiscard]] Settings settings();

}  // namespace castaway::property
