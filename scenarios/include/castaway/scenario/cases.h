#pragma once
// Cases: the catalogue of conformance cases. Each scenario names the cases that it tests.
//
// An id never changes and is never used again. A universal case must hold in every run; an
// existential one, some run must show.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace castaway::scenario {

enum class Level : std::uint8_t { must, should, may, info };

struct Case {
  std::string_view id = {};    ///< "AMO-030"
  std::string_view slug = {};  ///< "duplicate-beyond-window"
  Level level = Level::must;
  bool existential = false;
  bool first_wave = false;       ///< one of the cases to begin with
  std::string_view judges = {};  ///< whom it judges: C client, S server, T transport, H harness
  /// "core", "sim", a level of promise, or a capability that a subject must have.
  std::string_view needs = {};
  std::string_view fault = {};   ///< what goes wrong
  std::string_view oracle = {};  ///< what must hold, or be seen, even so
};

/// All cases, in the order of the catalogue: by section, then by number.
[[nodiscard]] std::span<const Case> cases();

/// The case of that id; null if there is none.
[[nodiscard]] const Case* find_case(std::string_view id);

/// What a scenario may name in `needs`.
[[nodiscard]] const std::vector<std::string>& capabilities();

/// "MUST"
[[nodiscard]] std::string_view to_string(Level level);

}  // namespace castaway::scenario
