#pragma once
// mask_ids: a text without what a client draws by chance. Names of decisions are made of it, so
// that the same seed hits the same messages again though their ids are others.

#include <string>
#include <string_view>

namespace castaway::sim {

/// Each id becomes one *: at least sixteen hexadecimal digits (with the dashes of a UUID), at least
/// ten decimal ones (a time), and what a broker appends to amq.gen- and amq.ctag-.
[[nodiscard]] std::string mask_ids(std::string_view text);

}  // namespace castaway::sim
