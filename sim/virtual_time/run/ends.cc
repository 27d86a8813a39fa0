// How threads, processes and the run end.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>

#include <fmt/format.h>
#include <sys/wait.h>

#include "calls/futexes.h"
#include "calls/signals.h"
#include "supervisor.h"

namespace castaway::virtual_time {

bool Supervisor::is_over() const {
  return quit_ || interrupting_signal() != 0 || (has_main_ && mains_.empty()) ||
         (world_.threads().empty() && !awaits_an_end());
}

bool Supervisor::awaits_an_end() const {
  return std::ranges::any_of(roots_, [this](pid_t root) {
    return std::ranges::none_of(world_.threads(),
                                [root](const auto& thread) { return thread->process->id == root; });
  });
}

bool Supervisor::some_end() const {
  return world_.leaving() != nullptr || awaits_an_end() ||
         std::ranges::any_of(world_.threads(), [](const auto& thread) {
           return thread->process->ending || thread->continues;
         });
}

void Supervisor::on_end(pid_t id, int status) {
  if (roots_.contains(id)) {
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code != 0 && (mains_.contains(id) || !has_main_)) exit_code_ = code;
    roots_.erase(id);
    mains_.erase(id);
  }
  Thread* const thread = world_.find(id);
  if (thread == nullptr) return;
  // A signal ends all threads of a process.
  if (WIFSIGNALED(status)) {
    const bool by_itself = running_ == thread;
    if (WTERMSIG(status) == SIGKILL && !by_itself && !thread->process->ending)
      world_.report.doubt(Doubt::outside, thread->name() + ": signal 9");
    if (WTERMSIG(status) == SIGKILL) note_moving(world_);
    thread->process->ending = true;
  }
  if (const auto parent = in_vfork_.find(id); parent != in_vfork_.end()) {
    if (Thread* const waits = world_.find(parent->second)) world_.make_ready(*waits);
    in_vfork_.erase(parent);
  }
  if (running_ == thread) running_ = nullptr;
  if (held_ == thread) held_ = nullptr;
  world_.loopback.note_traffic();
  world_.remove(*thread);
  wake_after_an_end(world_);
}

void Supervisor::end_all() {
  std::set<pid_t> left;
  for (const auto& thread : world_.threads()) {
    left.insert(thread->id);
    kill(thread->process->id, SIGKILL);
  }
  for (const auto& [id, status] : early_) {
    left.insert(id);
    kill(id, SIGKILL);
  }
  left.insert(roots_.begin(), roots_.end());
  while (!left.empty()) {
    int status = 0;
    const pid_t id = waitpid(-1, &status, __WALL);
    if (id < 0 && errno != EINTR) return;
    if (id > 0 && !WIFSTOPPED(status)) left.erase(id);
  }
}

}  // namespace castaway::virtual_time
