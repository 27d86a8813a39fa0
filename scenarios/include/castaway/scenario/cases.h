#pragma once
// Cases: the catalogue of conformance cases, of which a scenario says which it puts to the test.
//
// An id never changes and is never used again. A case is universal, and must hold in every run, or
// existential: some run must show it.

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
  bool first_wave = false;       ///< one of those to begin with
  std::string_view judges = {};  ///< whom it judges: C client, S server, T transport, H harness
  std::string_view needs =
      {};  ///< "core", "sim", a level of promise, or a capability that a subject must have
  std::string_view fault = {};   ///< what is done to them
  std::string_view oracle = {};  ///< what must hold, or be seen, all the same
};

/// In the order of the catalogue: by section, then by number.
[[nodiscard]] std::span<const Case> cases();

/// Null if there is none of that id.
[[nodiscard]] const Case* find_case(std::string_view id);

/// What a scenario may say that it needs.
[[nodiscard]] const std::vector<std::string>& capabilities();

/// "MUST"
[[nodiscard]] std::string_view to_string(Level level);

}  // namespace castaway::scenario
