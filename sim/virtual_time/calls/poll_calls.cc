// poll, select and epoll. The kernel is asked with a timeout of 0, once something is ready or time
// has come; until then the thread waits here.

#include <algorithm>
#include <cerrno>
#include <memory>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "call.h"
#include "descriptor.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

struct Watched {
  Descriptor descriptor;
  short events;
};

/// A call that waits for descriptors, in the one shape that all of them have.
struct Poll {
  std::string_view what = {};
  std::vector<std::pair<int, short>> descriptors = {};  ///< by number, and which events
  Time timeout = never;                                 ///< 0: it does not wait
  std::function<void()> do_not_wait = {};               ///< asks the kernel, with timeout 0
  std::function<void()> be_interrupted = {};            ///< a signal ends it
  std::optional<std::uint64_t> blocked = {};            ///< a mask of its own
  /// Tells the program how much of the timeout is left, where the kernel would.
  std::function<void(Time left)> tell_left = {};
};

void wait(const Call& call, const Poll& poll) {
  World& world = call.world();
  world.loopback.settle(world.report);
  const auto watched = std::make_shared<std::vector<Watched>>();
  bool has_wrong_one = false;
  bool outside = !poll.descriptors.empty();
  for (const auto& [number, events] : poll.descriptors) {
    Descriptor descriptor(call.process(), number);
    if (!descriptor) {
      has_wrong_one = true;
      continue;
    }
    outside = outside && world.is_outside(descriptor.status());
    watched->push_back({std::move(descriptor), events});
  }
  const auto is_ready = [watched] {
    return std::ranges::any_of(
        *watched, [](const Watched& one) { return one.descriptor.is_ready(one.events); });
  };
  // What is ready, or wrong, the kernel says better.
  const bool ready = has_wrong_one || is_ready();
  if (ready || poll.timeout == Time::zero()) {
    if (!ready) call.is_idle();
    return poll.do_not_wait();
  }
  const Time deadline = after(world.clock.now(), poll.timeout);
  const auto telling = [&](const std::function<void()>& end) -> std::function<void()> {
    if (!poll.tell_left || deadline == never) return end;
    return [end, tell_left = poll.tell_left, deadline, clock = &world.clock] {
      tell_left(std::max(deadline - clock->now(), Time::zero()));
      end();
    };
  };
  call.wait({.what = poll.what,
             .deadline = deadline,
             .is_over = is_ready,
             .over = telling(poll.do_not_wait),
             .due = telling(poll.do_not_wait),
             .interrupted = telling(poll.be_interrupted),
             .for_ = outside ? Wait::For::outside_input : Wait::For::inside,
             .blocked = poll.blocked});
  // One that is pending already, and was blocked until now.
  if (poll.blocked) world.note_signal();
}

/// Milliseconds, for ever if negative.
Time milliseconds(std::uint64_t argument) {
  const auto count = static_cast<int>(argument);
  return count < 0 ? never : Time(std::chrono::milliseconds(count));
}

/// A timespec in the program's memory, for ever if it is null. Nothing if it is no time.
std::optional<Time> timespec_at(const Call& call, Address address) {
  if (address == 0) return never;
  const auto spec = call.memory().get<timespec>(address);
  if (!spec || spec->tv_sec < 0 || spec->tv_nsec < 0 || spec->tv_nsec >= 1'000'000'000)
    return std::nullopt;
  return time_of(*spec);
}

/// Lets the call be made with a timespec of 0.
std::function<void()> with_zero_timespec(const Call& call, int index) {
  return [call, index] {
    const Address scratch = call.scratch();
    if (call.memory().put(scratch, timespec{})) call.replace(index, scratch);
  };
}

/// Puts what is left of the timeout where the program has it. That may be read-only: so be it.
template <class T>
std::function<void(Time)> left_in(const Call& call, int index, T (*make)(Time)) {
  return [call, address = call.argument(index), make](Time left) {
    if (address != 0 && !call.memory().put(address, make(left))) return;
  };
}

std::optional<std::uint64_t> mask_at(const Call& call, Address address) {
  return address == 0 ? std::nullopt : call.memory().get<std::uint64_t>(address);
}

std::function<void()> with_eintr(const Call& call) {
  return [call] { call.answer(-EINTR); };
}

void poll_with(const Call& call, Poll poll) {
  constexpr std::uint64_t most = 65536;
  const std::uint64_t count = std::min(call.argument(1), most);
  const auto entries = call.memory().array<pollfd>(call.argument(0), count);
  if (entries.empty() && count != 0) return call.answer(-EFAULT);
  for (const pollfd& entry : entries) {
    if (entry.fd >= 0) poll.descriptors.emplace_back(entry.fd, entry.events);
  }
  wait(call, poll);
}

void poll(const Call& call) {
  poll_with(call, {.what = "poll",
                   .timeout = milliseconds(call.argument(2)),
                   .do_not_wait = [call] { call.replace(2, 0); },
                   .be_interrupted = with_eintr(call)});
}

void ppoll(const Call& call) {
  const auto timeout = timespec_at(call, call.argument(2));
  if (!timeout) return;
  const auto blocked = mask_at(call, call.argument(3));
  const auto do_not_wait = with_zero_timespec(call, 2);
  // With a mask of its own the kernel has to be there when the signal comes.
  poll_with(call, {.what = "ppoll",
                   .timeout = *timeout,
                   .do_not_wait = do_not_wait,
                   .be_interrupted = blocked ? do_not_wait : with_eintr(call),
                   .blocked = blocked,
                   .tell_left = left_in(call, 2, timespec_of)});
}

void select_with(const Call& call, Poll poll) {
  const std::uint64_t count = std::min<std::uint64_t>(call.argument(0), FD_SETSIZE);
  constexpr std::pair<int, short> sets[] = {{1, POLLIN}, {2, POLLOUT}, {3, POLLPRI}};
  for (const auto& [index, events] : sets) {
    if (call.argument(index) == 0) continue;
    const auto bytes = call.memory().array<unsigned char>(call.argument(index), (count + 7) / 8);
    for (std::uint64_t i = 0; i < bytes.size() * 8 && i < count; ++i) {
      if ((bytes[i / 8] >> (i % 8) & 1) != 0)
        poll.descriptors.emplace_back(static_cast<int>(i), events);
    }
  }
  wait(call, poll);
}

void select(const Call& call) {
  Time timeout = never;
  if (call.argument(4) != 0) {
    const auto value = call.memory().get<timeval>(call.argument(4));
    if (!value || value->tv_sec < 0 || value->tv_usec < 0) return;
    timeout = time_of(*value);
  }
  // A timeval of 0 has the bytes of a timespec of 0.
  select_with(call, {.what = "select",
                     .timeout = timeout,
                     .do_not_wait = with_zero_timespec(call, 4),
                     .be_interrupted = with_eintr(call),
                     .tell_left = left_in(call, 4, timeval_of)});
}

void pselect6(const Call& call) {
  const auto timeout = timespec_at(call, call.argument(4));
  if (!timeout) return;
  std::optional<std::uint64_t> blocked;
  if (call.argument(5) != 0) {
    if (const auto mask = call.memory().get<Address>(call.argument(5)))
      blocked = mask_at(call, *mask);
  }
  const auto do_not_wait = with_zero_timespec(call, 4);
  select_with(call, {.what = "pselect6",
                     .timeout = *timeout,
                     .do_not_wait = do_not_wait,
                     .be_interrupted = blocked ? do_not_wait : with_eintr(call),
                     .blocked = blocked,
                     .tell_left = left_in(call, 4, timespec_of)});
}

void epoll_with(const Call& call, Poll poll) {
  poll.descriptors.emplace_back(call.descriptor(0), POLLIN);
  wait(call, poll);
}

void epoll_wait(const Call& call) {
  epoll_with(call, {.what = "epoll_wait",
                    .timeout = milliseconds(call.argument(3)),
                    .do_not_wait = [call] { call.replace(3, 0); },
                    .be_interrupted = with_eintr(call)});
}

void epoll_pwait(const Call& call) {
  const auto blocked = mask_at(call, call.argument(4));
  // With a timeout of 0 the kernel does not look for signals; with any other it does so first.
  const std::function<void()> look_for_signals = [call] { call.replace(3, 1); };
  epoll_with(call, {.what = "epoll_pwait",
                    .timeout = milliseconds(call.argument(3)),
                    .do_not_wait = [call] { call.replace(3, 0); },
                    .be_interrupted = blocked ? look_for_signals : with_eintr(call),
                    .blocked = blocked});
}

void epoll_pwait2(const Call& call) {
  const auto timeout = timespec_at(call, call.argument(3));
  if (!timeout) return;
  const auto blocked = mask_at(call, call.argument(4));
  const std::function<void()> look_for_signals = [call] {
    const Address scratch = call.scratch();
    if (call.memory().put(scratch, timespec{.tv_sec = 0, .tv_nsec = 1'000'000}))
      call.replace(3, scratch);
  };
  epoll_with(call, {.what = "epoll_pwait2",
                    .timeout = *timeout,
                    .do_not_wait = with_zero_timespec(call, 3),
                    .be_interrupted = blocked ? look_for_signals : with_eintr(call),
                    .blocked = blocked});
}

constexpr Traced calls[] = {
    {SYS_poll, "poll", poll},
    {SYS_ppoll, "ppoll", ppoll},
    {SYS_select, "select", select},
    {SYS_pselect6, "pselect6", pselect6},
    {SYS_epoll_wait, "epoll_wait", epoll_wait},
    {SYS_epoll_pwait, "epoll_pwait", epoll_pwait},
    {SYS_epoll_pwait2, "epoll_pwait2", epoll_pwait2},
};

}  // namespace

std::span<const Traced> poll_calls() { return calls; }

}  // namespace castaway::virtual_time
