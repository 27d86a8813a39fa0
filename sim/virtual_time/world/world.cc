#include "world.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace castaway::virtual_time {
namespace {

/// How a process or thread numbers itself: the last number of a line of /proc/ID/status.
pid_t inner_id(pid_t id, const std::string& key, pid_t otherwise) {
  std::ifstream status("/proc/" + std::to_string(id) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(key + ":")) continue;
    std::istringstream numbers(line.substr(key.size() + 1));
    pid_t last = otherwise;
    while (numbers >> last) {
    }
    return last;
  }
  return otherwise;
}

}  // namespace

Process::Process(unsigned number_, pid_t id_, std::uint64_t seed)
    : number(number_),
      id(id_),
      inner_id(virtual_time::inner_id(id_, "NStgid", id_)),
      pidfd(static_cast<int>(syscall(SYS_pidfd_open, id_, 0))),
      random(seed, number_) {}

Process::~Process() {
  if (pidfd >= 0) close(pidfd);
}

World::World(const Settings& settings_, const World& warm)
    : settings(settings_),
      has_own_network(warm.has_own_network),
      clock(warm.clock),
      schedule(settings.seed, settings.chaos),
      files(warm.files),
      outside_(warm.outside_) {
  report.add_what_holds_for_all(warm.report);
}

std::string Thread::name() const {
  return fmt::format("p{}.t{} ({})", process->number, number, process->name);
}

std::shared_ptr<Process> World::add_process(pid_t id, const Process* parent, std::string name) {
  auto process = std::make_shared<Process>(processes_so_far_++, id, settings.seed);
  process->name = std::move(name);
  if (parent != nullptr) {
    process->parent = parent->id;
    process->has_begun = parent->has_begun;
    process->counter_readers = parent->counter_readers;
  }
  return process;
}

Thread& World::add_thread(pid_t id, std::shared_ptr<Process> process) {
  auto thread = std::make_unique<Thread>();
  thread->number = threads_so_far_++;
  thread->id = id;
  thread->inner_id = inner_id(id, "NSpid", id);
  thread->process = std::move(process);
  ++thread->process->threads;
  by_id_[id] = thread.get();
  threads_.push_back(std::move(thread));
  return *threads_.back();
}

void World::remove(Thread& thread) {
  schedule.remove(thread);
  if (leaving_ == &thread) leaving_ = nullptr;
  ++ends_;
  by_id_.erase(thread.id);
  const std::shared_ptr<Process> process = thread.process;
  std::erase_if(threads_, [&](const auto& one) { return one.get() == &thread; });
  if (--process->threads == 0) timers.forget(process->number, false);
  note_change();
  note_signal();
}

void World::rename(Thread& thread, pid_t id) {
  by_id_.erase(thread.id);
  thread.id = id;
  thread.inner_id = thread.process->inner_id;
  by_id_[id] = &thread;
}

Thread* World::find(pid_t id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

std::vector<Thread*> World::threads_of(const Process& process) const {
  std::vector<Thread*> found;
  for (const auto& thread : threads_) {
    if (thread->process.get() == &process) found.push_back(thread.get());
  }
  return found;
}

Thread* World::find_inner(pid_t inner_id) const {
  const auto it = std::ranges::find_if(
      threads_, [=](const auto& thread) { return thread->inner_id == inner_id; });
  return it == threads_.end() ? nullptr : it->get();
}

std::vector<Thread*> World::waiting() const {
  std::vector<Thread*> waiting;
  for (const auto& thread : threads_) {
    if (thread->state == Thread::State::waiting) waiting.push_back(thread.get());
  }
  std::ranges::sort(waiting, {}, [](const Thread* thread) { return thread->wait.since; });
  return waiting;
}

void World::make_ready(Thread& thread) {
  thread.state = Thread::State::ready;
  thread.wait = {};
  thread.futexes.clear();
  schedule.add(thread);
}

void World::make_wait(Thread& thread, Wait wait) {
  thread.state = Thread::State::waiting;
  thread.wait = std::move(wait);
  thread.wait.since = ++waits_so_far_;
  thread.slice = 0;
  thread.idle = 0;
  ++report.waits;
}

}  // namespace castaway::virtual_time
