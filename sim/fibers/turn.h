#pragma once
// Turn: whose thread a simulation runs on, and which task has it now. A FiberRuntime keeps it; the
// watchdog, on a thread of its own, looks at it.
//
// The simulation's side costs a few plain stores a turn, and never waits for those who look.
// Nothing of a simulation depends on what is in here, but for the refusal of foreign threads.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pthread.h>

#include "castaway/time.h"

namespace castaway::sim {

class Turn {
 public:
  /// Makes the thread that calls this the simulation's, for as long as this lives. Nests.
  class OwnThread {
   public:
    explicit OwnThread(Turn& turn)
        : turn_(turn), outer_(turn.thread_.exchange(pthread_self(), std::memory_order_relaxed)) {}
    ~OwnThread() { turn_.thread_.store(outer_, std::memory_order_relaxed); }
    OwnThread(const OwnThread&) = delete;
    OwnThread& operator=(const OwnThread&) = delete;

    [[nodiscard]] bool outermost() const { return outer_ == 0; }

   private:
    Turn& turn_;
    pthread_t outer_;
  };

  /// What the watchdog sees of a turn.
  struct Seen {
    std::uint64_t number = 0;  ///< another one for each turn
    std::string task = {};
    std::string last_call = {};  ///< "" if the task has made none
    TimePoint now = {};          ///< virtual time, which stands still during a turn
  };

  Turn() = default;
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// Throws: std::logic_error while the simulation runs on another thread; it names `call`.
  void require_own_thread(const char* call) const {
    const pthread_t own = thread_.load(std::memory_order_relaxed);
    if (own != 0 && own != pthread_self()) refuse(call);
  }

  /// `last_call` is a literal, or null.
  void begin(std::string_view task, const char* last_call, TimePoint now);
  /// No task runs.
  void end();
  void calls(const char* call) { last_call_.store(call, std::memory_order_release); }

  /// From any thread. Empty if no task runs, or the turn ends meanwhile.
  [[nodiscard]] std::optional<Seen> look() const;

 private:
  static constexpr std::size_t word = sizeof(std::uint64_t);
  static constexpr std::size_t words = 12;  ///< longer names are cut off

  [[noreturn]] static void refuse(const char* call);

  std::atomic<pthread_t> thread_ = 0;  ///< 0 while the simulation does not run
  std::uint64_t count_ = 0;            ///< of beginnings and ends
  // Whoever sees something of a turn also sees that it was announced, and nothing is complete
  // before it is posted: so a look between two equal numbers saw one turn.
  std::atomic<std::uint64_t> announced_ = 0;
  std::atomic<std::size_t> length_ = 0;  ///< of the name; 0 while no task runs
  std::array<std::atomic<std::uint64_t>, words> name_ = {};
  std::atomic<const char*> last_call_ = nullptr;
  std::atomic<TimePoint> now_ = TimePoint();
  std::atomic<std::uint64_t> posted_ = 0;
};

}  // namespace castaway::sim
