#pragma once
// WorkerPool: the workers of a server: as many tasks as there is work for, and one that waits for
// more, up to a limit.

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "castaway/guarded.h"
#include "castaway/observer.h"
#include "castaway/runtime.h"

namespace castaway {

class WorkerPool final {
 public:
  /// Starts the first worker. Each of them runs `work`. Takes no lock.
  WorkerPool(Runtime& runtime, Observer& observer, std::size_t limit, std::function<void()> work);

  /// A worker has found something to do: sees to it that another one waits, if the limit allows.
  void busy();
  /// It is done with that.
  void idle() { ++state_.lock()->idle; }

  /// Waits: until all workers have returned.
  void join();

 private:
  struct State {
    std::size_t size = 1;
    std::size_t idle = 1;
    std::vector<std::unique_ptr<Task>> others = {};  ///< than the first
  };

  Runtime& runtime_;
  Observer& observer_;
  const std::size_t limit_;
  const std::function<void()> work_;
  Guarded<State> state_;
  std::unique_ptr<Task> first_;  // last: by then all the rest is there
};

}  // namespace castaway
