#pragma once
// AsioReactor: the sockets and timers of all RabbitTransports of a runtime, served by whichever of
// its threads waits.
//
// One thread leads: it runs handlers until its own wait ends, then hands over to a thread that
// waits for something soon, or to nobody: usually it is back within microseconds, with its next
// request. A standby task checks now and then: it leads when nobody else has, takes over from a
// thread that has led for long, and hands over to a thread that begins to wait. While nothing
// happens it sleeps in the kernel.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "castaway/thread_runtime.h"

namespace castaway::rabbit {

class AsioReactor final : public Reactor {
 public:
  /// The one of `runtime`.
  /// Throws: std::system_error without a descriptor or a thread for it.
  static std::shared_ptr<AsioReactor> of(ThreadRuntime& runtime);

  explicit AsioReactor(ThreadRuntime& runtime);
  ~AsioReactor() override;
  AsioReactor(const AsioReactor&) = delete;
  AsioReactor& operator=(const AsioReactor&) = delete;

  [[nodiscard]] boost::asio::io_context& io() { return io_; }

  void wait(Waiter& waiter) override;
  void interrupt(const Signal& signal) override;

 private:
  enum class Leader { nobody, standby, waiter };
  class Following;

  // What a waiter does.
  bool take_lead(Waiter& waiter);
  bool take_lead_from_standby(std::unique_lock<std::mutex>& hold, TimePoint deadline);
  void lead(Waiter& waiter);
  void follow(Waiter& waiter);
  void give_lead_away();

  // What the task does that stands by.
  void stand_by();
  bool watch();
  void lead_until_wanted();

  void post_nothing();

  ThreadRuntime& runtime_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;

  std::mutex mutex_;                 ///< guards all to `followers_`
  std::condition_variable changed_;  ///< of leader_, and ending_
  Leader leader_ = Leader::nobody;
  TimePoint since_ = {};     ///< the waiter leads
  std::uint64_t turns_ = 0;  ///< of waiters that led
  std::vector<Waiter*> followers_ = {};
  /// Somebody waits for the leader to make way. Set under the mutex.
  std::atomic<bool> wanted_ = false;
  /// Whose wait it is that is over when it is notified. Set under the mutex.
  std::atomic<const Signal*> led_for_ = nullptr;
  std::atomic<bool> ending_ = false;

  std::unique_ptr<Task> standby_;  // last: by then all the rest is there
};

}  // namespace castaway::rabbit
