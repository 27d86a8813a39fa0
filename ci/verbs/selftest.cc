// self-test: our own mutants, put to what is tested here.

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/nearest.h"

#include "campaign/jobs.h"
#include "cli/files.h"
#include "cli/option_values.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "files/output_file.h"
#include "mutants/gauntlet.h"
#include "mutants/self_test_report.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// The ids of those that are meant: by id or by name.
std::vector<std::string> ids_of(const std::vector<std::string>& words) {
  const std::vector<Mutant> mutants = gallery();
  std::vector<std::string> ids, known;
  for (const Mutant& mutant : mutants) known.insert(known.end(), {mutant.id, mutant.name});
  for (const std::string& word : words) {
    const auto found = std::ranges::find_if(
        mutants, [&](const Mutant& one) { return one.id == word || one.name == word; });
    if (found == mutants.end()) {
      const std::string nearest = castaway::nearest(word, known);
      throw UsageError(fmt::format("self-test: there is no mutant \"{}\"{}", word,
                                   nearest.empty() ? "; ci/mutants has them all"
                                                   : fmt::format("; did you mean {}?", nearest)));
    }
    ids.push_back(found->id);
  }
  return ids;
}

/// Those that are wanted. With all of them, the program as it is, too: if that is flagged, what
/// follows means nothing.
std::vector<Mutant> chosen(const std::vector<std::string>& ids) {
  std::vector<Mutant> mutants = gallery();
  if (ids.empty()) {
    mutants.insert(mutants.begin(),
                   {.name = "no mutant", .about = "The sources as they are.", .benign = true});
    return mutants;
  }
  std::erase_if(mutants, [&](const Mutant& one) { return std::ranges::count(ids, one.id) == 0; });
  return mutants;
}

class SelfTestVerb final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "self-test",
        .summary = "Puts wrong implementations, made of our own sources, to what is tested here.",
        .arguments = "[SCENARIO...]",
        .text =
            "A mutant has one line whose reason was taken away; ci/mutants has them all. Each runs "
            "in a process of its own: generated scenarios first, in profiles strict and "
            "strict+claims "
            "by turns, until a law is broken or --time is over, and then the catalogue. What is "
            "found is shrunk. "
            "Benign variants keep the promise in another way: nothing may flag them.\n\n"
            "With several --strategy each kills for itself, and --markdown compares them. How "
            "many runs a kill takes depends on --seed and the strategy, and on no machine.\n\n"
            "It runs a second program that has every mutant in it: ci/castaway builds it when it "
            "is needed, and other builds have it beside this one with -DCASTAWAY_MUTANTS=ON. "
            "Ctrl-C says what is known.\n\n"
            "Exit codes: 0 all mutants are killed and no benign one is flagged; 1 one survives, "
            "or is flagged.",
        .examples = {{"castaway self-test", "everything, in some minutes"},
                     {"castaway self-test --mutant M01 --mutant any-reply", "two of them"},
                     {"castaway self-test --time 2s --jobs 4", "sooner, and more by the catalogue"},
                     {"castaway self-test --results a.jsonl --markdown a.md", "to keep"},
                     {"castaway self-test --strategy random --strategy pct", "which is better?"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"SCENARIO", "the catalogue: files or folders; scenarios/catalogue if not given",
             &settings_.paths},
            {"--mutant ID", "only this one, by id or by name; again for more", &mutants_},
            {"--strategy NAME",
             "of the generated runs; portfolio if not given; again to compare several",
             &settings_.strategies},
            {"--time TIME",
             "of generated runs, for each mutant; if not given 4s, and 10s for a benign one",
             &settings_.time},
            runs_option(&settings_.runs, "and at most so many of them"),
            seed_option(&settings_.seed, "of the generated runs; 1 if not given"),
            jobs_option(&jobs_, "mutants at once"),
            results_option(&results_, "write what came of each to this file"),
            {"--markdown FILE", "write the tables to this file", &markdown_},
            {"--alive PART",
             "for the program itself: put the mutant that CASTAWAY_MUTANT names to this strategy, "
             "or to the catalogue",
             &alive_}};
  }

  void check_options() override {
    mutants_ = ids_of(mutants_);
    if (std::ranges::count(settings_.strategies, scenario::Explore::How::exhaustive) != 0)
      throw UsageError("self-test: what is generated has no end; not with --strategy exhaustive");
    if (alive_.empty()) return;
    if (alive_ != "catalogue") settings_.strategies = {strategy(alive_)};
    if (!settings_.time) throw UsageError("self-test: --alive needs a --time");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    if (!alive_.empty()) return be_a_mutant();
    if (settings_.paths.empty() && catalogue_folder().empty()) {
      throw InputError(ExitCode::selection,
                       "castaway: no catalogue is here: give the folder of its scenarios");
    }
    std::vector<Mutant> mutants = chosen(mutants_);
    SelfTest test{.all = mutants.size(),
                  .strategies = settings_.strategies,
                  .seed = settings_.seed,
                  .jobs = job_count(jobs_, mutants.size())};
    std::optional<OutputFile> results;
    if (!results_.empty()) results.emplace(results_);
    watch_for_interrupts();
    Gauntlet gauntlet(settings_, std::move(mutants), console);
    console.say(self_test_head());
    ExitCode code = ExitCode::fine;
    const auto start = steady_clock::now();
    gauntlet.run(test.jobs, [&](const MutantResult& result) {
      console.say(row_of(result));
      test.results.push_back(result);
      if (!results) return;
      code = worse(code, written(console, [&] { results->write(to_json(result).dump() + '\n'); }));
    });
    test.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
    if (!markdown_.empty())
      code = worse(code, written(console, [&] { replace_file(markdown_, markdown_of(test)); }));
    if (std::ranges::any_of(test.results, &MutantResult::is_wrong))
      code = worse(code, ExitCode::failed);
    if (interrupted()) code = worse(code, ExitCode::interrupted);
    console.say(sums_of(test) + fmt::format("exit {}\n", static_cast<int>(code)));
    return code;
  }

 private:
  [[nodiscard]] ExitCode be_a_mutant() const {
    Challenge challenge{.time = *settings_.time,
                        .runs = settings_.runs,
                        .seed = settings_.seed,
                        .paths = settings_.paths};
    if (alive_ != "catalogue") challenge.strategy = settings_.strategies.front();
    be_met(challenge);
    return ExitCode::fine;
  }

  GauntletSettings settings_;
  std::vector<std::string> mutants_;  ///< by id or name; all if empty
  std::uint64_t jobs_ = 0;
  std::string results_;   ///< a file for JSON lines; none if empty
  std::string markdown_;  ///< a file for a page of tables; none if empty
  /// This process is the mutant: the strategy, or "catalogue", that it is put to. Empty in the
  /// process that people start.
  std::string alive_;
};

}  // namespace

std::unique_ptr<Verb> make_self_test() { return std::make_unique<SelfTestVerb>(); }

}  // namespace castaway::ci
