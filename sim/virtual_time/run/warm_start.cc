#include "warm_start.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "world/left_connections.h"

namespace castaway::virtual_time {
namespace {

/// The warming-up is the same for all seeds.
Settings warming_up(Settings settings) {
  settings.seed = 0;
  settings.chaos.reset();
  return settings;
}

/// Its first words.
std::string in_short(const Command& command) {
  constexpr std::size_t most = 60;
  const std::string text = fmt::format("{}", fmt::join(command.words, " "));
  const std::size_t end = std::min(text.find('\n'), most);
  return end < text.size() ? text.substr(0, end) + "..." : text;
}

}  // namespace

WarmStart::WarmStart(const Options& options)
    : options_(options), world_(warming_up(options.settings)) {
  world_.warms_up = true;
}

std::optional<int> WarmStart::warm_up() {
  for (const Command& command : options_.commands) {
    if (const auto code = place_.start(command, supervisor_)) return code;
    const auto fork = supervisor_.warm_up();
    if (interrupting_signal() != 0) return 128 + interrupting_signal();
    if (!fork) {
      say(
          fmt::format("castaway vt: --warm: {} never opened /castaway/warm and forked; "
                      "castaway vt --help says how\n",
                      in_short(command)));
      return not_made;
    }
    processes_.emplace_back(*fork);
  }
  FirstProcess* const first = place_.first_process();
  // If the kernel does not say it, it does not give it again either.
  if (first != nullptr) first->remember_number();
  return std::nullopt;
}

Ended WarmStart::run(std::uint64_t seed, const Verdicts& verdicts) {
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
  return verdicts.tell(report, seed, code);
}

int WarmStart::run_in(World& world) {
  const auto begin = std::chrono::steady_clock::now();
  Trace trace(options_.trace, world.settings.seed != options_.settings.seed);
  Supervisor supervisor(world, trace, nullptr);
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    supervisor.take_over(processes_[i].fork(), processes_[i].process(), options_.commands[i].main);
  }
  const int code = run_to_the_end(world, supervisor, begin);
  supervisor.end_all();
  return code;
}

void WarmStart::lose(const std::string& what) {
  if (lost_.insert(what).second) world_.report.lose(what);
}

}  // namespace castaway::virtual_time
