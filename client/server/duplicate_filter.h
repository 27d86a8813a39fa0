#pragma once
// DuplicateFilter: remembers which messages came before, by count and by age, oldest forgotten
// first.
//
// classic remembers 16 and no more: a copy that comes after sixteen others is executed again.
// Source: oslo_messaging/_drivers/amqp.py, _MsgIdCache.

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <utility>

#include "castaway/time.h"

namespace castaway {

class DuplicateFilter final {
 public:
  DuplicateFilter(std::size_t capacity, Duration age) : capacity_(capacity), age_(age) {}

  /// True the first time, which it remembers. A repeat does not refresh what is remembered. An
  /// empty id is never a repeat.
  bool is_first(const std::string& id, TimePoint now);

  /// Whether it came before and is still remembered. Remembers nothing new.
  [[nodiscard]] bool knows(const std::string& id, TimePoint now);

  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  void forget_oldest();
  void forget_aged(TimePoint now);

  std::size_t capacity_;
  Duration age_;
  std::set<std::string> seen_;
  std::deque<std::pair<TimePoint, std::set<std::string>::iterator>> oldest_first_;
};

}  // namespace castaway
