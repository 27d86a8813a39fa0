#include "castaway/sim/odometer.h"

#include <algorithm>
#include <stdexcept>

namespace castaway::sim {
namespace {

constexpr std::uint64_t most_choices = 4;

}  // namespace

void Certificate::add(const Certificate& other) {
  runs += other.runs;
  questions = std::max(questions, other.questions);
  mapped = std::max(mapped, other.mapped);
  digest += other.digest;
  finished = finished && other.finished;
}

std::uint64_t Odometer::choices(const Digit& digit) { return std::min(digit.bound, most_choices); }

std::uint64_t Odometer::answer_of(const Digit& digit) {
  if (digit.bound <= most_choices || digit.choice < 2) return digit.choice;
  return digit.choice == 2 ? digit.bound / 2 : digit.bound - 1;
}

std::uint64_t Odometer::answer(const Question& question) {
  if (asked_ == digits_.size()) {
    const bool fault = question.about == Choice::fault || question.about == Choice::damage;
    digits_.push_back(
        {.name = std::string(question.name), .bound = question.bound, .fault = fault});
  }
  const Digit& digit = digits_[asked_++];
  if (digit.name != question.name || digit.bound != question.bound) {
    throw std::logic_error("the same answers led to another question: '" +
                           std::string(question.name) + "' instead of '" + digit.name + "'");
  }
  return answer_of(digit);
}

std::uint64_t Odometer::next_choice(std::size_t i) const {
  std::uint64_t faults = 0, orders = 0;
  for (std::size_t before = 0; before < i; ++before) {
    if (digits_[before].choice != 0) ++(digits_[before].fault ? faults : orders);
  }
  const Digit& digit = digits_[i];
  if (digit.fault ? faults == bounds_.faults : orders == bounds_.orders) return 0;
  for (std::uint64_t choice = digit.choice + 1; choice < choices(digit); ++choice) {
    const bool is_first = faults + orders == 0;
    if (!is_first || (i * most_choices + choice) % parts_ == part_) return choice;
  }
  return 0;
}

bool Odometer::next(std::uint64_t hash) {
  if (counts()) {
    const auto mapped = std::ranges::count_if(
        digits_, [](const Digit& digit) { return digit.bound > most_choices; });
    ++certificate_.runs;
    certificate_.questions = std::max<std::uint64_t>(certificate_.questions, asked_);
    certificate_.mapped = std::max<std::uint64_t>(certificate_.mapped, mapped);
    certificate_.digest += keyed_hash(hash, "run");
  }
  first_ = false;
  // A run that ended early has not been asked everything that another one was.
  digits_.resize(std::min(digits_.size(), asked_));
  asked_ = 0;
  while (!digits_.empty()) {
    const std::size_t last = digits_.size() - 1;
    if (const std::uint64_t choice = next_choice(last); choice != 0) {
      digits_[last].choice = choice;
      return true;
    }
    digits_.pop_back();
  }
  certificate_.finished = true;
  return false;
}

}  // namespace castaway::sim
