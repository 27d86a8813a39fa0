#include "self_test_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "castaway/scenario/json.h"
#include "castaway/time.h"

#include "cli/text.h"

namespace castaway::ci {

namespace {

constexpr std::size_t name_columns = 38;
constexpr std::size_t law_columns = 24;
constexpr std::size_t with_columns = 9;
constexpr double soon = 10;  ///< seconds

std::string name_of(const Mutant& mutant) { return mutant.id + " " + mutant.name; }

std::string scope(const std::optional<SmallestScope>& size) {
  if (!size) return "";
  return fmt::format("{} + {}{}", size->operations, size->faults, size->minimal ? "" : " ~");
}

/// The law that was broken; of the catalogue the case besides.
std::string by(const Encounter& killer) {
  return killer.cases.empty() ? killer.law : killer.cases.front() + " " + killer.law;
}

std::string outcome(const MutantResult& result) {
  const Encounter* killer = result.killer();
  if (killer != nullptr)
    return result.mutant.benign ? styled(Style::red, "flagged: " + by(*killer)) : by(*killer);
  if (!result.complete) return styled(Style::yellow, "stopped");
  if (result.mutant.benign) return "not flagged";
  return result.mutant.survives.empty() ? styled(Style::red, "survives") : "survives, as known";
}

std::string what_is_wrong(const MutantResult& result) {
  const Encounter* killer = result.killer();
  if (killer == nullptr)
    return fmt::format("{} survives: {}", name_of(result.mutant), result.mutant.about);
  const std::string where = killer->scenario.empty()
                                ? fmt::format("run {} of {}", killer->runs, killer->with)
                                : killer->scenario;
  return fmt::format("{} is benign, and is flagged by {} in {}: {}", name_of(result.mutant),
                     by(*killer), where, result.mutant.about);
}

/// Counted over the mutants that are none of the benign ones.
struct Counts {
  std::uint64_t mutants = 0;
  std::uint64_t generated = 0;
  std::uint64_t catalogue = 0;
  std::uint64_t soon = 0;
  std::uint64_t soon_of_processor = 0;
  std::uint64_t survive = 0;
  std::uint64_t known = 0;  ///< of those that survive: it is known why
  std::uint64_t benign = 0;
  std::uint64_t flagged = 0;
  double cpu = 0;
};

Counts counts_of(const SelfTest& test) {
  Counts counts;
  for (const MutantResult& result : test.results) {
    counts.cpu += result.cpu;
    const Encounter* killer = result.killer();
    if (result.mutant.benign) {
      ++counts.benign;
      counts.flagged += result.is_wrong() ? 1 : 0;
      continue;
    }
    ++counts.mutants;
    if (killer == nullptr) {
      counts.survive += result.complete ? 1 : 0;
      counts.known += result.complete && !result.is_wrong() ? 1 : 0;
      continue;
    }
    ++(killer->with == "catalogue" ? counts.catalogue : counts.generated);
    counts.soon += result.seconds_to_kill() <= soon ? 1 : 0;
    counts.soon_of_processor += result.cpu_to_kill() <= soon ? 1 : 0;
  }
  return counts;
}

std::string summary(const SelfTest& test) {
  const Counts counts = counts_of(test);
  return fmt::format(
      "{}: generated scenarios kill {}, the catalogue {} more; {} survive, {} of them as known. {} "
      "die within {} s, {} within {} s of processor time.\n{} benign ones, {} of them flagged.\n",
      count(counts.mutants, "mutant"), counts.generated, counts.catalogue, counts.survive,
      counts.known, counts.soon, soon, counts.soon_of_processor, soon, counts.benign,
      counts.flagged);
}

std::string took(const SelfTest& test) {
  return fmt::format("{:.1f} s, {:.1f} s of processor time, {}", test.seconds, counts_of(test).cpu,
                     count(test.jobs, "job"));
}

const Encounter* encounter_with(const MutantResult& result, std::string_view with) {
  const auto found = std::ranges::find(result.encounters, with, &Encounter::with);
  return found == result.encounters.end() ? nullptr : &*found;
}

/// How many mutants a strategy has killed within so many runs.
std::uint64_t killed_within(const SelfTest& test, std::string_view strategy, std::uint64_t runs) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(test.results, [&](const MutantResult& result) {
        const Encounter* met = encounter_with(result, strategy);
        return !result.mutant.benign && met != nullptr && met->killed && met->runs <= runs;
      }));
}

std::string comparison(const SelfTest& test, const std::vector<std::string>& strategies) {
  constexpr std::array<std::uint64_t, 5> steps = {1, 10, 100, 1'000, 10'000};
  std::string text =
      "\n## Strategies compared\n\nMutants killed within so many generated runs, each strategy "
      "alone:\n\n| strategy |";
  for (const std::uint64_t step : steps) text += fmt::format(" {} |", grouped(step));
  text += " in all |\n|---|" + std::string("---:|---:|---:|---:|---:|---:|\n");
  for (const std::string& strategy : strategies) {
    text += fmt::format("| `{}` |", strategy);
    for (const std::uint64_t step : steps)
      text += fmt::format(" {} |", killed_within(test, strategy, step));
    text += fmt::format(" {} |\n", killed_within(test, strategy, ~std::uint64_t{0}));
  }
  text += "\nRuns to the kill by strategy, and the smallest scope that showed it:\n\n| mutant |";
  for (const std::string& strategy : strategies) text += fmt::format(" `{}` |", strategy);
  text += " operations + faults |\n|---|";
  for (std::size_t i = 0; i < strategies.size(); ++i) text += "---:|";
  text += "---:|\n";
  for (const MutantResult& result : test.results) {
    if (result.mutant.benign) continue;
    std::optional<SmallestScope> least;
    text += fmt::format("| {} |", name_of(result.mutant));
    for (const std::string& strategy : strategies) {
      const Encounter* met = encounter_with(result, strategy);
      text += met != nullptr && met->killed ? fmt::format(" {} |", grouped(met->runs)) : " - |";
    }
    for (const Encounter& met : result.encounters) {
      if (!met.size) continue;
      const auto size = [](const SmallestScope& of) {
        return std::pair(of.operations + of.faults, of.deviations);
      };
      if (!least || size(*met.size) < size(*least)) least = met.size;
    }
    text += fmt::format(" {} |\n", scope(least));
  }
  return text;
}

}  // namespace

std::string self_test_head() {
  return styled(Style::dim, pad("mutant", name_columns) + pad("killed by", law_columns) + ' ' +
                                pad("in", with_columns) + "    runs  seconds     size") +
         '\n';
}

std::string row_of(const MutantResult& result) {
  const Encounter* killer = result.killer();
  std::string name = name_of(result.mutant);
  std::string text = pad(cut(name, name_columns - 1), name_columns) +
                     pad(cut(outcome(result), law_columns), law_columns) + ' ';
  if (killer == nullptr) return text + '\n';
  return text + pad(killer->with, with_columns) +
         fmt::format("{:>8} {:>8.2f} {:>8}\n", grouped(killer->runs), result.seconds_to_kill(),
                     scope(killer->size));
}

std::string sums_of(const SelfTest& test) {
  std::string text = '\n' + summary(test);
  for (const MutantResult& result : test.results) {
    if (result.is_wrong()) text += wrap("  ", what_is_wrong(result));
  }
  if (test.results.size() < test.all)
    text += fmt::format("{} were not looked at.\n", test.all - test.results.size());
  text += "Size: operations + faults once shrunk; ~ where it could become smaller still.\n";
  return text + fmt::format("{}; seed {}\n", took(test), test.seed);
}

std::string markdown_of(const SelfTest& test) {
  std::string text = fmt::format(
      "## The table\n\n{}\n{}; seed {}.\n\n| mutant | what is wrong | killed by | in | runs | s | "
      "s of processor | operations + faults |\n|---|---|---|---|---:|---:|---:|---:|\n",
      summary(test), took(test), test.seed);
  for (const MutantResult& result : test.results) {
    const Encounter* killer = result.killer();
    if (result.mutant.benign) continue;
    text += fmt::format("| {} | {} | ", name_of(result.mutant), result.mutant.about);
    text += killer == nullptr
                ? fmt::format("survives{} | | | | | |\n",
                              result.mutant.survives.empty() ? "" : ": " + result.mutant.survives)
                : fmt::format("{} | {} | {} | {:.1f} | {:.1f} | {} |\n", by(*killer), killer->with,
                              grouped(killer->runs), result.seconds_to_kill(), result.cpu_to_kill(),
                              scope(killer->size));
  }
  text +=
      "\n## Benign ones\n\nOf each, so many generated runs and all of the catalogue.\n\n"
      "| variant | why it is allowed | flagged | generated runs |\n|---|---|---|---:|\n";
  for (const MutantResult& result : test.results) {
    if (!result.mutant.benign || result.encounters.empty()) continue;
    const Encounter* killer = result.killer();
    text += fmt::format("| {} | {} | {} | {} |\n", name_of(result.mutant), result.mutant.about,
                        killer == nullptr ? "no" : by(*killer),
                        grouped(result.encounters.front().runs));
  }
  std::vector<std::string> strategies;
  for (const auto strategy : test.strategies) strategies.emplace_back(to_string(strategy));
  if (strategies.size() > 1) text += comparison(test, strategies);
  return text;
}

}  // namespace castaway::ci
