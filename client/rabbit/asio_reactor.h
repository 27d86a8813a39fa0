#pragma once
// AsioReactor: the sockets and timers of all RabbitTransports of a runtime, served by whichever of
// its threads waits.
//
// One thread leads: it runs handlers until its own wait is over, and then simply stops. It will
// mostly be back within microseconds, with the next request. If nobody leads for a quarter of a
// millisecond, a task that stands by does, and waits in the kernel for as long as nothing happens.
// A thread that has led for ten milliseconds makes way to any that begins to wait: it waits for
// something that is far away, and the other one's answer may be near.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

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

  void serve(const std::function<bool()>& done, TimePoint deadline) override;
  void interrupt() override;

 private:
  enum class Leader { nobody, standby, waiter };

  void stand_by();
  bool take_lead(TimePoint deadline);
  void leave();
  /// Runs a handler. False when `deadline` came first.
  bool run_one(TimePoint deadline) noexcept;

  ThreadRuntime& runtime_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  const int alarm_;  ///< a timerfd: when the task that stands by looks whether anybody leads

  std::mutex mutex_;  ///< guards the three below
  std::condition_variable left_;
  Leader leader_ = Leader::nobody;
  TimePoint since_ = {};              ///< it leads
  std::atomic<bool> wanted_ = false;  ///< somebody waits for it to make way; set under the mutex
  std::atomic<bool> ending_ = false;

  std::unique_ptr<Task> standby_;  // last: by then all the rest is there
};

}  // namespace castaway::rabbit
