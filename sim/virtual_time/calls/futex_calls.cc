// Futexes: no thread waits for one in the kernel. A wait ends here before it begins there, and a
// wake chooses among those that wait here.

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fstream>

#include <linux/futex.h>
#include <sys/syscall.h>

#include "call.h"
#include "futexes.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

constexpr std::uint64_t shared_space = std::uint64_t{1} << 63;

/// The mapping of a file, or of anonymous shared memory, in which the address lies.
std::optional<Futex> shared_futex(const Thread& thread, Address address) {
  std::ifstream maps("/proc/" + std::to_string(thread.id) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    Address from = 0, to = 0, offset = 0;
    std::uint64_t inode = 0;
    unsigned major = 0, minor = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64, &from,
                    &to, rights, &offset, &major, &minor, &inode) != 7 ||
        address < from || address >= to)
      continue;
    if (rights[3] != 's') return std::nullopt;
    return Futex{
        .space = shared_space | (std::uint64_t{major} << 52) | (std::uint64_t{minor} << 40) | inode,
        .place = address - from + offset};
  }
  return std::nullopt;
}

/// `is_private`: what the program says of it; then only one process can mean it.
Futex futex_at(const Thread& thread, Address address, bool is_private) {
  if (!is_private) {
    if (const auto shared = shared_futex(thread, address)) return *shared;
  }
  return {.space = thread.process->number, .place = address};
}

bool is_private(const Call& call) { return (call.argument(1) & FUTEX_PRIVATE_FLAG) != 0; }

/// Which of those that a thread waits on it is. Null if it is none.
FutexWait* wait_of(Thread& thread, const Futex& futex, std::uint32_t bits) {
  const auto it = std::ranges::find_if(thread.futexes, [&](const FutexWait& wait) {
    return wait.futex == futex && (wait.bits & bits) != 0;
  });
  return it == thread.futexes.end() ? nullptr : &*it;
}

std::vector<Thread*> waiters(World& world, const Futex& futex, std::uint32_t bits) {
  std::vector<Thread*> waiters;
  for (Thread* thread : world.waiting()) {
    if (wait_of(*thread, futex, bits) != nullptr) waiters.push_back(thread);
  }
  world.schedule.order(waiters);
  return waiters;
}

/// The call ends: with the place of the futex among those that it waited on.
void end_wait(World& world, Thread& thread, const FutexWait& wait) {
  Call(world, thread).answer(&wait - thread.futexes.data());
  world.make_ready(thread);
}

long wake(World& world, const Futex& futex, std::uint64_t at_most, std::uint32_t bits) {
  long woken = 0;
  for (Thread* thread : waiters(world, futex, bits)) {
    if (static_cast<std::uint64_t>(woken) >= at_most) break;
    end_wait(world, *thread, *wait_of(*thread, futex, bits));
    ++woken;
  }
  return woken;
}

void wait_on(const Call& call, std::vector<FutexWait> futexes, Time deadline,
             std::string_view what = "futex") {
  call.wait({.what = what,
             .deadline = deadline,
             .due = [call] { call.answer(-ETIMEDOUT); },
             .restarts = deadline == never});
  call.thread().futexes = std::move(futexes);
}

void wait(const Call& call, std::uint32_t bits, Time deadline) {
  const Address address = call.argument(0);
  const auto value = call.memory().get<std::uint32_t>(address);
  const auto expected = static_cast<std::uint32_t>(call.argument(2));
  if (!value || address % 4 != 0) return call.answer(value ? -EINVAL : -EFAULT);
  if (*value != expected) return call.answer(-EAGAIN);
  wait_on(call,
          {{.futex = futex_at(call.thread(), address, is_private(call)),
            .address = address,
            .expected = expected,
            .bits = bits}},
          deadline);
}

/// When the fourth argument says. Nothing if it is no time.
std::optional<Time> deadline_of(const Call& call, bool absolute) {
  if (call.argument(3) == 0) return never;
  const auto spec = call.memory().get<timespec>(call.argument(3));
  if (!spec || spec->tv_sec < 0 || spec->tv_nsec < 0 || spec->tv_nsec >= 1'000'000'000)
    return std::nullopt;
  const Clock& clock = call.world().clock;
  if (!absolute) return after(clock.now(), time_of(*spec));
  const bool real = (call.argument(1) & FUTEX_CLOCK_REALTIME) != 0;
  return clock.when(real ? CLOCK_REALTIME : CLOCK_MONOTONIC, time_of(*spec));
}

void wake_op(const Call& call) {
  const Address second = call.argument(4);
  const auto encoded = static_cast<std::uint32_t>(call.argument(5));
  const auto old = call.memory().get<std::uint32_t>(second);
  if (!old) return call.answer(-EFAULT);
  std::uint32_t operand = (encoded >> 12) & 0xfff;
  if ((encoded >> 28 & FUTEX_OP_OPARG_SHIFT) != 0) operand = 1U << (operand & 31);
  std::uint32_t value = 0;
  switch (encoded >> 28 & 7) {
    case FUTEX_OP_SET:
      value = operand;
      break;
    case FUTEX_OP_ADD:
      value = *old + operand;
      break;
    case FUTEX_OP_OR:
      value = *old | operand;
      break;
    case FUTEX_OP_ANDN:
      value = *old & ~operand;
      break;
    case FUTEX_OP_XOR:
      value = *old ^ operand;
      break;
    default:
      return call.answer(-ENOSYS);
  }
  if (!call.memory().put(second, value)) return call.answer(-EFAULT);
  const auto was = static_cast<std::int32_t>(*old);
  const auto compared = static_cast<std::int32_t>(encoded & 0xfff);
  bool holds = false;
  switch (encoded >> 24 & 15) {
    case FUTEX_OP_CMP_EQ:
      holds = was == compared;
      break;
    case FUTEX_OP_CMP_NE:
      holds = was != compared;
      break;
    case FUTEX_OP_CMP_LT:
      holds = was < compared;
      break;
    case FUTEX_OP_CMP_LE:
      holds = was <= compared;
      break;
    case FUTEX_OP_CMP_GT:
      holds = was > compared;
      break;
    case FUTEX_OP_CMP_GE:
      holds = was >= compared;
      break;
    default:
      return call.answer(-ENOSYS);
  }
  const bool own = is_private(call);
  World& world = call.world();
  long woken = wake(world, futex_at(call.thread(), call.argument(0), own), call.argument(2), ~0U);
  if (holds) woken += wake(world, futex_at(call.thread(), second, own), call.argument(3), ~0U);
  call.answer(woken);
  call.may_yield();
}

void requeue(const Call& call, bool compares) {
  const auto value = call.memory().get<std::uint32_t>(call.argument(0));
  if (!value) return call.answer(-EFAULT);
  if (compares && *value != static_cast<std::uint32_t>(call.argument(5)))
    return call.answer(-EAGAIN);
  World& world = call.world();
  const Futex from = futex_at(call.thread(), call.argument(0), is_private(call));
  const Futex to = futex_at(call.thread(), call.argument(4), is_private(call));
  const long woken = wake(world, from, call.argument(2), ~0U);
  std::uint64_t left = call.argument(3);
  long moved = 0;
  for (Thread* thread : waiters(world, from, ~0U)) {
    if (left-- == 0) break;
    FutexWait& moves = *wait_of(*thread, from, ~0U);
    moves.futex = to;
    moves.address = call.argument(4);
    moves.expected = thread->memory().get<std::uint32_t>(call.argument(4)).value_or(0);
    ++moved;
  }
  call.answer(compares ? woken + moved : woken);
  call.may_yield();
}

/// PI futexes hold the owner's number, and FUTEX_WAITERS. Priorities mean nothing here.
void lock_pi(const Call& call, Time deadline, bool may_wait) {
  const Address address = call.argument(0);
  const auto value = call.memory().get<std::uint32_t>(address);
  if (!value) return call.answer(-EFAULT);
  const auto self = static_cast<std::uint32_t>(call.thread().inner_id);
  const std::uint32_t owner = *value & FUTEX_TID_MASK;
  if (owner == self) return call.answer(-EDEADLK);
  if (owner == 0) {
    const std::uint32_t died = *value & FUTEX_OWNER_DIED;
    if (!call.memory().put(address, self | (*value & FUTEX_WAITERS) | died))
      return call.answer(-EFAULT);
    return call.answer(0);
  }
  if (!may_wait) return call.answer(-EAGAIN);
  if (!call.memory().put(address, *value | FUTEX_WAITERS)) return call.answer(-EFAULT);
  wait_on(call,
          {{.futex = futex_at(call.thread(), address, is_private(call)),
            .address = address,
            .expected = *value | FUTEX_WAITERS,
            .bits = ~0U,
            .is_lock = true}},
          deadline);
}

/// The next owner has the lock before it runs. False if the word cannot be written.
bool hand_over(World& world, Address address, const std::vector<Thread*>& heirs,
               std::uint32_t flags) {
  Thread& heir = *heirs.front();
  const std::uint32_t word =
      static_cast<std::uint32_t>(heir.inner_id) | flags | (heirs.size() > 1 ? FUTEX_WAITERS : 0U);
  if (!heir.memory().put(address, word)) return false;
  for (Thread* const waits : heirs) waits->futexes.front().expected = word;
  end_wait(world, heir, heir.futexes.front());
  return true;
}

void unlock_pi(const Call& call) {
  const Address address = call.argument(0);
  const auto value = call.memory().get<std::uint32_t>(address);
  if (!value) return call.answer(-EFAULT);
  if ((*value & FUTEX_TID_MASK) != static_cast<std::uint32_t>(call.thread().inner_id))
    return call.answer(-EPERM);
  World& world = call.world();
  const Futex futex = futex_at(call.thread(), address, is_private(call));
  const std::vector<Thread*> heirs = waiters(world, futex, ~0U);
  const bool written = heirs.empty()
                           ? call.memory().put(address, std::uint32_t{0})
                           : hand_over(world, heirs.front()->futexes.front().address, heirs, 0);
  if (!written) return call.answer(-EFAULT);
  call.answer(0);
  call.may_yield();
}

void futex(const Call& call) {
  const auto operation =
      static_cast<int>(call.argument(1)) & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
  const bool relative = operation == FUTEX_WAIT;
  std::optional<Time> deadline = never;
  if (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET || operation == FUTEX_LOCK_PI ||
      operation == FUTEX_LOCK_PI2) {
    if (operation == FUTEX_LOCK_PI && call.argument(3) != 0) {
      // Its times are always of CLOCK_REALTIME, whatever the flag says.
      const auto spec = call.memory().get<timespec>(call.argument(3));
      deadline = spec ? call.world().clock.when(CLOCK_REALTIME, time_of(*spec)) : never;
    } else {
      deadline = deadline_of(call, !relative);
    }
    if (!deadline) return call.answer(-EINVAL);
  }
  const auto bits = static_cast<std::uint32_t>(call.argument(5));
  switch (operation) {
    case FUTEX_WAIT:
      return wait(call, ~0U, *deadline);
    case FUTEX_WAIT_BITSET:
      if (bits == 0) return call.answer(-EINVAL);
      return wait(call, bits, *deadline);
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      if (operation == FUTEX_WAKE_BITSET && bits == 0) return call.answer(-EINVAL);
      call.answer(wake(call.world(), futex_at(call.thread(), call.argument(0), is_private(call)),
                       call.argument(2), operation == FUTEX_WAKE ? ~0U : bits));
      return call.may_yield();
    case FUTEX_WAKE_OP:
      return wake_op(call);
    case FUTEX_REQUEUE:
      return requeue(call, false);
    case FUTEX_CMP_REQUEUE:
      return requeue(call, true);
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
      return lock_pi(call, *deadline, true);
    case FUTEX_TRYLOCK_PI:
      return lock_pi(call, never, false);
    case FUTEX_UNLOCK_PI:
      return unlock_pi(call);
    default:
      // FUTEX_WAIT_REQUEUE_PI and its partner: no library uses them any more.
      return call.answer(-ENOSYS);
  }
}

/// Of several: a thread waits for any of them.
void futex_waitv(const Call& call) {
  struct Element {
    std::uint64_t value;
    std::uint64_t address;
    std::uint32_t flags;
    std::uint32_t reserved;
  };
  constexpr std::uint64_t most = 128;
  if (call.argument(1) == 0 || call.argument(1) > most) return call.answer(-EINVAL);
  const auto elements = call.memory().array<Element>(call.argument(0), call.argument(1));
  if (elements.empty()) return call.answer(-EFAULT);
  std::vector<FutexWait> futexes;
  for (const Element& element : elements) {
    const auto value = call.memory().get<std::uint32_t>(element.address);
    if (!value) return call.answer(-EFAULT);
    const auto expected = static_cast<std::uint32_t>(element.value);
    if (*value != expected) return call.answer(-EAGAIN);
    const bool is_private = (element.flags & FUTEX_PRIVATE_FLAG) != 0;
    futexes.push_back({.futex = futex_at(call.thread(), element.address, is_private),
                       .address = element.address,
                       .expected = expected,
                       .bits = ~0U});
  }
  Time deadline = never;
  if (call.argument(3) != 0) {
    const auto spec = call.memory().get<timespec>(call.argument(3));
    if (!spec) return call.answer(-EFAULT);
    deadline = call.world().clock.when(static_cast<int>(call.argument(4)), time_of(*spec));
  }
  wait_on(call, std::move(futexes), deadline, "futex_waitv");
}

constexpr long sys_futex_waitv = 449;

constexpr Traced calls[] = {
    {SYS_futex, "futex", futex},
    {sys_futex_waitv, "futex_waitv", futex_waitv},
};

}  // namespace

std::span<const Traced> futex_calls() { return calls; }

void wake_after_an_end(World& world) {
  for (Thread* const thread : world.waiting()) {
    if (thread->state != Thread::State::waiting) continue;
    for (const FutexWait& wait : thread->futexes) {
      const auto value = thread->memory().get<std::uint32_t>(wait.address);
      if (!value) continue;
      if (!wait.is_lock) {
        if (*value == wait.expected) continue;
        end_wait(world, *thread, wait);
        break;
      }
      // Whether it is in the list of robust ones or not, its next owner learns of it.
      if (world.find_inner(static_cast<pid_t>(*value & FUTEX_TID_MASK)) != nullptr) continue;
      if (hand_over(world, wait.address, waiters(world, wait.futex, wait.bits), FUTEX_OWNER_DIED))
        break;
    }
  }
}

}  // namespace castaway::virtual_time
