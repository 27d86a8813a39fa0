#include "channel.h"

#include <algorithm>

namespace castaway::sim {

Consumer* Channel::consumer(std::string_view tag) {
  const auto found = std::find_if(consumers.begin(), consumers.end(), [&](const Consumer& each) {
    return !each.gone && each.tag == tag;
  });
  return found == consumers.end() ? nullptr : &*found;
}

void Channel::forget(Consumer& consumer) {
  if (!consumer.gone || consumer.unacknowledged > 0) return;
  consumers.remove_if([&](const Consumer& each) { return &each == &consumer; });
}

}  // namespace castaway::sim
