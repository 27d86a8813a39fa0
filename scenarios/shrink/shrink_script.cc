// Pass of shrinking: what the tasks do.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "shrink_passes.h"

namespace castaway::scenario {
namespace {

/// A copy of an operation, or a step that has none.
struct Piece {
  std::size_t script = 0;
  std::size_t step = 0;
  std::optional<std::uint32_t> copy = {};
};

/// The numbers of an operation's copies; none where it is not repeated.
std::vector<std::uint32_t> copies_of(const Operation& operation, const Script& script) {
  if (!operation.only.empty() || (!operation.repeat && !script.repeat)) return operation.only;
  std::vector<std::uint32_t> copies(operation.repeat.value_or(1) * script.repeat.value_or(1));
  for (std::uint32_t i = 0; i < copies.size(); ++i) copies[i] = i;
  return copies;
}

std::vector<Piece> pieces_of(const Scenario& scenario) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < scenario.script.size(); ++i) {
    const Script& script = scenario.script[i];
    for (std::size_t j = 0; j < script.steps.size(); ++j) {
      const auto* operation = std::get_if<Operation>(&script.steps[j]);
      const auto copies =
          operation != nullptr ? copies_of(*operation, script) : std::vector<std::uint32_t>();
      if (copies.empty()) pieces.push_back({.script = i, .step = j});
      for (const std::uint32_t copy : copies)
        pieces.push_back({.script = i, .step = j, .copy = copy});
    }
  }
  return pieces;
}

Scenario without(const Scenario& base, const std::vector<Piece>& pieces, const Gone& gone) {
  Scenario scenario = base;
  for (Script& script : scenario.script) script.steps.clear();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    const bool begins =
        i == 0 || pieces[i - 1].script != piece.script || pieces[i - 1].step != piece.step;
    if (!begins) continue;
    ScriptStep step = base.script[piece.script].steps[piece.step];
    std::vector<std::uint32_t> only;
    bool lost = false;
    std::size_t k = i;
    for (; k < pieces.size() && pieces[k].script == piece.script && pieces[k].step == piece.step;
         ++k) {
      lost = lost || gone[k];
      if (!gone[k] && pieces[k].copy) only.push_back(*pieces[k].copy);
    }
    if (lost && only.empty()) continue;
    // What is left of a repetition keeps its names.
    if (lost) std::get<Operation>(step).only = std::move(only);
    scenario.script[piece.script].steps.push_back(std::move(step));
  }
  return scenario;
}

}  // namespace

void thin_out_script(Trials& trials, Parts parts) {
  const Scenario base = trials.best();
  const std::vector<Piece> pieces = pieces_of(base);
  thin_out(trials, pieces.size(), parts,
           [&](const Gone& gone) { return without(base, pieces, gone); });
}

}  // namespace castaway::scenario
