#pragma once
// UsageError: the command line makes no sense. It says so in one line, with the nearest word that
// would.

#include <stdexcept>

namespace castaway::ci {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace castaway::ci
