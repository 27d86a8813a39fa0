#include "turn.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace castaway::sim {

void Turn::refuse(const char* call) {
  throw std::logic_error(std::string(call) +
                         " was called from another thread than the simulation's: in a simulated "
                         "world tasks are made by Runtime::spawn, not by std::thread; see "
                         "docs/guide/simulation.md");
}

void Turn::begin(std::string_view task, const char* last_call, TimePoint now) {
  announced_.store(++count_, std::memory_order_relaxed);
  const std::size_t length = std::min(task.size(), words * word);
  length_.store(length, std::memory_order_release);
  for (std::size_t done = 0; done < length; done += word) {
    std::uint64_t piece = 0;
    std::memcpy(&piece, task.data() + done, std::min(word, length - done));
    name_[done / word].store(piece, std::memory_order_release);
  }
  last_call_.store(last_call, std::memory_order_release);
  now_.store(now, std::memory_order_release);
  posted_.store(count_, std::memory_order_release);
}

void Turn::end() {
  announced_.store(++count_, std::memory_order_relaxed);
  length_.store(0, std::memory_order_release);
  posted_.store(count_, std::memory_order_release);
}

std::optional<Turn::Seen> Turn::look() const {
  Seen seen{.number = posted_.load(std::memory_order_acquire)};
  const std::size_t length = length_.load(std::memory_order_acquire);
  if (length == 0) return std::nullopt;
  std::array<std::uint64_t, words> name = {};
  for (std::size_t i = 0; i < words; ++i) name[i] = name_[i].load(std::memory_order_acquire);
  const char* const last_call = last_call_.load(std::memory_order_acquire);
  seen.now = now_.load(std::memory_order_acquire);
  if (announced_.load(std::memory_order_relaxed) != seen.number) return std::nullopt;
  seen.task.resize(length);
  std::memcpy(seen.task.data(), name.data(), length);
  if (last_call != nullptr) seen.last_call = last_call;
  return seen;
}

}  // namespace castaway::sim
