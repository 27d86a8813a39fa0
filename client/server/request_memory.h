#pragma once
// RequestMemory: the requests that a strict server has run, so that no copy of one runs again.
//
// An id is kept for as long as its request runs, and after that until no copy of it is expected any
// more. Of those that do not run, only the `capacity` that are needed longest are kept.

#include <cstddef>
#include <map>
#include <string>

#include "castaway/time.h"

namespace castaway {

class RequestMemory final {
 public:
  explicit RequestMemory(std::size_t capacity) : capacity_(capacity) {}

  /// True the first time: it runs from then on.
  bool begins(const std::string& id, TimePoint now);
  /// It has ended, and copies of it may come until then. No-op for an id that does not run.
  void ended(const std::string& id, TimePoint until);

  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  enum class Is { running, over };
  using Ids = std::map<std::string, Is>;
  void forget_first();

  std::size_t capacity_;
  Ids ids_ = {};
  std::multimap<TimePoint, Ids::iterator> over_ = {};
};

}  // namespace castaway
