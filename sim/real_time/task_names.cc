#include "task_names.h"

#include <utility>

namespace castaway::sim {

std::string TaskNames::current() {
  auto names = names_.lock();
  const auto found = names->by_thread.find(std::this_thread::get_id());
  return found == names->by_thread.end() ? "" : found->second;
}

std::string TaskNames::unique(const std::string& name) {
  const unsigned times = ++names_.lock()->used[name];
  return times == 1 ? name : name + "#" + std::to_string(times);
}

void TaskNames::enter(const std::string& name) {
  names_.lock()->by_thread[std::this_thread::get_id()] = name;
}

void TaskNames::leave() { names_.lock()->by_thread.erase(std::this_thread::get_id()); }

std::unique_ptr<Task> NamedRuntime::spawn(std::string name, std::function<void()> body) {
  std::string full = names_.unique(process_ + "/" + name);
  return base_.spawn(std::move(name),
                     [&names = names_, full = std::move(full), body = std::move(body)] {
                       names.enter(full);
                       try {
                         body();
                       } catch (const Unwinding&) {
                         // The run is over, and what this task waited for will not come.
                       }
                       names.leave();
                     });
}

}  // namespace castaway::sim
