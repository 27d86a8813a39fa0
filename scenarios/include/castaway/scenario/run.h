#pragma once
// Running scenarios: run() makes one run, under a seed or as a replay; explore() makes and judges
// all the runs that a scenario asks for.

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "castaway/check/verdict.h"
#include "castaway/scenario/scenario.h"
#include "castaway/sim/sim_transport.h"

namespace castaway::scenario {

/// One run.
struct Outcome {
  check::History history = {};
  std::vector<sim::Deviation> deviations = {};
  std::vector<std::uint64_t> fired = {};    ///< how often each rule of scenario.faults fired
  std::vector<std::uint64_t> matched = {};  ///< how often each rule could have fired
  std::uint64_t events = 0;                 ///< scheduler events
  Duration virtual_time = {};               ///< over a real transport, real time
  /// Over a real transport: publications that the broker may or may not have accepted.
  std::uint64_t in_doubt = 0;
};

/// Whether a run is to be cut, asked again and again while it runs; never if empty.
using Cut = std::function<bool()>;

/// A run was cut. Nothing can be said about it.
class RunCut : public std::runtime_error {
 public:
  RunCut() : std::runtime_error("the run was interrupted") {}
};

struct RunSettings {
  sim::Strategy* strategy = nullptr;   ///< answers the questions, unless it is a replay
  sim::TransportMaker transport = {};  ///< makes the transports; simulated ones if empty
  Cut cut = {};
};

/// Runs a scenario once in `profile`. Deterministic: the same scenario, profile and seed give the
/// same history, byte for byte. With scenario.deviations the run is a replay, and the seed only
/// draws ids.
/// Throws: RunCut.
[[nodiscard]] Outcome run(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
                          const RunSettings& settings = {});

/// What one property says about one run.
struct Finding {
  std::string property = {};  ///< its id
  check::Verdict verdict = {};
};

/// What one property says about a history. It does not judge "again" and "shrunk": see below.
[[nodiscard]] check::Verdict judge(const Property& property, const check::History& history);

/// Makes the run again, and compares the histories byte for byte.
/// Throws: RunCut.
[[nodiscard]] check::Verdict judge_again(const Scenario& scenario, SubjectProfile profile,
                                         std::uint64_t seed, const Outcome& outcome,
                                         const AgainProp& property, const Cut& cut = {});

/// If the run breaks the law, shrinks it, and checks that the result still breaks it for the same
/// root. If the run keeps the law, judges nothing.
/// Throws: RunCut.
[[nodiscard]] check::Verdict judge_shrunk(const Scenario& scenario, SubjectProfile profile,
                                          std::uint64_t seed, const Outcome& outcome,
                                          const ShrunkProp& property, const Cut& cut = {});

/// Judges every property of expect.always for which one run is enough.
[[nodiscard]] std::vector<Finding> judge(const Scenario& scenario, const Outcome& outcome);

enum class Result : std::uint8_t {
  pass,           ///< everything held and fired
  fail,           ///< something that must hold does not, or a goal was not reached
  expected_fail,  ///< what this profile is known to break broke, and nothing else
  stale,          ///< what this profile is known to break did not break
  vacuous,        ///< a rule never fired, an operation was never invoked, a law judged nothing
  inconclusive,   ///< nothing broke, but a run ended at its limit with work left
};
[[nodiscard]] std::string_view to_string(Result result);

/// All runs of one scenario in one profile.
struct Report {
  std::string scenario = {};
  SubjectProfile profile = SubjectProfile::strict;
  Result result = Result::pass;
  std::uint64_t seed = 0;  ///< of the run that is shown below; the scenario's if none failed
  std::uint64_t runs = 0;
  std::uint64_t distinct = 0;  ///< different hashes among them
  std::uint64_t events = 0;
  /// Violations of the run shown: those that fail, or the expected ones.
  std::vector<Finding> findings = {};
  std::vector<std::string> reasons = {};  ///< for stale, vacuous and not-reached: what, in words
  /// Goal, and the seed of its witness.
  std::vector<std::pair<std::string, std::uint64_t>> reached = {};
  /// Of an exhaustive exploration: what it covered.
  std::optional<sim::Certificate> certificate = {};
  Outcome shown = {};  ///< the first failing (or expected failing, or last) run
  bool interrupted = false;
};

struct RunOptions {
  std::uint64_t seed = 0;  ///< overrides the scenario's if has_seed
  bool has_seed = false;
  std::uint64_t runs = 0;  ///< overrides explore.runs unless 0
  Cut cut = {};            ///< also asked between runs
  std::function<void(std::uint64_t done, std::uint64_t of)> progress = {};
  /// Makes one run; a simulation if empty.
  std::function<Outcome(const Scenario&, SubjectProfile, std::uint64_t seed)> run = {};
};

/// Makes the runs that `explore` of the scenario asks for, and judges them. A run that is cut is
/// not among them.
[[nodiscard]] Report explore(const Scenario& scenario, SubjectProfile profile,
                             const RunOptions& options = {});

/// The seed of the n-th run of a campaign; the 0th is the seed itself.
[[nodiscard]] std::uint64_t seed_of_run(std::uint64_t seed, std::uint64_t n);

}  // namespace castaway::scenario
