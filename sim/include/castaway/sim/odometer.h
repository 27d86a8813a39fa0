#pragma once
// Odometer: all the runs there are within bounds, one after the other, each once.
//
// A run is the list of its answers. The next one counts up the last answer that may still grow and
// forgets those after it, as an odometer does; what is asked behind that is benign again. A
// question with more than four answers is asked for four of them: 0, 1, the middle and the last.

#include <cstdint>
#include <string>
#include <vector>

#include "castaway/sim/decisions.h"

namespace castaway::sim {

/// How much may go wrong in one run.
struct OdometerBounds {
  std::uint64_t faults = 2;  ///< rules that fire by choice, and damage
  std::uint64_t orders = 1;  ///< delays, reorderings, ties and turns
  friend bool operator==(const OdometerBounds&, const OdometerBounds&) = default;
};

/// What was covered. Parts add up.
struct Certificate {
  std::uint64_t runs = 0;
  std::uint64_t questions = 0;  ///< of the run that had most
  std::uint64_t mapped = 0;     ///< of these, in the run that had most: with more answers than four
  std::uint64_t digest = 0;     ///< of all histories, whatever their order
  bool finished = false;
  void add(const Certificate& other);
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// The strategy of a run, and of the next.
class Odometer final : public Strategy {
 public:
  /// One of `parts` parts, from 0: together they make every run once. They differ in the first
  /// answer that is not benign; the run without any belongs to part 0.
  explicit Odometer(OdometerBounds bounds, std::uint64_t part = 0, std::uint64_t parts = 1)
      : bounds_(bounds), part_(part), parts_(parts) {}

  /// Throws: std::logic_error when a run asks something else than it did before.
  [[nodiscard]] std::uint64_t answer(const Question& question) override;

  /// Whether the run that was made belongs to this part: all but the first one of other parts.
  [[nodiscard]] bool counts() const { return part_ == 0 || !first_; }

  /// After a run, whose history has this hash: sets up the next. False when there is none.
  bool next(std::uint64_t hash);

  [[nodiscard]] const Certificate& certificate() const { return certificate_; }

 private:
  struct Digit {
    std::string name = {};
    std::uint64_t bound = 2;
    std::uint64_t choice = 0;
    bool fault = false;
  };

  [[nodiscard]] static std::uint64_t choices(const Digit& digit);
  [[nodiscard]] static std::uint64_t answer_of(const Digit& digit);
  /// The next choice of digit `i` that bounds and part allow; 0 if there is none.
  [[nodiscard]] std::uint64_t next_choice(std::size_t i) const;

  OdometerBounds bounds_;
  std::uint64_t part_;
  std::uint64_t parts_;
  std::vector<Digit> digits_ = {};
  std::size_t asked_ = 0;
  bool first_ = true;
  Certificate certificate_ = {};
};

}  // namespace castaway::sim
