#include "fiber.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <boost/context/detail/fcontext.hpp>
#include <cxxabi.h>
#include <sys/mman.h>

#if defined(__has_feature)
#define CASTAWAY_HAS_FEATURE(feature) __has_feature(feature)
#else
#define CASTAWAY_HAS_FEATURE(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || CASTAWAY_HAS_FEATURE(address_sanitizer)
#define CASTAWAY_ASAN 1
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__) || defined(CASTAWAY_TSAN_SIM) || \
    CASTAWAY_HAS_FEATURE(thread_sanitizer)
#define CASTAWAY_TSAN 1
#include <sanitizer/tsan_interface.h>
#endif
#ifdef CASTAWAY_TSAN_SIM
extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace castaway::sim {
namespace {

#ifdef CASTAWAY_ASAN
constexpr std::size_t stack_factor = 4;  // red zones make frames that much larger
#else
constexpr std::size_t stack_factor = 1;
#endif
// More than a page, so that a frame with a large array does not step over it.
constexpr std::size_t guard_bytes = 64 * 1024;
#ifdef CASTAWAY_TSAN_SIM
constexpr std::size_t kept_stacks = 0;  // what one task did to a stack says nothing of the next
constexpr unsigned switch_flags = __tsan_switch_to_fiber_no_sync;
#else
constexpr std::size_t kept_stacks = 256;
[[maybe_unused]] constexpr unsigned switch_flags = 0;
#endif

/// Says what there is no more of.
struct NoStack final : std::bad_alloc {
  [[nodiscard]] const char* what() const noexcept override {
    return "there is no memory for the stack of another task; each takes two maps of those that "
           "Linux gives a process (sysctl vm.max_map_count)";
  }
};

/// Stacks that were used before, with a guard below each. They outlive a run, since a fresh one
/// costs more than a short run does: three system calls, and a fault for each page touched.
class StackPool {
 public:
  StackPool() = default;
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;
  ~StackPool() {
    for (const auto& [bytes, stacks] : free_) {
      for (std::byte* stack : stacks) unmap(stack, bytes);
    }
  }

  std::byte* take(std::size_t bytes) {
    {
      const std::lock_guard hold(mutex_);
      if (auto& stacks = free_[bytes]; !stacks.empty()) {
        std::byte* stack = stacks.back();
        stacks.pop_back();
        return stack;
      }
    }
    void* const area = mmap(nullptr, guard_bytes + bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (area == MAP_FAILED) throw NoStack();
    if (mprotect(area, guard_bytes, PROT_NONE) != 0) {
      munmap(area, guard_bytes + bytes);
      throw NoStack();
    }
    return static_cast<std::byte*>(area) + guard_bytes;
  }

  void give_back(std::byte* stack, std::size_t bytes) {
#ifdef CASTAWAY_ASAN
    // The frames that never returned have left their red zones.
    ASAN_UNPOISON_MEMORY_REGION(stack, bytes);
#endif
    {
      const std::lock_guard hold(mutex_);
      if (auto& stacks = free_[bytes]; stacks.size() < kept_stacks) {
        stacks.push_back(stack);
        return;
      }
    }
    unmap(stack, bytes);
  }

 private:
  static void unmap(std::byte* stack, std::size_t bytes) {
    munmap(stack - guard_bytes, guard_bytes + bytes);
  }

  std::mutex mutex_;  ///< guards free_; runs on several threads share the pool
  std::map<std::size_t, std::vector<std::byte*>> free_ = {};
};

StackPool& stack_pool() {
  static StackPool pool;
  return pool;
}

std::size_t whole_pages(std::size_t bytes) {
  constexpr std::size_t page = 4096;
  return (bytes + page - 1) / page * page;
}

}  // namespace

void give_up(std::string_view why) {
  std::fprintf(stderr, "castaway: %.*s\n", static_cast<int>(why.size()), why.data());
  std::abort();
}

/// The two halves of a switch. AddressSanitizer wants to hear before a switch where it goes, and on
/// arrival that it is done.
struct Fiber::Switch {
  static void start([[maybe_unused]] void** fake_stack, [[maybe_unused]] const Announced& to) {
#ifdef CASTAWAY_ASAN
    __sanitizer_start_switch_fiber(fake_stack, to.bottom, to.size);
#endif
#ifdef CASTAWAY_TSAN
    __tsan_switch_to_fiber(to.thread, switch_flags);
#endif
  }

  static void finish([[maybe_unused]] void* fake_stack, [[maybe_unused]] Announced* from) {
#ifdef CASTAWAY_ASAN
    __sanitizer_finish_switch_fiber(fake_stack, from ? &from->bottom : nullptr,
                                    from ? &from->size : nullptr);
#endif
  }

  /// The bottom of each fiber's stack. Nothing returns from here: there is nowhere to return to.
  static void main(boost::context::detail::transfer_t from) noexcept {
    auto& fiber = *static_cast<Fiber*>(from.data);
    finish(nullptr, &fiber.announced_resumer_);
#ifdef CASTAWAY_TSAN_SIM
    // The simulator's own work is one thread's; a task says where the library's begins.
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
#endif
    fiber.resumer_ = from.fctx;
    fiber.main_();
#ifdef CASTAWAY_TSAN_SIM
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
#endif
    fiber.ended_ = true;
    start(nullptr, fiber.announced_resumer_);  // null: this stack's fake frames are freed
    boost::context::detail::jump_fcontext(fiber.resumer_, nullptr);
    std::abort();
  }

  static void begin(Fiber& fiber) {
    fiber.begun_ = true;
    fiber.context_ = boost::context::detail::make_fcontext(fiber.stack_ + fiber.stack_bytes_,
                                                           fiber.stack_bytes_, &Switch::main);
    fiber.announced_ = {.bottom = fiber.stack_, .size = fiber.stack_bytes_};
#ifdef CASTAWAY_TSAN
    fiber.announced_.thread = __tsan_create_fiber(0);
#endif
  }

  static void end([[maybe_unused]] Fiber& fiber) {
#ifdef CASTAWAY_TSAN
    __tsan_destroy_fiber(fiber.announced_.thread);
#endif
    fiber.give_back_stack();
  }
};

Fiber::Fiber(std::size_t stack_bytes, std::function<void()> main)
    : stack_bytes_(whole_pages(stack_bytes * stack_factor)),
      main_(std::move(main)),
      stack_(stack_pool().take(stack_bytes_)) {}

Fiber::~Fiber() {
  if (begun_ && !ended_) give_up("a fiber was destroyed in the middle of its function");
  if (!begun_) give_back_stack();
}

void Fiber::give_back_stack() {
  stack_pool().give_back(std::exchange(stack_, nullptr), stack_bytes_);
}

void Fiber::resume() {
  if (!begun_) Switch::begin(*this);
#ifdef CASTAWAY_TSAN
  announced_resumer_.thread = __tsan_get_current_fiber();
#endif
  void* const globals = abi::__cxa_get_globals();
  ExceptionState resumers_exceptions;
  std::memcpy(&resumers_exceptions, globals, sizeof(ExceptionState));
  std::memcpy(globals, &exceptions_, sizeof(ExceptionState));
  const int resumers_errno = std::exchange(errno, errno_);

  void* fake_stack = nullptr;
  Switch::start(&fake_stack, announced_);
  context_ = boost::context::detail::jump_fcontext(context_, this).fctx;
  Switch::finish(fake_stack, nullptr);

  errno_ = std::exchange(errno, resumers_errno);
  std::memcpy(&exceptions_, globals, sizeof(ExceptionState));
  std::memcpy(globals, &resumers_exceptions, sizeof(ExceptionState));
  if (ended_) Switch::end(*this);
}

void Fiber::suspend() {
  Switch::start(&announced_.fake_stack, announced_resumer_);
  resumer_ = boost::context::detail::jump_fcontext(resumer_, nullptr).fctx;
  Switch::finish(announced_.fake_stack, &announced_resumer_);
}

}  // namespace castaway::sim
