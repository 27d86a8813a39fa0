// The life of a task: spawned, entered whenever it may run, ended or unwound, joined.

#include "fiber_task.h"

#include <exception>
#include <utility>
#include <vector>

#include "castaway/sim/fiber_runtime.h"

namespace castaway::sim {

class FiberRuntime::FiberTask final : public Task {
 public:
  FiberTask(FiberRuntime& runtime, std::shared_ptr<TaskState> task)
      : runtime_(runtime), task_(std::move(task)) {}

  ~FiberTask() override {
    if (task_->ended) return;
    if (runtime_.current_ != nullptr) runtime_.wait_for_end(*task_);
    if (task_->ended) return;
    // Nobody here can wait, but what follows may rely on the task being gone.
    if (task_->running) give_up("task '" + task_->name + "' is destroyed by what it is running");
    runtime_.unwind(*task_);
  }

  void join() override {
    runtime_.called("Task::join()");
    const std::shared_ptr<TaskState> task = task_;
    if (task->ended || !runtime_.may_wait()) return;
    runtime_.wait_for_end(*task);
    static_cast<void>(runtime_.refuses_to_wait());
  }

 private:
  FiberRuntime& runtime_;
  std::shared_ptr<TaskState> task_;
};

std::unique_ptr<Task> FiberRuntime::spawn_in(ProcessId process, std::string name,
                                             std::function<void()> body) {
  called("spawn()");
  Process& owner = processes_.at(process);
  const std::uint64_t nth = ++owner.task_names[name];
  if (nth > 1) name += '#' + std::to_string(nth);
  if (!owner.name.empty()) name = owner.name + '/' + name;
  auto task = std::make_shared<TaskState>(*this, std::move(name), process, std::move(body));
  if (owner.alive && (current_ == nullptr || !current_->dying)) {
    task->position = tasks_.insert(tasks_.end(), task);
    make_ready(*task, now());
  } else {
    task->ended = true;
    task->body = nullptr;
  }
  return std::make_unique<FiberTask>(*this, std::move(task));
}

void FiberRuntime::task_main(TaskState& task) {
  try {
    if (!task.dying) task.body();
  } catch (const Unwinding&) {
  } catch (...) {
    // What a dying task makes of its refused waits is no failure.
    if (!task.dying && !failure_) {
      failure_ = std::current_exception();
      failed_task_ = task.name;
    }
  }
  // Still on the task's stack: the destructors of what it captured may wait.
  task.body = nullptr;
}

void FiberRuntime::enter(TaskState& task) {
  task.event = 0;
  task.leave();
  task.wait = {};
  task.running = true;
  TaskState* const resumer = std::exchange(current_, &task);
  turn_->begin(task.name, task.last_call, scheduler_.now());
  task.fiber.resume();
  current_ = resumer;
  resumer == nullptr ? turn_->end()
                     : turn_->begin(resumer->name, resumer->last_call, scheduler_.now());
  task.running = false;
  if (!task.fiber.ended()) return;
  task.ended = true;
  while (task.joiners.next != &task.joiners) wake(static_cast<TaskState&>(*task.joiners.next));
  tasks_.erase(task.position);
}

void FiberRuntime::enter_unless_paused(TaskState& task) {
  const TimePoint paused_until = processes_[task.process].paused_until;
  if (paused_until <= now()) return enter(task);
  task.leave();
  task.wait = {.what = Wait::For::end_of_pause, .since = now(), .until = paused_until};
  make_ready(task, paused_until);
}

void FiberRuntime::make_ready(TaskState& task, TimePoint when) {
  task.event =
      scheduler_.at(when, EventClass::task, 0, [this, &task] { enter_unless_paused(task); });
}

void FiberRuntime::wake(TaskState& task) {
  task.leave();
  task.wait = {};
  scheduler_.cancel(task.event);
  make_ready(task, now());
}

void FiberRuntime::wait_for_end(TaskState& task) {
  while (!task.ended && !current_->dying) {
    park({.what = Wait::For::end_of_task, .name = task.name}, &task.joiners);
  }
}

void FiberRuntime::unwind(TaskState& task) {
  task.dying = true;
  scheduler_.cancel(task.event);
  enter(task);
}

void FiberRuntime::unwind_all(const std::function<bool(const TaskState&)>& which) {
  std::vector<std::shared_ptr<TaskState>> tasks;
  for (const auto& task : tasks_) {
    if (which(*task)) tasks.push_back(task);
  }
  // All are dying before the first one runs, so that none waits for another.
  for (const auto& task : tasks) task->dying = true;
  for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) {
    // One that runs is the one that let this happen. It ends at its next wait.
    if (!(*task)->ended && !(*task)->running) unwind(**task);
  }
}

}  // namespace castaway::sim
