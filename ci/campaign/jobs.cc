#include "jobs.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "castaway/process.h"

namespace castaway::ci {

namespace {

constexpr int died_of_an_exception = 70;
constexpr int look_around_ms = 100;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Numbers that this process and its children see.
class Shared {
 public:
  explicit Shared(std::size_t size) : bytes_(size * sizeof(std::uint64_t)) {
    memory_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) fail("no shared memory");
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { munmap(memory_, bytes_); }
  [[nodiscard]] std::uint64_t& operator[](std::size_t i) {
    return static_cast<std::uint64_t*>(memory_)[i];
  }

 private:
  void* memory_ = nullptr;
  std::size_t bytes_;
};

struct Job {
  pid_t process = -1;
  int descriptor = -1;  ///< -1 once nothing more comes
  std::string text = {};
};

/// All of them. Whoever leaves it early ends them.
class Processes {
 public:
  explicit Processes(const JobSettings& settings)
      : settings_(settings), at_(settings.jobs), jobs_(settings.jobs) {
    for (std::size_t i = 0; i < jobs_.size(); ++i) start(i);
  }
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;
  ~Processes() {
    for (Job& job : jobs_) {
      if (job.descriptor != -1) close(job.descriptor);
      if (job.process == -1) continue;
      kill(job.process, SIGKILL);
      waitpid(job.process, nullptr, 0);
    }
  }

  void listen() {
    bool stopped = false;
    while (hear()) {
      if (stopped || !settings_.stop()) continue;
      stopped = true;
      for (const Job& job : jobs_) kill(job.process, SIGTERM);
    }
  }

  std::vector<DeadJob> wait() {
    std::vector<DeadJob> dead;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      int status = 0;
      while (waitpid(jobs_[i].process, &status, 0) == -1 && errno == EINTR) {
      }
      jobs_[i].process = -1;
      if (WIFSIGNALED(status))
        dead.push_back({.at = at_[i], .how = fmt::format("signal {}", WTERMSIG(status))});
      if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        dead.push_back({.at = at_[i], .how = fmt::format("exit code {}", WEXITSTATUS(status))});
    }
    return dead;
  }

 private:
  void start(std::size_t i) {
    int ends[2];
    if (pipe(ends) != 0) fail("no pipe");
    // What is in the buffers would else come twice.
    std::fflush(nullptr);
    const pid_t parent = getpid();
    const pid_t process = fork();
    if (process == -1) fail("no process");
    if (process == 0) {
      // Whoever is killed leaves no jobs behind, and no locks that they share.
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(died_of_an_exception);
      close(ends[0]);
      work(i, ends[1]);
    }
    close(ends[1]);
    jobs_[i] = {.process = process, .descriptor = ends[0]};
  }

  /// In the child. Nothing of the parent's is to be destroyed here.
  [[noreturn]] void work(std::size_t i, int descriptor) {
    JobOutput output(descriptor, at_[i]);
    try {
      settings_.work(i, output);
    } catch (const std::exception& error) {
      static_cast<void>(std::fprintf(stderr, "castaway: job %zu: %s\n", i, error.what()));
      _exit(died_of_an_exception);
    }
    _exit(0);
  }

  /// False when nobody will say anything any more.
  bool hear() {
    std::vector<pollfd> polled;
    std::vector<Job*> speakers;
    for (Job& job : jobs_) {
      if (job.descriptor == -1) continue;
      polled.push_back({.fd = job.descriptor, .events = POLLIN, .revents = 0});
      speakers.push_back(&job);
    }
    if (polled.empty()) return false;
    if (poll(polled.data(), polled.size(), look_around_ms) == -1 && errno != EINTR) fail("poll");
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents != 0) read_from(*speakers[i]);
    }
    return true;
  }

  void read_from(Job& job) {
    char buffer[65536];
    const ssize_t size = read(job.descriptor, buffer, sizeof buffer);
    if (size == -1 && errno == EINTR) return;
    if (size <= 0) {
      close(std::exchange(job.descriptor, -1));
      return;
    }
    job.text.append(buffer, static_cast<std::size_t>(size));
    for (const std::string& line : take_lines(job.text)) settings_.line(line);
  }

  const JobSettings& settings_;
  Shared at_;
  std::vector<Job> jobs_;
};

}  // namespace

std::uint64_t job_count(std::uint64_t asked, std::uint64_t work) {
  const std::uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::min(asked != 0 ? asked : cores, work);
}

void JobOutput::say(const std::string& line) {
  const std::string text = line + '\n';
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t size = write(descriptor_, text.data() + written, text.size() - written);
    if (size == -1 && errno != EINTR) fail("a job cannot speak");
    if (size > 0) written += static_cast<std::size_t>(size);
  }
}

std::vector<DeadJob> run_jobs(const JobSettings& settings) {
  Processes processes(settings);
  processes.listen();
  return processes.wait();
}

}  // namespace castaway::ci
