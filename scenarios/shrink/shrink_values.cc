// Pass of shrinking: values.

#include "shrink_values.h"

#include <cstddef>
#include <utility>

#include "round_numbers.h"
#include "shrink_passes.h"

namespace castaway::scenario {
namespace {

void simplify(Trials& trials) {
  const Scenario base = trials.best();
  const std::vector<Simplification> all = simplifications(base);
  thin_out(trials, all.size(), Parts::halves,
           [&](const Gone& done) {
             Scenario scenario = base;
             for (std::size_t i = 0; i < all.size(); ++i) {
               if (done[i]) all[i](scenario);
             }
             return scenario;
           },
           {.no_more_faults = true});
}

/// Tries `still_fails` for the first of `count` things, then halves its way to the edge: the first
/// with which it still fails, as far as all behind it do, too.
template <class Fails>
void to_the_edge(std::size_t count, Fails still_fails) {
  std::size_t low = 0, high = count;
  if (count == 0 || still_fails(low)) return;
  ++low;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (still_fails(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
}

void turn_down(Trials& trials, const Dial& dial) {
  const std::uint64_t value = dial.get(trials.best());
  if (value <= dial.least) return;
  const auto attempt = [&](std::uint64_t number) {
    Scenario candidate = trials.best();
    dial.set(candidate, number);
    return trials.attempt(std::move(candidate));
  };
  if (attempt(dial.least)) return;
  if (!dial.round) {
    return to_the_edge(value - dial.least - 1,
                       [&](std::size_t i) { return attempt(dial.least + 1 + i); });
  }
  const std::vector<std::uint64_t> numbers = round_numbers(dial.least + 1, value);
  to_the_edge(numbers.size(), [&](std::size_t i) { return attempt(numbers[i]); });
}

void turn_down_answers(Trials& trials) {
  for (std::size_t i = trials.best().deviations->size(); i-- > 0;) {
    if (trials.over()) return;
    if (i >= trials.best().deviations->size()) continue;
    const std::string name = (*trials.best().deviations)[i].at;
    const std::uint64_t answer = (*trials.best().deviations)[i].answer;
    const std::vector<std::uint64_t> numbers = round_numbers(1, answer);
    to_the_edge(numbers.size(), [&](std::size_t k) {
      Scenario candidate = trials.best();
      for (sim::Deviation& deviation : *candidate.deviations) {
        if (deviation.at == name) deviation.answer = numbers[k];
      }
      return trials.attempt(std::move(candidate), {.own_choices = true});
    });
  }
}

}  // namespace

void simplify_values(Trials& trials) {
  simplify(trials);
  turn_down_answers(trials);
  for (const Dial& dial : dials(trials.best())) turn_down(trials, dial);
}

}  // namespace castaway::scenario
