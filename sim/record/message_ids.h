#pragma once
// Message ids: finds the ids in a message's body by a scan. A full parse of every message would
// cost more than the rest of a simulation.
//
// A scan can report a false id, so look up every id it returns.

#include <string_view>

namespace castaway::sim {

/// Whether it looks like an id of ours: 32 hexadecimal digits.
[[nodiscard]] inline bool is_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Calls `visit(rest)` with what stands behind each key _unique_id or _msg_id, up to the end of the
/// body, until it returns false.
template <class Visit>
void for_each_id_value(std::string_view body, Visit visit) {
  constexpr std::string_view keys[] = {"_unique_id", "_msg_id"};
  for (const std::string_view key : keys) {
    for (std::size_t at = body.find(key); at != std::string_view::npos;
         at = body.find(key, at + 1)) {
      // Between key and value stand quotes, escaped or not, a colon, and perhaps spaces.
      const std::size_t begin = body.find_first_not_of("\\\": ", at + key.size());
      if (begin != std::string_view::npos && !visit(body.substr(begin))) return;
    }
  }
}

/// Calls `visit(id)` for each id of ours, until it returns false.
template <class Visit>
void for_each_id(std::string_view body, Visit visit) {
  for_each_id_value(body, [&](std::string_view rest) {
    const std::string_view id = rest.substr(0, 32);
    return !is_id(id) || visit(id);
  });
}

/// Calls `visit(text)` for each text that stands where an id would, until it returns false.
template <class Visit>
void for_each_id_text(std::string_view body, Visit visit) {
  for_each_id_value(body, [&](std::string_view rest) {
    return visit(rest.substr(0, rest.find_first_of("\\\"")));
  });
}

}  // namespace castaway::sim
