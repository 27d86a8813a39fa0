#pragma once
// Mutations: makes files of JSON wrong in a way that depends on a seed: keys go, come twice or are
// called differently, values become of another type or extreme, bytes are lost.

#include <cstdint>
#include <string>

namespace castaway::ci {

/// `text` with one to four mutations, most of them in its structure. Each line that is a JSON
/// object is taken for one if the whole is none.
[[nodiscard]] std::string mutated(const std::string& text, std::uint64_t seed);

}  // namespace castaway::ci
