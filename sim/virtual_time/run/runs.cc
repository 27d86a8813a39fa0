#include "runs.h"

#include <cerrno>
#include <csignal>
#include <functional>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"
#include "supervisor.h"
#include "verdicts.h"
#include "warm_start.h"

namespace castaway::virtual_time {
namespace {

using std::chrono::steady_clock;

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
  return verdicts.tell(world.report, seed, code);
}

/// In a process of its own, so that it begins as the first one does.
Ended run_apart(const Options& options, std::uint64_t seed, const Verdicts& verdicts) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t process = fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Ended ended{.code = not_made};
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
  Ended ended{.code = not_made};
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
    verdicts.add(seed, ended);
  }
  verdicts.sum_up(steady_clock::now() - begin, warmed_up);
  return interrupting_signal() != 0 ? 128 + interrupting_signal() : verdicts.code();
}

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
