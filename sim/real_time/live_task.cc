#include "live_task.h"

#include <utility>

namespace castaway::sim {

LiveTask::LiveTask(Runtime& runtime)
    : runtime_(runtime),
      start_(runtime.now()),
      changed_(runtime.make_signal("a world in real time")),
      inbox_(runtime, "live-inbox") {}

LiveTask::~LiveTask() { end(); }

void LiveTask::begin(std::string name) {
  task_ = runtime_.spawn(std::move(name), [this] { live(); });
}

void LiveTask::end() {
  inbox_.lock()->over = true;
  changed_->notify();
  if (task_) task_->join();
  task_.reset();
}

std::uint64_t LiveTask::post(Act act, std::uint64_t* counter) {
  std::uint64_t number = 0;
  {
    auto inbox = inbox_.lock();
    inbox->acts.push_back({.at = now(), .act = std::move(act)});
    if (counter != nullptr) number = ++*counter;
  }
  changed_->notify();
  return number;
}

void LiveTask::ask(const Act& act) {
  if (own_thread_ == std::this_thread::get_id()) return act();
  // Shared, for the asker may be gone before notify() has returned.
  const std::shared_ptr<Signal> done = runtime_.make_signal("an answer of a world in real time");
  const Signal::Ticket ticket = done->ticket();
  post([&act, done] {
    act();
    done->notify();
  });
  done->wait(ticket, never);
}

void LiveTask::live() {
  own_thread_ = std::this_thread::get_id();
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    std::deque<Handed> handed;
    {
      auto inbox = inbox_.lock();
      if (inbox->over && inbox->acts.empty()) return;
      handed.swap(inbox->acts);
    }
    const TimePoint until = now();
    for (Handed& each : handed) scheduler_.at(each.at, EventClass::world, 0, std::move(each.act));
    while (scheduler_.step(until)) {
    }
    if (handed.empty())
      changed_->wait(ticket, scheduler_.next() == never
                                 ? never
                                 : start_ + scheduler_.next().time_since_epoch());
  }
}

}  // namespace castaway::sim
