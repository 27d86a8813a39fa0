#include "call.h"

#include <utility>

#include "world/world.h"

namespace castaway::virtual_time {
namespace {

decltype(user_regs_struct::rdi)& register_of(user_regs_struct& registers, int index) {
  switch (index) {
    case 0:
      return registers.rdi;
    case 1:
      return registers.rsi;
    case 2:
      return registers.rdx;
    case 3:
      return registers.r10;
    case 4:
      return registers.r8;
    default:
      return registers.r9;
  }
}

}  // namespace

std::uint64_t Call::argument(int index) const { return register_of(thread_->registers, index); }

void Call::answer(long result) const {
  // Before the call: the kernel skips a call of this number.
  if (!thread_->at_exit_stop) thread_->registers.orig_rax = static_cast<unsigned long long>(-1);
  thread_->registers.rax = static_cast<unsigned long long>(result);
  thread_->registers_changed = true;
}

void Call::replace(int index, std::uint64_t value) const {
  if (!thread_->original) thread_->original = thread_->registers;
  register_of(thread_->registers, index) = value;
  thread_->registers_changed = true;
}

void Call::become(long number) const {
  if (!thread_->original) thread_->original = thread_->registers;
  thread_->registers.orig_rax = static_cast<unsigned long long>(number);
  thread_->registers_changed = true;
}

void Call::then(std::function<void(long)> then) const { thread_->then = std::move(then); }

void Call::repeat() const {
  constexpr unsigned size_of_syscall = 2;
  if (!thread_->at_exit_stop) thread_->registers.orig_rax = static_cast<unsigned long long>(-1);
  thread_->registers.rip -= size_of_syscall;
  thread_->registers.rax = static_cast<unsigned long long>(thread_->call);
  thread_->registers_changed = true;
}

Parts Call::parts() const {
  const auto it = thread_->parts.find({thread_->call, thread_->registers.rsp});
  return it == thread_->parts.end() ? Parts{} : it->second;
}

void Call::keep(const Parts& parts) const {
  thread_->parts[{thread_->call, thread_->registers.rsp}] = parts;
}

void Call::forget_parts() const { thread_->parts.erase({thread_->call, thread_->registers.rsp}); }

void Call::wait(Wait wait) const {
  if (auto& held = thread_->held;
      held && held->call == thread_->call && held->stack == thread_->registers.rsp) {
    wait.deadline = held->deadline;
    held.reset();
  }
  world_->make_wait(*thread_, std::move(wait));
}

void Call::wait_for_a_change(std::string_view what) const {
  const Call call = *this;
  wait(
      {.what = what,
       .is_over = [world = world_, since = world_->changes()] { return world->changes() != since; },
       .over = [call] { call.repeat(); },
       .restarts = true});
}

void Call::may_yield() const { thread_->may_yield = true; }

void Call::makes_way() const { thread_->makes_way = true; }

void Call::is_idle() const { ++thread_->idle; }

void Call::changes_something() const { world_->note_change(); }

Address Call::scratch() const {
  constexpr Address red_zone = 128, room = 2048;
  return (thread_->registers.rsp - red_zone - room) & ~Address{63};
}

}  // namespace castaway::virtual_time
