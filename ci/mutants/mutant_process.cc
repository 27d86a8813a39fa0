#include "mutant_process.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/process.h"

#include "cli/files.h"
#include "cli/signals.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// Who has said nothing for so long hangs: a run takes milliseconds.
constexpr auto longest_silence = std::chrono::seconds(20);
/// What the catalogue may take besides the time of the generated runs.
constexpr auto longest_catalogue = std::chrono::seconds(180);
constexpr auto between_looks = std::chrono::milliseconds(100);

/// The program with one mutant alive, or none. What it complains about nobody wants to read:
/// whoever dies on purpose says why.
ProcessSettings settings_for(const std::string& program, std::vector<std::string> arguments,
                             const std::string& id) {
  std::vector<std::string> environment = our_environment();
  std::erase_if(environment, [](const std::string& variable) {
    return variable.starts_with("CASTAWAY_MUTANT=");
  });
  environment.push_back("CASTAWAY_MUTANT=" + id);
  return {.program = program,
          .arguments = std::move(arguments),
          .environment = std::move(environment),
          .err = {Stream::To::nothing},
          .ends_with_us = true};
}

/// Empty if it ended by itself and well, else how.
std::string in_words(const Ending& ending) {
  if (ending.signal != 0) return fmt::format("ends by signal {}", ending.signal);
  return ending.exit_code == 0 ? "" : fmt::format("ends with {}", ending.exit_code);
}

std::vector<std::string> arguments_for(const Challenge& challenge) {
  std::vector<std::string> arguments = {"self-test",
                                        "--alive",
                                        name_of(challenge),
                                        "--time",
                                        to_string(challenge.time),
                                        "--seed",
                                        std::to_string(challenge.seed)};
  if (challenge.runs != 0)
    arguments.insert(arguments.end(), {"--runs", std::to_string(challenge.runs)});
  arguments.insert(arguments.end(), challenge.paths.begin(), challenge.paths.end());
  return arguments;
}

}  // namespace

scenario::Exploration exploration_of(const Challenge& challenge) {
  return {.profiles = {scenario::SubjectProfile::strict, scenario::SubjectProfile::strict_claims},
          .strategy = *challenge.strategy,
          .seed = challenge.seed,
          .runs = challenge.runs};
}

std::string name_of(const Challenge& challenge) {
  return challenge.strategy ? std::string(to_string(*challenge.strategy)) : "catalogue";
}

std::string mutants_program() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path wanted = program.parent_path() / "castaway-mutants";
  if (fs::exists(wanted, error)) return wanted.string();
  throw InputError(
      ExitCode::no_input,
      fmt::format("castaway: {} is not there: the program with all mutants in it. In a source "
                  "tree, ci/castaway self-test builds it; in a build folder: cmake "
                  "-DCASTAWAY_MUTANTS=ON . && cmake --build . --target castaway_mutants",
                  wanted.string()));
}

Met meet(const std::string& program, const Challenge& challenge, const std::string& id,
         const std::function<void(std::uint64_t runs)>& hear) {
  const auto start = steady_clock::now();
  Met met{.encounter = {.with = name_of(challenge)}};
  bool known = false;
  Process process(settings_for(program, arguments_for(challenge), id));
  auto heard = start;
  std::string how;
  while (process.hear(between_looks)) {
    const auto now = steady_clock::now();
    const std::vector<std::string> lines = process.lines();
    if (!lines.empty()) heard = now;
    for (const std::string& line : lines) {
      const nlohmann::json said = nlohmann::json::parse(line);
      if (const auto at = said.find("at"); at != said.end()) {
        if (!known) met.encounter.runs = at->get<std::uint64_t>();
        hear(at->get<std::uint64_t>());
        continue;
      }
      met.encounter = encounter_of(said);
      known = true;
    }
    if (interrupted()) {
      process.signal(SIGKILL);
      met.cpu = process.wait().cpu;
      met.complete = known && met.encounter.killed;
      return met;
    }
    if (now - heard > longest_silence) how = "hangs";
    if (!challenge.strategy && now - start > longest_catalogue) how = "takes for ever";
    if (how.empty()) continue;
    process.signal(SIGKILL);
    break;
  }
  const Ending ending = process.wait();
  const std::string ended = in_words(ending);
  met.cpu = ending.cpu;
  met.complete = true;
  if (known) return met;
  if (how.empty()) how = ended.empty() ? "says nothing" : ended;
  met.encounter.killed = true;
  met.encounter.law = how;
  met.encounter.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  met.encounter.cpu = met.cpu;
  return met;
}

}  // namespace castaway::ci
