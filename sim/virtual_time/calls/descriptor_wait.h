#pragma once
// What waiting for a descriptor is, for all calls that may.

#include <algorithm>
#include <cerrno>
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

/// The same for a call that is made in parts. It begins anew then, and knows how far it is; a
/// signal or the deadline ends it with what has been done, which cannot be taken back.
inline void wait_between_parts(const Call& call, Descriptor descriptor, short events,
                               std::string_view what, Time timeout) {
  Parts parts = call.parts();
  const Time deadline = parts.deadline.value_or(after(call.world().clock.now(), timeout));
  parts.deadline = deadline;
  if (parts.done != 0 || deadline != never) call.keep(parts);
  wait_for_descriptor(call, std::move(descriptor), events, what, deadline);
  const auto end = [call, done = parts.done](long error) {
    call.forget_parts();
    call.answer(done != 0 ? static_cast<long>(done) : error);
  };
  Wait& wait = call.thread().wait;
  wait.over = [call] { call.repeat(); };
  wait.due = [end] { end(-EAGAIN); };
  wait.interrupted = [end] { end(-EINTR); };
  wait.restarts = wait.restarts && parts.done == 0;
}

/// A part of a call has been made. It goes on with the next one if it can, or else is answered.
inline void end_part(const Call& call, long result, std::uint64_t size) {
  Parts parts = call.parts();
  parts.done += static_cast<std::uint64_t>(std::max(result, 0L));
  if ((result > 0 || result == -EAGAIN) && parts.done < size) {
    call.keep(parts);
    return call.repeat();
  }
  call.forget_parts();
  call.answer(parts.done != 0 ? static_cast<long>(parts.done) : result);
}

}  // namespace castaway::virtual_time
