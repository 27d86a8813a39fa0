#pragma once
// Decisions: answers every choice of a run. A choice is a named question with a bounded integer
// answer, of which 0 is the benign one; so a run can be repeated, varied and made smaller.
//
// Under a seed the answer is a keyed hash of (seed, name). There is no stream of draws, so adding
// or deleting one question leaves every other answer as it was. The answers other than 0 are a
// run's deviations; program + deviations is the whole run.
//
// Names are causal (who / which message / which edge / which copy / which rule), never a worker's
// index or a count of draws.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/time.h"

namespace castaway::sim {

class TieConflicts;
struct Distribution;

/// A chance as people write it: 1/10. `den` is not 0; `num` above `den` means always.
struct Ratio {
  std::uint64_t num = 0;
  std::uint64_t den = 1;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// What a question is about, for strategies that treat the kinds differently.
enum class Choice : std::uint8_t {
  fault,   ///< whether a rule fires
  delay,   ///< how long something takes
  order,   ///< which of several comes first
  tie,     ///< which of several frames that arrive at one instant comes first
  turn,    ///< whether another task runs now
  damage,  ///< which bits are flipped
};

struct Question {
  std::string_view name;
  std::uint64_t bound = 2;  ///< answers are 0 to bound - 1; a bound of 0 or 1 leaves nothing to ask
  Ratio deviate = {1, 1};   ///< how often a random strategy answers other than 0
  /// Answers worth trying; only the boundary strategy reads them.
  std::span<const std::uint64_t> candidates = {};
  Choice about = Choice::fault;
  const Distribution* by = nullptr;  ///< of a delay: its distribution, if it has one
};

struct Deviation {
  std::string at;
  std::uint64_t answer = 0;
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

/// A way to answer questions. Strategies differ in nothing else.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// An answer below question.bound.
  [[nodiscard]] virtual std::uint64_t answer(const Question& question) = 0;
  /// Whether it reads `candidates`, which take time to find. Other strategies are offered none.
  [[nodiscard]] virtual bool wants_candidates() const { return false; }
  /// Where to report which ties had anything to decide; null if the strategy does not ask for that.
  [[nodiscard]] virtual TieConflicts* tie_conflicts() { return nullptr; }
};

/// Answers 0 to every question.
class Benign final : public Strategy {
 public:
  [[nodiscard]] std::uint64_t answer(const Question& question) override;
};

/// Answers by a keyed hash of (seed, name): 0 with probability 1 - deviate, else 1 to bound - 1
/// evenly.
class Random final : public Strategy {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] std::uint64_t answer(const Question& question) override;

 private:
  std::uint64_t seed_;
};

/// Repeats the given deviations, and answers 0 to every other name. An answer that is out of bounds
/// now counts as bound - 1.
class Replay final : public Strategy {
 public:
  explicit Replay(const std::vector<Deviation>& deviations);
  [[nodiscard]] std::uint64_t answer(const Question& question) override;

 private:
  std::map<std::string, std::uint64_t, std::less<>> answers_;
};

/// Asks a strategy, and keeps the deviations.
class Decisions final {
 public:
  explicit Decisions(Strategy& strategy) : strategy_(strategy) {}

  std::uint64_t decide(const Question& question);

  /// How far off the next moments are at which something is due: a deadline, a heartbeat, the end
  /// of a cut. Empty unless the strategy wants candidates.
  [[nodiscard]] std::vector<Duration> moments() const;
  /// Sets where moments() come from.
  void look_for_moments(std::function<std::vector<Duration>()> moments) {
    moments_ = std::move(moments);
  }

  /// The strategy's tie_conflicts; null if it wants none.
  [[nodiscard]] TieConflicts* tie_conflicts() const { return strategy_.tie_conflicts(); }

  /// True with the chance `ratio`. Asks nothing if that is certain (0 or 1).
  bool happens(std::string_view name, Ratio ratio);

  /// The deviations so far, in the order in which they were made.
  [[nodiscard]] const std::vector<Deviation>& deviations() const { return deviations_; }
  /// Keeps no deviations: for a world that runs for hours, and cannot be repeated anyway.
  void keep_no_deviations() { keeps_ = false; }

 private:
  Strategy& strategy_;
  std::function<std::vector<Duration>()> moments_ = {};
  std::vector<Deviation> deviations_;
  bool keeps_ = true;
};

/// `bits` as a fraction of 2^64, times `bound`, rounded down: 0 to bound - 1.
[[nodiscard]] std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound);

/// 64 bits that depend only on seed and name: the same with every compiler, on every machine.
[[nodiscard]] std::uint64_t keyed_hash(std::uint64_t seed, std::string_view name);

}  // namespace castaway::sim
