#include "runs.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "first_process.h"
#include "isolation.h"
#include "launch.h"
#include "supervisor.h"
#include "verdicts.h"
#include "warm_process.h"
#include "world/left_connections.h"

namespace castaway::virtual_time {
namespace {

using std::chrono::steady_clock;

constexpr int failed = 125;  // as of env(1): none of the command's own codes

/// One processor for all: switches between the threads and the supervisor are quicker there, and
/// what goes through loopback is delivered by whoever sends it.
void stay_on_one_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(sched_getcpu()), &one);
  sched_setaffinity(0, sizeof one, &one);
}

/// Whoever is at the other ends of these is not in the run.
void note_outside(World& world) {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status {};
    if (fstat(number, &status) == 0) world.add_outside(status);
  }
}

/// What programs begin in: cut off from the machine as far as that is allowed.
class Place {
 public:
  explicit Place(World& world) {
    note_outside(world);
    isolation_ = isolate(world.report);
    world.has_own_network = isolation_.own_network;
    stay_on_one_processor();
    if (isolation_.own_processes) first_process_.emplace();
    watch_signals();
  }

  /// Makes a process and lets it become the command's program. Returns the exit code if it does not
  /// begin, which is said.
  [[nodiscard]] std::optional<int> start(const Command& command, Supervisor& supervisor) const {
    Launch launch(command.words, isolation_);
    launch.let_go();
    if (supervisor.start(launch.process(), command.words.front(), command.main))
      return std::nullopt;
    if (interrupting_signal() != 0) return 128 + interrupting_signal();
    const int error = launch.error();
    say(fmt::format("castaway vt: {}: {}\n", command.words.front(),
                    error == 0 ? "it ended before it began" : std::strerror(error)));
    return error == ENOENT ? 127 : 126;
  }

  [[nodiscard]] FirstProcess* first_process() {
    return first_process_ ? &*first_process_ : nullptr;
  }

 private:
  Isolation isolation_;
  std::optional<FirstProcess> first_process_;
};

/// Runs what has been started to its end.
int run_to_the_end(World& world, Supervisor& supervisor, steady_clock::time_point begin) {
  int code = supervisor.run();
  if (interrupting_signal() != 0) code = 128 + interrupting_signal();
  world.files.look_for_changes(world.report);
  world.report.real_time = steady_clock::now() - begin;
  return code;
}

struct Ended {
  int code = 0;
  bool deterministic = false;
};

Ended run_once(const Options& options, std::uint64_t seed, const Verdicts& verdicts) {
  const auto begin = steady_clock::now();
  Settings settings = options.settings;
  settings.seed = seed;
  World world(settings);
  const Place place(world);
  Trace trace(options.trace, seed != options.settings.seed);
  std::optional<Control> control;
  if (options.control) control.emplace(options.control->first, options.control->second);
  Supervisor supervisor(world, trace, control ? &*control : nullptr);
  for (const Command& command : options.commands) {
    if (const auto code = place.start(command, supervisor)) return {.code = *code};
  }
  const int code = run_to_the_end(world, supervisor, begin);
  if (!verdicts.tell(world.report, seed, code) && code == 0) return {.code = failed};
  return {.code = code, .deterministic = world.report.deterministic()};
}

/// In a process of its own, so that it begins as the first one does.
Ended run_apart(const Options& options, std::uint64_t seed, const Verdicts& verdicts) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t process = fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Ended ended{.code = failed};
    try {
      ended = run_once(options, seed, verdicts);
    } catch (const std::exception& error) {
      say(fmt::format("castaway vt: {}\n", error.what()));
    }
    if (write(ends[1], &ended, sizeof ended) < 0) {
    }
    _exit(0);
  }
  close(ends[1]);
  Ended ended{.code = failed};
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    if (interrupting_signal() != 0) kill(process, interrupting_signal());
  }
  if (read(ends[0], &ended, sizeof ended) < 0) {
  }
  close(ends[0]);
  return ended;
}

/// Runs with one seed after the other, until somebody wants an end. Returns the exit code.
int run_all(const Options& options, std::optional<steady_clock::duration> warmed_up,
            const std::function<Ended(std::uint64_t seed, const Verdicts&)>& run) {
  Verdicts verdicts(options);
  const auto begin = steady_clock::now();
  for (std::uint64_t n = 0; n < options.runs; ++n) {
    const std::uint64_t seed = options.settings.seed + n;
    const Ended ended = run(seed, verdicts);
    if (interrupting_signal() != 0) break;
    verdicts.add(seed, ended.code, ended.deterministic);
  }
  verdicts.sum_up(steady_clock::now() - begin, warmed_up);
  return interrupting_signal() != 0 ? 128 + interrupting_signal() : verdicts.code();
}

/// Its first words.
std::string in_short(const Command& command) {
  constexpr std::size_t most = 60;
  const std::string text = fmt::format("{}", fmt::join(command.words, " "));
  const std::size_t end = std::min(text.find('\n'), most);
  return end < text.size() ? text.substr(0, end) + "..." : text;
}

/// Processes that have warmed up, and the runs that begin with their children.
class WarmStart {
 public:
  explicit WarmStart(const Options& options) : options_(options), world_(settings()) {
    world_.warms_up = true;
  }

  /// Returns the exit code if a command does not begin, or never says that it is warm.
  [[nodiscard]] std::optional<int> warm_up() {
    for (const Command& command : options_.commands) {
      if (const auto code = place_.start(command, supervisor_)) return code;
      const auto fork = supervisor_.warm_up();
      if (interrupting_signal() != 0) return 128 + interrupting_signal();
      if (!fork) {
        say(
            fmt::format("castaway vt: --warm: {} never opened /castaway/warm and forked; "
                        "castaway vt --help says how\n",
                        in_short(command)));
        return failed;
      }
      processes_.emplace_back(*fork);
    }
    FirstProcess* const first = place_.first_process();
    // If the kernel does not say it, it does not give it again either.
    if (first != nullptr) first->remember_number();
    return std::nullopt;
  }

  Ended run(std::uint64_t seed, const Verdicts& verdicts) {
    FirstProcess* const first = place_.first_process();
    if (first != nullptr && !first->give_numbers_again())
      lose("numbers of processes that are given again: they differ from run to run");
    Settings settings = options_.settings;
    settings.seed = seed;
    auto world = std::make_unique<World>(settings, world_);
    const int code = run_in(*world);
    const Report report = world->report;
    // It has descriptors of what ran.
    world.reset();
    for (WarmProcess& process : processes_) process.forget_children();
    if (world_.has_own_network && !end_left_connections())
      lose("an end of old connections: their ports are not given again");
    if (!verdicts.tell(report, seed, code) && code == 0) return {.code = failed};
    return {.code = code, .deterministic = report.deterministic()};
  }

 private:
  int run_in(World& world) {
    const auto begin = steady_clock::now();
    Trace trace(options_.trace, world.settings.seed != options_.settings.seed);
    Supervisor supervisor(world, trace, nullptr);
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      supervisor.take_over(processes_[i].fork(), processes_[i].process(),
                           options_.commands[i].main);
    }
    const int code = run_to_the_end(world, supervisor, begin);
    supervisor.end_all();
    return code;
  }

  /// The warming-up is the same for all seeds.
  [[nodiscard]] Settings settings() const {
    Settings settings = options_.settings;
    settings.seed = 0;
    settings.chaos.reset();
    return settings;
  }

  /// What holds for the runs to come, said once.
  void lose(const std::string& what) {
    if (lost_.insert(what).second) world_.report.lose(what);
  }

  const Options& options_;
  World world_;
  Place place_{world_};
  Trace trace_{"", false};
  Supervisor supervisor_{world_, trace_, nullptr};
  std::vector<WarmProcess> processes_;
  std::set<std::string> lost_;
};

int run_warm(const Options& options) {
  const auto begin = steady_clock::now();
  WarmStart start(options);
  if (const auto code = start.warm_up()) return *code;
  return run_all(
      options, steady_clock::now() - begin,
      [&](std::uint64_t seed, const Verdicts& verdicts) { return start.run(seed, verdicts); });
}

int run_cold(const Options& options) {
  watch_signals();
  return run_all(options, std::nullopt, [&](std::uint64_t seed, const Verdicts& verdicts) {
    return run_apart(options, seed, verdicts);
  });
}

}  // namespace

int make_runs(const Options& options) {
  if (options.warm) return run_warm(options);
  if (options.runs > 1) return run_cold(options);
  return run_once(options, options.settings.seed, Verdicts(options)).code;
}

}  // namespace castaway::virtual_time
