// shrink: a failing scenario, made small.

#include "castaway/scenario/shrink.h"

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "cli/files.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "report/failing_run.h"
#include "report/finding.h"
#include "report/report.h"
#include "report/shrink_report.h"

namespace castaway::ci {

namespace {

using scenario::Shrunk;
using scenario::Size;
using scenario::SubjectProfile;
using std::chrono::steady_clock;

/// Runs a replay once more; what came of it.
ItemResult run_again(const Selected& selected, SubjectProfile profile) {
  const auto start = steady_clock::now();
  ItemResult result{.item = {&selected, profile},
                    .mark = Mark::fail,
                    .report = scenario::explore(selected.scenario, profile)};
  result.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  if (result.report.findings.empty()) throw std::logic_error("what was shrunk fails only once");
  if (result.report.result == scenario::Result::expected_fail) result.mark = Mark::expected_fail;
  return result;
}

/// Other failures that were met, each as a file of its own beside the output. Throws: OutputError.
std::string keep_others(const Shrunk& shrunk, SubjectProfile profile, const std::string& output) {
  std::string text;
  const std::string stem = output.ends_with(".json") ? output.substr(0, output.size() - 5) : output;
  for (std::size_t i = 0; i < shrunk.also.size(); ++i) {
    const scenario::AlsoFound& also = shrunk.also[i];
    const Selected other{.path = fmt::format("{}.also-{}.json", stem, i + 1),
                         .scenario = also.scenario};
    write_finding(run_again(other, profile), other.path);
    text += wrap("  ", fmt::format("{}  {}", other.path, also.signature.property));
  }
  return text.empty() ? "" : "\nMet on the way, and kept:\n" + text;
}

class Shrink final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "shrink",
        .summary = "Makes a failing scenario small: what is left still fails for the same reason.",
        .arguments = "FILE",
        .text =
            "The failing run is made a replay; then faults, clients, servers, tasks, operations "
            "and deviations go, as many as can, and values become small and round. A step is kept "
            "only if the run still breaks the same property by the same kind of argument. What "
            "else fails on the way is kept, too.\n\n"
            "What comes out is a finding, which run and replay take. Ctrl-C keeps the best so "
            "far; shrink it again to go on.\n\n"
            "Exit codes: 0 it was shrunk, or is as small as can be; 65 it does not fail; 130 "
            "interrupted.",
        .examples = {
            {"castaway shrink castaway-out/a.strict.json", "a finding"},
            {"castaway shrink a.json --profile classic", "the first failing run of a scenario"},
            {"castaway shrink a.json --property deadline", "one of several failures"},
            {"castaway shrink a.json --budget 200 --output b.json", "not for long"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {
        {"FILE", "a finding, or a scenario that fails", &files_},
        profile_option(&profile_, "in this profile: strict or classic"),
        {"--property ID", "what must stay broken; the first that is if not given", &property_},
        {"--budget N", "at most so many runs once it has failed; 2,000 if not given", &budget_, 1},
        {"--output FILE",
         "where the small one goes; castaway-out/NAME.PROFILE.shrunk.json if not given", &output_}};
  }

  void check_options() override {
    if (files_.size() != 1) throw UsageError("shrink: one failing scenario at a time, please");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const std::string& path = files_.front();
    const Selected selected{
        .path = path, .named = true, .scenario = read_scenario(path, property_)};
    watch_for_interrupts();
    const std::optional<FailingRun> failing =
        find_failing_run(selected, profile_, property_, console);
    if (!failing) {
      console.complain(fmt::format("castaway: interrupted before {} failed", path));
      return ExitCode::interrupted;
    }
    const auto start = steady_clock::now();
    std::optional<Shrunk> shrunk;
    try {
      shrunk = shrunk_of(*failing, console);
    } catch (const scenario::RunCut&) {
      console.complain(
          fmt::format("castaway: interrupted before anything of {} was made smaller", path));
      return ExitCode::interrupted;
    }
    if (!shrunk) {
      throw InputError(ExitCode::bad_input,
                       fmt::format("{}: there is nothing to shrink: made again from its "
                                   "deviations, the run keeps {}",
                                   path, name_of(failing->property)));
    }
    const std::chrono::duration<double> took = steady_clock::now() - start;

    const Selected smaller{
        .path = output_for(*failing), .named = true, .scenario = shrunk->scenario};
    const ItemResult result = run_again(smaller, failing->profile);
    std::string others;
    const ExitCode kept = written(console, [&] {
      write_finding(result, smaller.path, shrunk->before);
      // Beside a device or a pipe there is no place for files.
      const bool is_file = std::filesystem::is_regular_file(smaller.path);
      others =
          keep_others(*shrunk, failing->profile, is_file ? smaller.path : default_output(*failing));
    });
    const std::string again =
        kept != ExitCode::fine
            ? ""
            : fmt::format("\n{} replay {}\n", command_name(), shell_word(smaller.path));
    console.say(
        head({result.item}) + '\n' + introduction(shrunk->scenario) + '\n' +
        detail(result, {}, false) + '\n' + passes(*shrunk) + '\n' +
        wrap("  before  ", in_words(shrunk->before)) + wrap("  after   ", in_words(shrunk->after)) +
        fmt::format("  {} in {:.1f} s\n", count(shrunk->evaluations, "run"), took.count()) +
        wrap("  ", ending(*shrunk)) + others +
        (shrunk->minimal ? explanation(*shrunk, failing->profile, failing->property) : "") + again);
    const ExitCode code = worse(interrupted() ? ExitCode::interrupted : ExitCode::fine, kept);
    console.say(fmt::format("exit {}\n", static_cast<int>(code)));
    return code;
  }

 private:
  [[nodiscard]] std::optional<Shrunk> shrunk_of(const FailingRun& failing, Console& console) const {
    return scenario::shrink(
        failing.scenario, failing.profile, failing.property,
        {.budget = budget_,
         .cut = interrupted,
         .progress = [&](std::string_view pass, std::uint64_t runs, const Size& size) {
           if (!console.shows_progress()) return;
           console.progress(fmt::format("{}: {}  {}", pass, count(runs, "run"), in_words(size)));
         }});
  }

  [[nodiscard]] std::string output_for(const FailingRun& failing) const {
    return output_.empty() ? default_output(failing) : output_;
  }

  [[nodiscard]] static std::string default_output(const FailingRun& failing) {
    return fmt::format("{}/{}.{}.shrunk.json", default_out, failing.scenario.name,
                       to_string(failing.profile));
  }

  std::vector<std::string> files_;
  std::optional<SubjectProfile> profile_;
  std::string property_;  ///< the first that is broken if empty
  std::uint64_t budget_ = 2000;
  std::string output_;  ///< a name in the folder of findings if empty
};

}  // namespace

std::unique_ptr<Verb> make_shrink() { return std::make_unique<Shrink>(); }

}  // namespace castaway::ci
