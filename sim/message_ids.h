#pragma once
// The ids in a message's body, found by a scan: a full parse of every message would cost more than
// all the rest of a simulation.
//
// A scan may find what only looks like an id, so whoever asks looks up what he gets.

#include <string_view>

namespace castaway::sim {

/// Calls `visit(id)` for each text of 32 hexadecimal digits behind a key _unique_id or _msg_id,
/// until it returns false.
template <class Visit>
void for_each_id(std::string_view body, Visit visit) {
  constexpr std::string_view keys[] = {"_unique_id", "_msg_id"};
  for (const std::string_view key : keys) {
    for (std::size_t at = body.find(key); at != std::string_view::npos;
         at = body.find(key, at + 1)) {
      // Between key and value stand quotes, escaped or not, a colon, and perhaps spaces.
      const std::size_t begin = body.find_first_not_of("\\\": ", at + key.size());
      if (begin == std::string_view::npos || begin + 32 > body.size()) continue;
      const std::string_view id = body.substr(begin, 32);
      if (id.find_first_not_of("0123456789abcdef") == std::string_view::npos && !visit(id)) return;
    }
  }
}

}  // namespace castaway::sim
