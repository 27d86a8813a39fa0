#include <algorithm>
#include <chrono>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "campaign/in_order.h"
#include "campaign/jobs.h"
#include "cli/files.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "mutants/mutant_process.h"
#include "mutants/self_test_report.h"
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
        program_(mutants_program()) {}

  void run(std::uint64_t jobs, const std::function<void(const MutantResult&)>& done) {
    fates_.run(
        jobs, mutants_.size(), [this](std::size_t i) { return fate_of(i); },
        [&](const MutantResult& result) {
          if (!result.encounters.empty()) done(result);
        });
  }

 private:
  MutantResult fate_of(std::size_t number) {
    const auto start = steady_clock::now();
    MutantResult result{.mutant = mutants_[number], .complete = true};
    for (const auto strategy : command_.strategies)
      meet_in(result, number, std::string(to_string(strategy)));
    if (result.killer() == nullptr) meet_in(result, number, "catalogue");
    result.seconds = seconds_since(start);
    return result;
  }

  void meet_in(MutantResult& result, std::size_t number, const std::string& with) {
    if (interrupted()) {
      result.complete = false;
      return;
    }
    SelfTestCommand command = command_;
    if (!command.time) command.time = result.mutant.benign ? for_benign : for_mutant;
    Met met = meet(program_, command, result.mutant.id, with,
                   [&](std::uint64_t runs) { tell(number, with, runs); });
    result.complete = result.complete && met.complete;
    result.cpu += met.cpu;
    result.encounters.push_back(std::move(met.encounter));
  }

  void tell(std::size_t number, const std::string& with, std::uint64_t runs) {
    if (!console_.shows_progress()) return;
    const Mutant& mutant = mutants_[number];
    fates_.alone([&] {
      console_.progress(fmt::format("{} of {}  {} {}  {}: {}", number + 1, mutants_.size(),
                                    mutant.id, mutant.name, with, grouped(runs)));
    });
  }

  const SelfTestCommand& command_;
  const std::vector<Mutant> mutants_;
  Console& console_;
  const std::string program_;
  InOrder<MutantResult> fates_;
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
  SelfTest test{.all = mutants.size(), .jobs = job_count(command.jobs, mutants.size())};
  std::ofstream results = opened(command.results);
  watch_for_interrupts();
  Gauntlet gauntlet(command, std::move(mutants), console);
  console.say(self_test_head());
  const auto start = steady_clock::now();
  gauntlet.run(test.jobs, [&](const MutantResult& result) {
    console.say(row_of(result));
    if (results.is_open()) results << to_json(result).dump() << '\n' << std::flush;
    require(results, command.results);
    test.results.push_back(result);
  });
  test.seconds = seconds_since(start);
  if (!command.markdown.empty()) replace_file(command.markdown, markdown_of(test, command));

  ExitCode code = std::ranges::any_of(test.results, &MutantResult::is_wrong) ? ExitCode::failed
                                                                             : ExitCode::fine;
  if (interrupted()) code = worse(code, ExitCode::interrupted);
  console.say(sums_of(test, command) + fmt::format("exit {}\n", static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
