#include "request_memory.h"

namespace castaway {

bool RequestMemory::begins(const std::string& id, TimePoint now) {
  while (!over_.empty() && over_.begin()->first <= now) forget_first();
  return ids_.emplace(id, Is::running).second;
}

void RequestMemory::ended(const std::string& id, TimePoint until) {
  const auto place = ids_.find(id);
  if (place == ids_.end() || place->second == Is::over) return;
  place->second = Is::over;
  over_.emplace(until, place);
  if (over_.size() > capacity_) forget_first();
}

void RequestMemory::forget_first() {
  ids_.erase(over_.begin()->second);
  over_.erase(over_.begin());
}

}  // namespace castaway
