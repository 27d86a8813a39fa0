#include "castaway/sim/exhaustive.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace castaway::sim {
namespace {

constexpr std::uint64_t most_choices = 4;

/// Whether two ties are the same to all those that were met.
bool same_to(const std::set<std::uint64_t>& met, std::uint64_t a, std::uint64_t b) {
  return std::ranges::all_of(
      met, [a, b](std::uint64_t other) { return (other <=> a) == (other <=> b); });
}

}  // namespace

void Certificate::add(const Certificate& other) {
  runs += other.runs;
  same += other.same;
  questions = std::max(questions, other.questions);
  mapped = std::max(mapped, other.mapped);
  digest += other.digest;
  finished = finished && other.finished;
}

std::uint64_t ExhaustiveStrategy::choices(const Digit& digit) {
  return std::min(digit.bound, most_choices);
}

std::uint64_t ExhaustiveStrategy::answer_of(const Digit& digit, std::uint64_t choice) {
  if (digit.bound <= most_choices || choice < 2) return choice;
  return choice == 2 ? digit.bound / 2 : digit.bound - 1;
}

bool ExhaustiveStrategy::is_fault(const Digit& digit) {
  return digit.about == Choice::fault || digit.about == Choice::damage;
}

std::uint64_t ExhaustiveStrategy::answer(const Question& question) {
  if (asked_ == digits_.size()) {
    digits_.push_back(
        {.name = std::string(question.name), .bound = question.bound, .about = question.about});
    if (question.about == Choice::tie) digits_.back().behind.resize(choices(digits_.back()));
  }
  const Digit& digit = digits_[asked_++];
  if (digit.name != question.name || digit.bound != question.bound) {
    throw std::logic_error("the same answers led to another question: '" +
                           std::string(question.name) + "' instead of '" + digit.name + "'");
  }
  return answer_of(digit, digit.choice);
}

std::uint64_t ExhaustiveStrategy::orders_before(std::size_t i) const {
  return static_cast<std::uint64_t>(
      std::count_if(digits_.begin(), digits_.begin() + static_cast<std::ptrdiff_t>(i),
                    [](const Digit& digit) { return digit.choice != 0 && !is_fault(digit); }));
}

bool ExhaustiveStrategy::is_placed(std::size_t i) const {
  return std::any_of(
      digits_.begin(), digits_.begin() + static_cast<std::ptrdiff_t>(i),
      [](const Digit& digit) { return digit.choice != 0 && digit.about != Choice::tie; });
}

bool ExhaustiveStrategy::counts() const { return part_ == 0 || is_placed(digits_.size()); }

std::uint64_t ExhaustiveStrategy::next_choice(std::size_t i) const {
  const Digit& digit = digits_[i];
  const std::uint64_t orders = orders_before(i);
  const auto faults = static_cast<std::uint64_t>(
      std::count_if(digits_.begin(), digits_.begin() + static_cast<std::ptrdiff_t>(i),
                    [](const Digit& before) { return before.choice != 0 && is_fault(before); }));
  if (is_fault(digit) ? faults == bounds_.faults : orders == bounds_.orders) return 0;
  const bool any = digit.about == Choice::tie || is_placed(i);
  for (std::uint64_t choice = digit.choice + 1; choice < choices(digit); ++choice) {
    if (any || (i * most_choices + choice) % parts_ == part_) return choice;
  }
  return 0;
}

void ExhaustiveStrategy::learn(std::uint64_t hash) {
  const bool told = tie_conflicts_.told();
  const ConflictingTies met = tie_conflicts_.take();
  const bool counted = counts();
  const std::uint64_t digest = keyed_hash(hash, "run");
  const std::uint64_t orders = orders_before(digits_.size());
  for (Digit& digit : digits_) {
    if (digit.about != Choice::tie) continue;
    Behind& behind = digit.behind[digit.choice];
    behind.known = told;
    behind.by_orders.resize(bounds_.orders + 1);
    if (counted) {
      ++behind.by_orders[orders].runs;
      behind.by_orders[orders].digest += digest;
    }
    // Another answer than 0 is one more change of order: where there is no room for it there is no
    // run to compare with.
    const auto others = met.find(digit.name);
    if (others != met.end() && (digit.choice != 0 || orders < bounds_.orders))
      behind.met.insert(others->second.begin(), others->second.end());
  }
  if (!counted) return;
  const auto mapped =
      std::ranges::count_if(digits_, [](const Digit& digit) { return digit.bound > most_choices; });
  ++certificate_.runs;
  certificate_.questions = std::max<std::uint64_t>(certificate_.questions, asked_);
  certificate_.mapped = std::max<std::uint64_t>(certificate_.mapped, mapped);
  certificate_.digest += digest;
}

bool ExhaustiveStrategy::same_as_others() {
  const Digit& last = digits_.back();
  if (last.about != Choice::tie) return false;
  const std::uint64_t answer = answer_of(last, last.choice);
  for (std::uint64_t before = 0; before < last.choice; ++before) {
    const Behind& behind = last.behind[before];
    if (!behind.known || !same_to(behind.met, answer_of(last, before), answer)) continue;
    count(last, before);
    return true;
  }
  return false;
}

// What a run that is not made would have told the ties before it: what the other one told, but that
// this tie has another answer.
void ExhaustiveStrategy::count(const Digit& like, std::uint64_t choice) {
  const std::vector<Covered> others = like.behind[choice].by_orders;
  const std::uint64_t one_more = choice == 0 ? 1 : 0;
  const std::uint64_t answer = answer_of(like, like.choice);
  for (std::size_t orders = 0; orders + one_more < others.size(); ++orders) {
    certificate_.same += others[orders].runs;
    certificate_.digest += others[orders].digest;
    for (Digit& digit : digits_) {
      if (digit.about != Choice::tie) continue;
      Behind& behind = digit.behind[digit.choice];
      behind.by_orders.resize(bounds_.orders + 1);
      behind.by_orders[orders + one_more].runs += others[orders].runs;
      behind.by_orders[orders + one_more].digest += others[orders].digest;
      if (&digit != &like && (digit.choice != 0 || orders + one_more < bounds_.orders))
        behind.met.insert(answer);
    }
  }
}

bool ExhaustiveStrategy::next(std::uint64_t hash) {
  // A run that ended early has not been asked everything that another one was.
  digits_.resize(std::min(digits_.size(), asked_));
  learn(hash);
  asked_ = 0;
  while (!digits_.empty()) {
    Digit& last = digits_.back();
    if (const std::uint64_t choice = next_choice(digits_.size() - 1); choice != 0) {
      last.choice = choice;
      if (!same_as_others()) return true;
    } else {
      digits_.pop_back();
    }
  }
  certificate_.finished = true;
  return false;
}

}  // namespace castaway::sim
