#include "gauntlet.h"

#include <chrono>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/signals.h"
#include "cli/text.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// What generated runs notice they notice within hundreds of runs. Who is to notice nothing gets
/// longer.
constexpr Duration for_mutant = 4s;
constexpr Duration for_benign = 10s;

}  // namespace

Gauntlet::Gauntlet(GauntletSettings settings, std::vector<Mutant> mutants, Console& console)
    : settings_(std::move(settings)),
      mutants_(std::move(mutants)),
      console_(console),
      program_(mutants_program()) {}

void Gauntlet::run(std::uint64_t jobs, const std::function<void(const MutantResult&)>& done) {
  fates_.run(
      jobs, mutants_.size(), [this](std::size_t i) { return fate_of(i); },
      [&](const MutantResult& result) {
        if (!result.encounters.empty()) done(result);
      });
}

MutantResult Gauntlet::fate_of(std::size_t number) {
  const auto start = steady_clock::now();
  MutantResult result{.mutant = mutants_[number], .complete = true};
  for (const auto strategy : settings_.strategies) meet_in(result, number, strategy);
  if (result.killer() == nullptr) meet_in(result, number, {});
  result.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  return result;
}

void Gauntlet::meet_in(MutantResult& result, std::size_t number,
                       std::optional<scenario::Explore::How> strategy) {
  if (interrupted()) {
    result.complete = false;
    return;
  }
  const Challenge challenge{
      .strategy = strategy,
      .time = settings_.time.value_or(result.mutant.benign ? for_benign : for_mutant),
      .runs = settings_.runs,
      .seed = settings_.seed,
      .paths = settings_.paths};
  Met met = meet(program_, challenge, result.mutant.id,
                 [&](std::uint64_t runs) { tell(number, name_of(challenge), runs); });
  result.complete = result.complete && met.complete;
  result.cpu += met.cpu;
  result.encounters.push_back(std::move(met.encounter));
}

void Gauntlet::tell(std::size_t number, const std::string& with, std::uint64_t runs) {
  if (!console_.shows_progress()) return;
  const Mutant& mutant = mutants_[number];
  fates_.alone([&] {
    console_.progress(fmt::format("{} of {}  {} {}  {}: {}", number + 1, mutants_.size(), mutant.id,
                                  mutant.name, with, grouped(runs)));
  });
}

}  // namespace castaway::ci
