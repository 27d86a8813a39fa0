#pragma once
// Decisions: every choice that a run makes is a named question with a bounded integer answer, and 0
// is the benign one.
//
// Under a seed the answer is a keyed hash of (seed, name): there is no stream of draws, so adding
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

class Meetings;
struct Distribution;

/// A chance as people write it: 1/10. `den` is not 0; `num` above `den` means always.
struct Ratio {
  std::uint64_t num = 0;
  std::uint64_t den = 1;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// What a question is about, for strategies that treat one kind unlike another.
enum class Choice : std::uint8_t {
  fault,   ///< whether a rule fires
  delay,   ///< how long something takes
  order,   ///< which of several comes first
  tie,     ///< the same of frames that arrive at one instant
  turn,    ///< whether another task runs now
  damage,  ///< which bits are hurt
};

struct Question {
  std::string_view name;
  std::uint64_t bound = 2;  ///< answers are 0 to bound - 1; a bound of 0 or 1 leaves nothing to ask
  Ratio deviate = {1, 1};   ///< how often a random strategy answers with something else than 0
  std::span<const std::uint64_t> candidates =
      {};  ///< answers worth trying; read by the boundary strategy alone
  Choice about = Choice::fault;
  const Distribution* by = nullptr;  ///< of a delay: what it is drawn from, if from something
};

struct Deviation {
  std::string at;
  std::uint64_t answer = 0;
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

/// How questions are answered. Strategies differ in nothing else.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// An answer below question.bound.
  [[nodiscard]] virtual std::uint64_t answer(const Question& question) = 0;
  /// Whether it reads `candidates`; to others none are offered, for they take time to find.
  [[nodiscard]] virtual bool wants_candidates() const { return false; }
  /// Where it wants to be told which ties had anything to decide; null if it does not.
  [[nodiscard]] virtual Meetings* meetings() { return nullptr; }
};

/// Everything benign.
class Benign final : public Strategy {
 public:
  [[nodiscard]] std::uint64_t answer(const Question& question) override;
};

/// A keyed hash of (seed, name). Answers 0 with probability 1 - deviate, else 1 to bound - 1
/// evenly.
class Random final : public Strategy {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] std::uint64_t answer(const Question& question) override;

 private:
  std::uint64_t seed_;
};

/// The deviations given, and 0 for every other name. An answer that is out of bounds now counts as
/// bound - 1.
class Replay final : public Strategy {
 public:
  explicit Replay(const std::vector<Deviation>& deviations);
  [[nodiscard]] std::uint64_t answer(const Question& question) override;

 private:
  std::map<std::string, std::uint64_t, std::less<>> answers_;
};

/// Asks a strategy and keeps what deviated.
class Decisions final {
 public:
  explicit Decisions(Strategy& strategy) : strategy_(strategy) {}

  std::uint64_t decide(const Question& question);

  /// How far off the moments are at which something is due: a deadline, a heartbeat, the end of a
  /// cut. Nothing unless the strategy wants candidates.
  [[nodiscard]] std::vector<Duration> moments() const;
  /// Where moments() come from.
  void look_for_moments(std::function<std::vector<Duration>()> moments) {
    moments_ = std::move(moments);
  }

  /// The strategy's; null if it wants none.
  [[nodiscard]] Meetings* meetings() const { return strategy_.meetings(); }

  /// True with the chance `ratio`; certain ratios (0, 1) are not asked at all.
  bool happens(std::string_view name, Ratio ratio);

  /// In the order in which they were taken.
  [[nodiscard]] const std::vector<Deviation>& deviations() const { return deviations_; }

 private:
  Strategy& strategy_;
  std::function<std::vector<Duration>()> moments_ = {};
  std::vector<Deviation> deviations_;
};

/// `bits` as a fraction of 2^64, times `bound`, rounded down: 0 to bound - 1.
[[nodiscard]] std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound);

/// 64 bits that depend on seed and name alone: the same with every compiler, on every machine.
[[nodiscard]] std::uint64_t keyed_hash(std::uint64_t seed, std::string_view name);

}  // namespace castaway::sim
