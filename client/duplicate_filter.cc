#include "duplicate_filter.h"

namespace castaway {

bool DuplicateFilter::is_first(const std::string& id, TimePoint now) {
  if (id.empty()) return true;
  while (!oldest_first_.empty() && deadline_after(oldest_first_.front().first, age_) <= now) {
    seen_.erase(oldest_first_.front().second);
    oldest_first_.pop_front();
  }
  const auto [entry, inserted] = seen_.insert(id);
  if (!inserted) return false;
  oldest_first_.emplace_back(now, entry);
  if (oldest_first_.size() > capacity_) {
    seen_.erase(oldest_first_.front().second);
    oldest_first_.pop_front();
  }
  return true;
}

}  // namespace castaway
