#pragma once
// Isolation: what the system lets a run have for itself, and what is lost where it does not.
//
// Containers and distributions forbid one or the other of these, each by itself, so each is tried
// by itself. Only what no run can do without is an error.

#include <string>
#include <vector>

#include "world/report.h"

namespace castaway::virtual_time {

/// What a run cannot do without is not allowed.
class NotAllowed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Isolation {
  bool own_network = false;
  bool own_processes = false;
  bool fixed_addresses = false;
};

/// Puts this process into a network of its own, and its children to come into a numbering of
/// processes of their own, as far as that is allowed. What is lost is told to the report.
/// Throws: NotAllowed if threads of another process cannot be traced.
[[nodiscard]] Isolation isolate(Report& report);

}  // namespace castaway::virtual_time
