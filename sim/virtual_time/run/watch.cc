// What a real clock says: threads that do not come back, for they sleep in the kernel where the
// supervisor cannot see for what, or compute. Either makes a run void, and neither stops it.

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <unistd.h>

#include "calls/calls.h"
#include "calls/futexes.h"
#include "supervisor.h"

namespace castaway::virtual_time {
namespace {

constexpr auto tick = std::chrono::milliseconds(10);

volatile std::sig_atomic_t interrupting = 0;

void on_alarm(int) {}
void on_interrupt(int signal) { interrupting = signal; }

struct Activity {
  char state = 'X';  ///< R: runs or could, S: sleeps, D: waits for a disc, Z: has ended
  std::int64_t cpu_ticks = 0;
};

Activity activity(pid_t thread) {
  std::ifstream file("/proc/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(file, line);
  // The name, which may hold anything, ends with the last parenthesis.
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos || end + 2 >= line.size()) return {};
  std::istringstream fields(line.substr(end + 2));
  Activity found;
  fields >> found.state;
  std::string skipped;
  for (int i = 0; i < 10; ++i) fields >> skipped;
  std::int64_t user = 0, system = 0;
  fields >> user >> system;
  found.cpu_ticks = user + system;
  return found;
}

}  // namespace

int interrupting_signal() { return interrupting; }

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, nullptr);
  const auto us = std::chrono::microseconds(tick).count();
  const itimerval every{.it_interval = {.tv_sec = 0, .tv_usec = us},
                        .it_value = {.tv_sec = 0, .tv_usec = us}};
  setitimer(ITIMER_REAL, &every, nullptr);
  action.sa_handler = on_interrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaction(signal, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void Supervisor::watch_running() {
  Thread* const thread = running_;
  if (thread == nullptr) return;
  const Activity now = activity(thread->id);
  if (watch_.events != events_ || watch_.cpu_at_start < 0) {
    watch_.events = events_;
    watch_.asleep = 0;
    watch_.cpu_at_start = now.cpu_ticks;
  }
  if (now.state == 'Z') {
    // All of its process end, and then it is told.
    if (thread->process->ending || thread->process->threads == 1) return;
    // The first thread of a process has ended before the others: nobody is told.
    running_ = nullptr;
    world_.remove(*thread);
    return wake_after_an_end(world_);
  }
  constexpr unsigned sleeps = 3;
  if (now.state == 'S' && !thread->process->ending) {
    if (++watch_.asleep >= sleeps) note_away(*thread);
    return;
  }
  watch_.asleep = 0;
  // Two seconds of computing at first, then shorter turns.
  const std::int64_t patience = spins_ == 0 ? 200 : 10;
  if (watch_.interrupting || now.cpu_ticks - watch_.cpu_at_start < patience) return;
  const bool others =
      world_.schedule.has_any() || !world_.waiting().empty() || world_.timers.next() != never;
  if (!others) return;
  world_.report.doubt(Doubt::preempted, thread->name());
  watch_.interrupting = true;
  const int longest = 12;
  advance_to(world_.clock.now() + 1ms * (1 << std::min(spins_++, longest)));
  ptrace(PTRACE_INTERRUPT, thread->id, 0, 0);
}

void Supervisor::note_away(Thread& thread) {
  // The system call that it is in: the first word of the file.
  std::ifstream file(fmt::format("/proc/{}/syscall", thread.id));
  long call = -1;
  file >> call;
  world_.report.doubt(Doubt::away, fmt::format("{} in {}", thread.name(), call_name(call)));
  thread.state = Thread::State::away;
  running_ = nullptr;
}

bool Supervisor::wait_outside() {
  bool away = false, reader = false, input = false;
  for (const auto& thread : world_.threads()) {
    away = away || thread->state == Thread::State::away;
    if (thread->state != Thread::State::waiting) continue;
    reader = reader || thread->wait.for_ == Wait::For::outside_reader;
    input = input || thread->wait.for_ == Wait::For::outside_input;
  }
  // Time stands for a thread that is away, but not for ever: it may wait for one that waits for a
  // time.
  constexpr auto patience = std::chrono::milliseconds(200);
  const auto now = std::chrono::steady_clock::now();
  if (!away) away_since_.reset();
  if (away && !away_since_) away_since_ = now;
  const bool no_deadline = next_deadline() == never && control_ == nullptr;
  const bool waits =
      reader || (away && (no_deadline || now - *away_since_ < patience)) || (input && no_deadline);
  if (!waits) return false;
  std::this_thread::sleep_for(std::chrono::microseconds(200));
  // A signal may come from there, too.
  world_.note_signal();
  return true;
}

}  // namespace castaway::virtual_time
