// The castaway-vt program: other programs in virtual time. `castaway vt` runs it.

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/isolation.h"
#include "run/launch.h"
#include "run/options.h"
#include "run/supervisor.h"

namespace castaway::virtual_time {
namespace {

constexpr int failed = 125;  // as of env(1): none of the command's own codes

void say(const std::string& text) { std::fputs(text.c_str(), stderr); }

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

int run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  World world(options.settings);
  note_outside(world);
  const Isolation isolation = isolate(world.report);
  world.has_own_network = isolation.own_network;
  stay_on_one_processor();
  if (isolation.own_processes) start_first_process();
  watch_signals();
  Trace trace(options.trace);
  std::optional<Control> control;
  if (options.control) control.emplace(options.control->first, options.control->second);
  Supervisor supervisor(world, trace, control ? &*control : nullptr);
  for (const Command& command : options.commands) {
    Launch launch(command.words, isolation);
    launch.let_go();
    if (!supervisor.start(launch.process(), command.words.front(), command.main)) {
      if (interrupting_signal() != 0) return 128 + interrupting_signal();
      const int error = launch.error();
      say(fmt::format("castaway vt: {}: {}\n", command.words.front(),
                      error == 0 ? "it ended before it began" : std::strerror(error)));
      return error == ENOENT ? 127 : 126;
    }
  }
  int code = supervisor.run();
  if (interrupting_signal() != 0) code = 128 + interrupting_signal();
  world.files.look_for_changes(world.report);
  world.report.real_time = std::chrono::steady_clock::now() - begin;
  const std::uint64_t seed = options.settings.seed;
  const bool tell = !options.quiet || !world.report.deterministic() ||
                    !world.report.deadlock.empty() || world.report.out_of_time;
  if (tell) say(world.report.text(seed));
  if (!options.report.empty()) {
    std::FILE* const file = std::fopen(options.report.c_str(), "we");
    const bool written =
        file != nullptr && std::fputs(world.report.json(seed, code).c_str(), file) >= 0;
    if (file == nullptr || std::fclose(file) != 0 || !written) {
      say(fmt::format("castaway vt: {}: {}\n", options.report, std::strerror(errno)));
      return code == 0 ? failed : code;
    }
  }
  return code;
}

}  // namespace
}  // namespace castaway::virtual_time

// LeakSanitizer stops its own process by ptrace to look at it, which cannot be done by one that
// traces others.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

int main(int argc, char** argv) {
  using namespace castaway::virtual_time;
  try {
    Options options;
    if (const auto code = read_options(argc, argv, options)) return *code;
    return run(options);
  } catch (const std::exception& error) {
    say(fmt::format("castaway vt: {}\n", error.what()));
    return failed;
  }
}
