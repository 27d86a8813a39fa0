#include "castaway/sim/fiber_runtime.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/compile.h>

#include "fiber_task.h"
#include "watchdog.h"

namespace castaway::sim {
namespace {

std::string to_string(TimePoint when) { return castaway::to_string(when.time_since_epoch()); }

}  // namespace

FiberRuntime::FiberRuntime(Scheduler& scheduler, Decisions& decisions, FiberSettings settings)
    : scheduler_(scheduler),
      decisions_(decisions),
      settings_(std::move(settings)),
      processes_(1),
      turn_(std::make_unique<Turn>()) {}

FiberRuntime::~FiberRuntime() {
  for (Process& process : processes_) process.alive = false;
  unwind_all([](const TaskState&) { return true; });
}

TimePoint FiberRuntime::now() const {
  turn_->require_own_thread("now()");
  return scheduler_.now();
}

CalendarTime FiberRuntime::calendar() const {
  turn_->require_own_thread("calendar()");
  return settings_.calendar_start + scheduler_.now().time_since_epoch() + calendar_step_;
}

std::unique_ptr<Task> FiberRuntime::spawn(std::string name, std::function<void()> body) {
  turn_->require_own_thread("spawn()");
  return spawn_in(current_process(), std::move(name), std::move(body));
}

std::uint64_t FiberRuntime::random_bits(std::string_view purpose) {
  called("random_bits()");
  auto& purposes = current_ == nullptr ? purposes_ : current_->purposes;
  return keyed_hash(id_seed_, numbered(current_task(), purpose, purposes));
}

void FiberRuntime::seed_ids(std::uint64_t seed) { id_seed_ = seed; }

ProcessId FiberRuntime::make_process(std::string name) {
  called("make_process()");
  const std::uint64_t incarnation = ++incarnations_[name];
  if (incarnation > 1) name += '@' + std::to_string(incarnation);
  processes_.push_back({.name = std::move(name)});
  return static_cast<ProcessId>(processes_.size() - 1);
}

void FiberRuntime::kill(ProcessId process) {
  called("kill()");
  if (process == 0) throw std::logic_error("process 0 is the harness, which cannot be killed");
  if (process == current_process()) {
    throw std::logic_error("task '" + current_task() + "' kills its own process; an event can");
  }
  if (!std::exchange(processes_.at(process).alive, false)) return;
  unwind_all([process](const TaskState& task) { return task.process == process; });
}

bool FiberRuntime::alive(ProcessId process) const { return processes_.at(process).alive; }

void FiberRuntime::pause(ProcessId process, TimePoint until) {
  called("pause()");
  TimePoint& paused_until = processes_.at(process).paused_until;
  paused_until = std::max(paused_until, until);
  pauses_end_ = std::max(pauses_end_, until);
}

TimePoint FiberRuntime::paused_until(ProcessId process) const {
  return processes_.at(process).paused_until;
}

ProcessId FiberRuntime::current_process() const {
  return current_ == nullptr ? 0 : current_->process;
}

const std::string& FiberRuntime::current_task() const {
  static const std::string none;
  return current_ == nullptr ? none : current_->name;
}

void FiberRuntime::step_calendar(Duration by) {
  called("step_calendar()");
  calendar_step_ += by;
}

bool FiberRuntime::run(const std::function<bool()>& done, TimePoint limit) {
  turn_->require_own_thread("run()");
  if (current_ != nullptr)
    throw std::logic_error("run() is called by task '" + current_->name + "'");
  const Turn::OwnThread own_thread(*turn_);
  const Watch watch(*turn_, own_thread.outermost() ? settings_.watchdog : Duration(),
                    settings_.report);
  for (;;) {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (done && done()) return true;
    if (livelocked() || !scheduler_.step(limit)) return false;
    if (std::exchange(instant_, scheduler_.now()) != scheduler_.now()) steps_ = 0;
    ++steps_;
  }
}

std::string FiberRuntime::waiting_tasks() const {
  std::string text;
  for (const auto& task : tasks_) {
    const Wait& wait = task->wait;
    std::string what;
    switch (wait.what) {
      case Wait::For::nothing:
        continue;
      case Wait::For::signal:
        what = "waits for signal '" + std::string(wait.name) + "'";
        break;
      case Wait::For::end_of_task:
        what = "waits for the end of " + std::string(wait.name);
        break;
      case Wait::For::time:
        what = "sleeps";
        break;
      case Wait::For::end_of_pause:
        what = "is paused";
        break;
    }
    text += task->name + ' ' + what + " since " + to_string(wait.since);
    if (wait.until != never) {
      const bool deadline = wait.what == Wait::For::signal;
      text += (deadline ? " (deadline " : " (until ") + to_string(wait.until) + ')';
    }
    text += '\n';
  }
  return text;
}

/// "<prefix>/<name>/<n>": how often this name was asked for, from 1.
std::string FiberRuntime::numbered(std::string_view prefix, std::string_view name, Counts& counts) {
  auto found = counts.find(name);
  if (found == counts.end()) found = counts.emplace(name, 0).first;
  return fmt::format(FMT_COMPILE("{}/{}/{}"), prefix, name, ++found->second);
}

}  // namespace castaway::sim
