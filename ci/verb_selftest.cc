#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "files.h"
#include "mutant_process.h"
#include "self_test_report.h"
#include "signals.h"
#include "text.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// What generated runs notice they notice within hundreds of runs. Who is to notice nothing gets
/// longer.
constexpr Duration for_mutant = 4s;
constexpr Duration for_benign = 10s;

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

/// Those that are wanted. With all of them, the program as it is, too: if that is flagged, what
/// follows means nothing.
std::vector<Mutant> chosen(const SelfTestCommand& command) {
  std::vector<Mutant> mutants = gallery();
  if (command.mutants.empty()) {
    mutants.insert(mutants.begin(),
                   {.name = "no mutant", .about = "The sources as they are.", .benign = true});
    return mutants;
  }
  std::erase_if(
      mutants, [&](const Mutant& one) { return std::ranges::count(command.mutants, one.id) == 0; });
  return mutants;
}

/// Puts mutants to everything, some at a time, and hands over what came of them in their order.
class Gauntlet {
 public:
  Gauntlet(const SelfTestCommand& command, std::vector<Mutant> mutants, Console& console)
      : command_(command),
        mutants_(std::move(mutants)),
        console_(console),
        program_(mutants_program()),
        fates_(mutants_.size()) {}

  void run(std::uint64_t jobs, const std::function<void(const Fate&)>& done) {
    std::vector<std::jthread> workers;
    for (std::uint64_t i = 0; i < jobs; ++i) workers.emplace_back([this] { work(); });
    for (std::optional<Fate>& fate : fates_) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return fate.has_value() || failure_; });
      if (failure_) break;
      // Under the lock, for there is one console.
      if (!fate->encounters.empty()) done(*fate);
    }
    workers.clear();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work() {
    for (;;) {
      std::size_t i = 0;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == mutants_.size() || failure_) return;
        i = next_++;
      }
      std::optional<Fate> fate;
      std::exception_ptr failure;
      try {
        fate = fate_of(mutants_[i]);
      } catch (const std::exception&) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      if (failure) failure_ = failure;
      fates_[i] = std::move(fate);
      changed_.notify_all();
    }
  }

  Fate fate_of(const Mutant& mutant) {
    const auto start = steady_clock::now();
    Fate fate{.mutant = mutant, .complete = true};
    for (const auto strategy : command_.strategies) meet_in(fate, std::string(to_string(strategy)));
    if (fate.killer() == nullptr) meet_in(fate, "catalogue");
    fate.seconds = seconds_since(start);
    return fate;
  }

  void meet_in(Fate& fate, const std::string& with) {
    if (interrupted()) {
      fate.complete = false;
      return;
    }
    SelfTestCommand command = command_;
    if (!command.time) command.time = fate.mutant.benign ? for_benign : for_mutant;
    Met met = meet(program_, command, fate.mutant.id, with,
                   [&](std::uint64_t runs) { tell(fate.mutant, with, runs); });
    fate.complete = fate.complete && met.complete;
    fate.cpu += met.cpu;
    fate.encounters.push_back(std::move(met.encounter));
  }

  void tell(const Mutant& mutant, const std::string& with, std::uint64_t runs) {
    const std::lock_guard lock(mutex_);
    if (!console_.shows_progress()) return;
    console_.progress(fmt::format("{} of {}  {} {}  {}: {}", next_, mutants_.size(), mutant.id,
                                  mutant.name, with, grouped(runs)));
  }

  const SelfTestCommand& command_;
  const std::vector<Mutant> mutants_;
  Console& console_;
  const std::string program_;
  std::mutex mutex_;  ///< guards next_, fates_, failure_ and console_
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::vector<std::optional<Fate>> fates_;
  std::exception_ptr failure_ = {};
};

std::ofstream opened(const std::string& path) {
  std::ofstream file;
  if (path.empty()) return file;
  file.open(path, std::ios::binary);
  if (!file) throw OutputError(path + ": cannot be written");
  return file;
}

void require(const std::ofstream& file, const std::string& path) {
  if (!path.empty() && !file) throw OutputError(path + ": cannot be written");
}

}  // namespace

ExitCode self_test(const SelfTestCommand& command, Console& console) {
  if (!command.alive.empty()) {
    be_met(command);
    return ExitCode::fine;
  }
  if (command.paths.empty() && catalogue_folder().empty()) {
    throw InputError(ExitCode::selection,
                     "castaway: no catalogue is here: give the folder of its scenarios");
  }
  std::vector<Mutant> mutants = chosen(command);
  const std::uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
  SelfTest test{
      .all = mutants.size(),
      .jobs = std::min<std::uint64_t>(command.jobs != 0 ? command.jobs : cores, mutants.size())};
  std::ofstream results = opened(command.results);
  watch_for_interrupts();
  Gauntlet gauntlet(command, std::move(mutants), console);
  console.say(self_test_head());
  const auto start = steady_clock::now();
  gauntlet.run(test.jobs, [&](const Fate& fate) {
    console.say(row_of(fate));
    if (results.is_open()) results << to_json(fate).dump() << '\n' << std::flush;
    require(results, command.results);
    test.fates.push_back(fate);
  });
  test.seconds = seconds_since(start);
  if (!command.markdown.empty()) replace_file(command.markdown, markdown_of(test, command));

  ExitCode code =
      std::ranges::any_of(test.fates, &Fate::is_wrong) ? ExitCode::failed : ExitCode::fine;
  if (interrupted()) code = worse(code, ExitCode::interrupted);
  console.say(sums_of(test, command) + fmt::format("exit {}\n", static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
