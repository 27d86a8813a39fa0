#include "place.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launch.h"
#include "verdicts.h"

namespace castaway::virtual_time {
namespace {

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

}  // namespace

Place::Place(World& world) {
  note_outside(world);
  isolation_ = isolate(world.report);
  world.has_own_network = isolation_.own_network;
  stay_on_one_processor();
  if (isolation_.own_processes) first_process_.emplace();
  watch_signals();
}

std::optional<int> Place::start(const Command& command, Supervisor& supervisor) const {
  Launch launch(command.words, isolation_);
  launch.let_go();
  if (supervisor.start(launch.process(), command.words.front(), command.main)) return std::nullopt;
  if (interrupting_signal() != 0) return 128 + interrupting_signal();
  const int error = launch.error();
  say(fmt::format("castaway vt: {}: {}\n", command.words.front(),
                  error == 0 ? "it ended before it began" : std::strerror(error)));
  return error == ENOENT ? 127 : 126;
}

int run_to_the_end(World& world, Supervisor& supervisor,
                   std::chrono::steady_clock::time_point begin) {
  int code = supervisor.run();
  if (interrupting_signal() != 0) code = 128 + interrupting_signal();
  world.files.look_for_changes(world.report);
  world.report.real_time = std::chrono::steady_clock::now() - begin;
  return code;
}

}  // namespace castaway::virtual_time
