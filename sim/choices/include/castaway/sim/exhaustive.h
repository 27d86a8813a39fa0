#pragma once
// ExhaustiveStrategy: a strategy that makes all runs within bounds, one after the other, each once.
// Exhaustive exploration uses it.
//
// A run is the list of its answers. The next run increments the last answer that can still grow,
// and resets those after it to 0. Of a question with more than four answers it tries four: 0, 1,
// the middle and the last.
//
// It leaves out a run that is known to be the same as another, event for event: one that differs
// only in a tie that had nothing to decide (tie_conflicts.h). In partial order reduction this is
// the case of sleep sets in which no two events change places, so no equivalence is taken on trust.

#include <cstdint>
#include <string>
#include <vector>

#include "castaway/sim/decisions.h"
#include "castaway/sim/tie_conflicts.h"

namespace castaway::sim {

/// How much may go wrong in one run.
struct ExhaustiveBounds {
  std::uint64_t faults = 2;  ///< rules that fire by choice, and damage
  std::uint64_t orders = 1;  ///< delays, reorderings, ties and turns
  bool all = false;          ///< makes runs that are the same as others, too
  friend bool operator==(const ExhaustiveBounds&, const ExhaustiveBounds&) = default;
};

/// What was covered. Add those of all parts for the whole.
struct Certificate {
  std::uint64_t runs = 0;       ///< made
  std::uint64_t same = 0;       ///< not made: each is the same, event for event, as one that was
  std::uint64_t questions = 0;  ///< of the run that had most
  std::uint64_t mapped = 0;     ///< of these, in the run that had most: with more answers than four
  std::uint64_t digest = 0;     ///< of all histories, whatever their order, made or not
  bool finished = false;
  void add(const Certificate& other);
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// The strategy of one run after another.
class ExhaustiveStrategy final : public Strategy {
 public:
  /// Makes part `part`, from 0, of `parts`: together the parts make every run once. The first
  /// answer that is neither benign nor for a tie says which part a run belongs to; runs without one
  /// belong to part 0. So runs that differ only in ties are in one part, which can tell whether
  /// they are the same.
  explicit ExhaustiveStrategy(ExhaustiveBounds bounds, std::uint64_t part = 0,
                              std::uint64_t parts = 1)
      : bounds_(bounds), part_(part), parts_(parts) {}

  /// Throws: std::logic_error if a run does not ask what it asked before.
  [[nodiscard]] std::uint64_t answer(const Question& question) override;
  [[nodiscard]] TieConflicts* tie_conflicts() override {
    return bounds_.all ? nullptr : &tie_conflicts_;
  }

  /// Whether the run that is set up belongs to this part. Other runs are made only to get there.
  [[nodiscard]] bool counts() const;

  /// Call this after a run, with the hash of its history. Sets up the next run; false if there is
  /// none.
  bool next(std::uint64_t hash);

  [[nodiscard]] const Certificate& certificate() const { return certificate_; }

 private:
  /// Runs with so many changes of order, made or not.
  struct Covered {
    std::uint64_t runs = 0;
    std::uint64_t digest = 0;
  };
  /// All that was gone through behind one answer of a tie.
  struct Behind {
    bool known = false;  ///< it was gone through run by run, and what its ties met was told
    std::set<std::uint64_t> met = {};     ///< in the runs that leave room for another answer
    std::vector<Covered> by_orders = {};  ///< changes of order in the whole run
  };
  struct Digit {
    std::string name = {};
    std::uint64_t bound = 2;
    std::uint64_t choice = 0;
    Choice about = Choice::fault;
    std::vector<Behind> behind = {};  ///< of a tie, by choice
  };

  [[nodiscard]] static std::uint64_t choices(const Digit& digit);
  [[nodiscard]] static std::uint64_t answer_of(const Digit& digit, std::uint64_t choice);
  [[nodiscard]] static bool is_fault(const Digit& digit);
  [[nodiscard]] std::uint64_t orders_before(std::size_t i) const;
  /// Whether an answer before `i` says which part the run belongs to.
  [[nodiscard]] bool is_placed(std::size_t i) const;
  /// The next choice of digit `i` that bounds and part allow; 0 if there is none.
  [[nodiscard]] std::uint64_t next_choice(std::size_t i) const;
  /// Takes what the run has told.
  void learn(std::uint64_t hash);
  /// Whether all runs behind the choice of the last digit are the same as others. Counts them then.
  bool same_as_others();
  void count(const Digit& like, std::uint64_t choice);

  ExhaustiveBounds bounds_;
  std::uint64_t part_;
  std::uint64_t parts_;
  std::vector<Digit> digits_ = {};
  std::size_t asked_ = 0;
  TieConflicts tie_conflicts_ = {};
  Certificate certificate_ = {};
};

}  // namespace castaway::sim
