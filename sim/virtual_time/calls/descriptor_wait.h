#pragma once
// What waiting for a descriptor is, for all calls that may.

#include <memory>
#include <string_view>

#include "call.h"
#include "descriptor.h"
#include "world/world.h"

namespace castaway::virtual_time {

/// The thread waits until poll(2) says one of `events` of the descriptor, or `deadline`. Then the
/// call is made, or ends with EAGAIN. A signal interrupts it; without a timeout, it may go on.
inline void wait_for_descriptor(const Call& call, Descriptor descriptor, short events,
                                std::string_view what, Time deadline) {
  const bool outside = call.world().is_outside(descriptor.status());
  const auto shared = std::make_shared<Descriptor>(std::move(descriptor));
  call.wait({.what = what,
             .deadline = deadline,
             .is_over = [shared, events] { return shared->is_ready(events); },
             .due = [call] { call.answer(-EAGAIN); },
             .restarts = deadline == never,
             .for_ = !outside                 ? Wait::For::inside
                     : (events & POLLIN) != 0 ? Wait::For::outside_input
                                              : Wait::For::outside_reader});
}

}  // namespace castaway::virtual_time
