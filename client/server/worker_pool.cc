#include "worker_pool.h"

#include <string>
#include <system_error>
#include <utility>

namespace castaway {

WorkerPool::WorkerPool(Runtime& runtime, Observer& observer, std::size_t limit,
                       std::function<void()> work)
    : runtime_(runtime),
      observer_(observer),
      limit_(limit),
      work_(std::move(work)),
      state_(runtime, "crew"),
      first_(runtime.spawn("worker-1", work_)) {}

void WorkerPool::busy() {
  std::string trouble;
  {
    auto state = state_.lock();
    --state->idle;
    if (state->idle > 0 || state->size >= limit_) return;
    try {
      state->others.push_back(runtime_.spawn("worker-" + std::to_string(state->size + 1), work_));
      ++state->size;
      ++state->idle;
    } catch (const std::system_error& error) {
      trouble = error.what();  // the machine has no more threads: those that are there must do
    }
  }
  if (!trouble.empty()) observer_.swallowed_error("worker", trouble);
}

void WorkerPool::join() {
  first_->join();
  for (;;) {
    // A worker may start another one as long as it runs.
    const std::vector<std::unique_ptr<Task>> tasks = std::exchange(state_.lock()->others, {});
    if (tasks.empty()) return;
    for (const auto& task : tasks) task->join();
  }
}

}  // namespace castaway
