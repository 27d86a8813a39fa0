#pragma once
// InOrder: makes numbered results in several threads at once, and hands them over in their order.
//
//     InOrder<Report> reports;
//     reports.run(jobs, files.size(),
//                 [&](std::size_t i) { return read(files[i]); },        // in some thread
//                 [&](Report report) { console.say(to_text(report)); });  // in this one

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace castaway::ci {

template <class Result>
class InOrder {
 public:
  /// Calls `make` with each number below `count`, in `jobs` threads, and in this thread `done` with
  /// what it returned, from 0 on. Once.
  /// Waits: until all are done. Throws: what `make` or `done` throws first; no more are begun then,
  /// and it waits for those that are.
  void run(std::uint64_t jobs, std::size_t count, const std::function<Result(std::size_t)>& make,
           const std::function<void(Result)>& done) {
    results_.resize(count);
    std::vector<std::jthread> workers;
    const Abandon on_the_way_out{abandoned_};
    for (std::uint64_t i = 0; i < jobs; ++i) workers.emplace_back([&] { work(make); });
    for (std::optional<Result>& result : results_) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return result.has_value() || failure_; });
      if (failure_) std::rethrow_exception(failure_);
      done(*std::exchange(result, std::nullopt));
    }
  }

  /// Does something that neither `done` nor another call of this does at the same time: the workers
  /// may want to say how far they are, and there is one console.
  void alone(const std::function<void()>& action) {
    const std::lock_guard lock(mutex_);
    action();
  }

  /// Whether nobody wants the rest any more, since something has been thrown.
  [[nodiscard]] bool abandoned() const { return abandoned_; }

 private:
  /// Whatever is thrown, the workers are told before they are waited for.
  struct Abandon {
    std::atomic<bool>& flag;
    ~Abandon() { flag = true; }
  };

  void work(const std::function<Result(std::size_t)>& make) {
    for (std::size_t i = 0; !abandoned_ && (i = next_++) < results_.size();) {
      std::optional<Result> result;
      std::exception_ptr failure;
      try {
        result = make(i);
      } catch (const std::exception&) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      if (failure && !failure_) failure_ = failure;
      if (failure) abandoned_ = true;
      results_[i] = std::move(result);
      changed_.notify_all();
    }
  }

  std::mutex mutex_;  ///< guards results_ and failure_, and what is done alone
  std::condition_variable changed_;
  std::vector<std::optional<Result>> results_;
  std::exception_ptr failure_ = {};
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> abandoned_ = false;
};

}  // namespace castaway::ci
