#pragma once
// Fiber: a function on a stack of its own, which can stop in the middle and continue later.
//
// What C++ and C keep per thread is kept per fiber: the exceptions in flight, those being handled,
// and errno. So a fiber may suspend inside a catch block or a destructor. Fibers nest: when one
// suspends or ends, whoever resumed it goes on. All stack switches are in fiber.cc.

#include <array>
#include <cstddef>
#include <functional>
#include <string_view>

namespace castaway::sim {

/// Ends the program, and says why: for what is wrong where nothing can be thrown.
[[noreturn]] void give_up(std::string_view why);

class Fiber final {
 public:
  /// `main` lets no exception out. Its stack is given back as soon as it has returned.
  ///
  /// Throws: std::bad_alloc when there is no memory for a stack.
  Fiber(std::size_t stack_bytes, std::function<void()> main);
  /// Requires: not suspended in the middle of `main`.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs `main` from where it stopped until it suspends or returns.
  /// Requires: not running, not ended; always the same thread.
  void resume();

  /// Goes back to whoever resumed this fiber.
  /// Requires: called on this fiber.
  void suspend();

  [[nodiscard]] bool ended() const { return ended_; }
  /// At least what was asked for; more under AddressSanitizer.
  [[nodiscard]] std::size_t stack_bytes() const { return stack_bytes_; }

 private:
  /// What __cxa_get_globals() points to: the exceptions being handled, and how many are in flight.
  using ExceptionState = std::array<void*, 2>;
  /// What AddressSanitizer and ThreadSanitizer want to know of a stack; unused without them.
  struct Announced {
    const void* bottom = nullptr;
    std::size_t size = 0;
    void* fake_stack = nullptr;
    void* thread = nullptr;
  };
  struct Switch;

  void give_back_stack();

  std::size_t stack_bytes_;
  std::function<void()> main_;
  std::byte* stack_;
  void* context_ = nullptr;  ///< where this fiber goes on
  void* resumer_ = nullptr;  ///< where its resumer goes on
  ExceptionState exceptions_ = {};
  int errno_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  Announced announced_ = {};
  Announced announced_resumer_ = {};
};

}  // namespace castaway::sim
