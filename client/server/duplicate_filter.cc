#include "duplicate_filter.h"

namespace castaway {

bool DuplicateFilter::is_first(const std::string& id, TimePoint now) {
  if (id.empty()) return true;
  forget_aged(now);
  const auto [entry, inserted] = seen_.insert(id);
  if (!inserted) return false;
  oldest_first_.emplace_back(now, entry);
  if (oldest_first_.size() > capacity_) forget_oldest();
  return true;
}

bool DuplicateFilter::knows(const std::string& id, TimePoint now) {
  forget_aged(now);
  return seen_.contains(id);
}

void DuplicateFilter::forget_oldest() {
  seen_.erase(oldest_first_.front().second);
  oldest_first_.pop_front();
}

void DuplicateFilter::forget_aged(TimePoint now) {
  while (!oldest_first_.empty() && deadline_after(oldest_first_.front().first, age_) <= now)
    forget_oldest();
}

}  // namespace castaway
