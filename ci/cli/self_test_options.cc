#include "self_test_options.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "castaway/nearest.h"

#include "campaign/catalogue.h"
#include "option_values.h"

namespace castaway::ci {

namespace {

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

}  // namespace

void SelfTestOptions::add(CLI::App& app) {
  app.add_option("SCENARIO", self_test_.paths,
                 "the catalogue: files or folders; scenarios/catalogue if not given");
  app.add_option("--mutant", self_test_.mutants, "only this one, by id or by name; again for more")
      ->type_name("ID")
      ->allow_extra_args(false);
  app.add_option("--strategy", strategies_,
                 "of the generated runs; portfolio if not given; again to compare several")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--time", time_,
                 "of generated runs, for each mutant; if not given 4s, and 10s for a benign one")
      ->type_name("TIME");
  app.add_option("--runs", runs_, "and at most so many of them")->type_name("N");
  app.add_option("--seed", seed_, "of the generated runs; 1 if not given")->type_name("N");
  app.add_option("--jobs", jobs_, "mutants at once; as many as there are cores if not given")
      ->type_name("N");
  app.add_option("--results", self_test_.results, "write what came of each to this file")
      ->type_name("FILE");
  app.add_option("--markdown", self_test_.markdown, "write the tables to this file")
      ->type_name("FILE");
  app.add_option("--alive", self_test_.alive,
                 "for the program itself: put the mutant that CASTAWAY_MUTANT names to this "
                 "strategy, or to the catalogue")
      ->type_name("PART");
}

SelfTestCommand SelfTestOptions::command() {
  self_test_.mutants = ids_of(self_test_.mutants);
  if (!strategies_.empty()) self_test_.strategies.clear();
  for (const std::string& name : strategies_) {
    self_test_.strategies.push_back(strategy(name));
    if (self_test_.strategies.back() == scenario::Explore::How::exhaustive)
      throw UsageError("self-test: what is generated has no end; not with --strategy exhaustive");
  }
  if (!self_test_.alive.empty() && self_test_.alive != "catalogue")
    self_test_.strategies = {strategy(self_test_.alive)};
  if (!self_test_.alive.empty() && time_.empty())
    throw UsageError("self-test: --alive needs a --time");
  if (!time_.empty()) self_test_.time = duration("--time", time_);
  if (!runs_.empty()) self_test_.runs = number("--runs", runs_, 1);
  if (!seed_.empty()) self_test_.seed = number("--seed", seed_, 0);
  if (!jobs_.empty()) self_test_.jobs = number("--jobs", jobs_, 1);
  return self_test_;
}

}  // namespace castaway::ci
