#include "schedule.h"

#include <algorithm>

namespace castaway::virtual_time {
namespace {

bool may_run(const Thread* thread) { return !thread->process->paused; }

}  // namespace

Thread* Schedule::take_next() {
  const auto could = static_cast<std::uint64_t>(std::ranges::count_if(ready_, may_run));
  if (could == 0) return nullptr;
  std::uint64_t which = chaos_ && could > 1 ? random_.below(could) : 0;
  const auto it = std::ranges::find_if(
      ready_, [&which](const Thread* thread) { return may_run(thread) && which-- == 0; });
  Thread* const next = *it;
  ready_.erase(it);
  return next;
}

bool Schedule::has_any() const { return std::ranges::any_of(ready_, may_run); }

bool Schedule::yields() {
  if (!chaos_ || !has_any()) return false;
  constexpr std::uint64_t grain = 1'000'000;
  return random_.below(grain) < static_cast<std::uint64_t>(*chaos_ * grain);
}

void Schedule::order(std::vector<Thread*>& threads) {
  if (!chaos_) return;
  for (std::size_t i = threads.size(); i > 1; --i)
    std::swap(threads[i - 1], threads[random_.below(i)]);
}

}  // namespace castaway::virtual_time
