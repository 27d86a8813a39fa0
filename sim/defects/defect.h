#pragma once
// TransportDefect: what can be wrong with a transport, by name; and what in the contracts finds it.

#include <string>
#include <vector>

namespace castaway::sim {

struct TransportDefect {
  std::string name = {};
  std::string what = {};      ///< what a transport with it does wrong
  std::string found_by = {};  ///< the test that is made for it, as in "DeliveryContract.InOrder"
};

/// All of them. docs/guide/transports.md has the same table.
[[nodiscard]] const std::vector<TransportDefect>& transport_defects();

}  // namespace castaway::sim
