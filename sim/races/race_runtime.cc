#include "race_runtime.h"

#include <utility>

#include "edges.h"

namespace castaway::sim::races {
namespace {

/// Made and destroyed as any object of the library's; what is inside is the simulator's.
template <class T>
class Hidden {
 public:
  explicit Hidden(std::unique_ptr<T> inner) : inner_(std::move(inner)) {}
  ~Hidden() {
    const Unseen unseen;
    inner_.reset();
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;
  T* operator->() const { return inner_.get(); }

 private:
  std::unique_ptr<T> inner_;
};

template <class Make>
auto unseen(Make make) {
  const Unseen unseen;
  return make();
}

class RaceSignal final : public Signal {
 public:
  explicit RaceSignal(std::unique_ptr<Signal> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] Ticket ticket() const override {
    const Unseen unseen;
    return inner_->ticket();
  }
  void notify() override {
    release(this);
    const Unseen unseen;
    inner_->notify();
  }
  bool wait(Ticket ticket, TimePoint deadline) override {
    const bool notified = unseen([&] { return inner_->wait(ticket, deadline); });
    if (notified) acquire(this);
    return notified;
  }

 private:
  Hidden<Signal> inner_;
};

class RaceTask final : public Task {
 public:
  /// What a task's life is ordered by; the task may outlive the object that stands for it.
  using Life = std::shared_ptr<char>;

  RaceTask(std::unique_ptr<Task> inner, Life life)
      : life_(std::move(life)), inner_(std::move(inner)) {}
  ~RaceTask() override { RaceTask::join(); }
  void join() override {
    unseen([&] { inner_->join(); });
    acquire(life_.get());
  }

 private:
  Life life_;
  Hidden<Task> inner_;
};

template <class Spawn>
std::unique_ptr<Task> spawned(std::function<void()> body, Spawn spawn) {
  const auto life = std::make_shared<char>();
  auto run = [body = std::move(body), life]() mutable {
    const Seen seen;
    acquire(life.get());
    body();
    body = nullptr;
    release(life.get());
  };
  release(life.get());
  return std::make_unique<RaceTask>(unseen([&] { return spawn(std::move(run)); }), life);
}

}  // namespace

TimePoint RaceRuntime::now() const { return fibers_.now(); }

CalendarTime RaceRuntime::calendar() const { return fibers_.calendar(); }

void RaceRuntime::sleep_until(TimePoint when) {
  const Unseen unseen;
  fibers_.sleep_until(when);
}

void RaceRuntime::checkpoint(std::string_view name) {
  const Unseen unseen;
  fibers_.checkpoint(name);
}

std::unique_ptr<Signal> RaceRuntime::make_signal(std::string_view name) {
  return std::make_unique<RaceSignal>(unseen([&] { return fibers_.make_signal(name); }));
}

std::unique_ptr<Task> RaceRuntime::spawn(std::string name, std::function<void()> body) {
  return spawned(std::move(body), [&](std::function<void()> run) {
    return fibers_.spawn(std::move(name), std::move(run));
  });
}

std::unique_ptr<Task> RaceRuntime::spawn_in(ProcessId process, std::string name,
                                            std::function<void()> body) {
  return spawned(std::move(body), [&](std::function<void()> run) {
    return fibers_.spawn_in(process, std::move(name), std::move(run));
  });
}

std::uint64_t RaceRuntime::random_bits(std::string_view purpose) {
  const Unseen unseen;
  return fibers_.random_bits(purpose);
}

}  // namespace castaway::sim::races
