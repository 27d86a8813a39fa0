#pragma once
// Explorer: explores one part of a campaign, run by run, in one process. Explorers let processes
// and machines share a campaign.
//
// A campaign has a fixed number of explorers, and run n belongs to explorer n modulo that number.
// So what a campaign finds depends on its seed and on the number of its runs, not on how many
// processes or machines share the explorers.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/failure_signature.h"
#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

inline constexpr std::uint64_t explorers = 16;

/// A scenario in a profile.
struct Subject {
  std::string path = {};
  Scenario scenario = {};
  SubjectProfile profile = SubjectProfile::strict;
};

struct Exploration {
  std::vector<Subject> subjects = {};  ///< in turn; generated ones if there are none
  std::vector<SubjectProfile> profiles = {SubjectProfile::strict};  ///< of generated ones, in turn
  std::uint32_t size = 40;  ///< of generated ones, the largest
  Explore::How strategy = Explore::How::portfolio;
  sim::ExhaustiveBounds bounds = {};
  std::uint64_t seed = 1;
  std::uint64_t runs = 0;  ///< of all explorers together; no end if 0
  Cut cut = {};
};

/// What a run broke, for one signature.
struct Breach {
  FailureSignature signature = {};
  Finding finding = {};  ///< its violations are those of this signature
};

/// One run, judged.
struct Trial {
  std::uint64_t number = 0;
  Explore::How how = Explore::How::random;
  std::string path = {};  ///< of the subject; empty if it was generated
  Scenario scenario = {};
  SubjectProfile profile = SubjectProfile::strict;
  std::uint64_t seed = 0;
  Outcome outcome = {};
  std::vector<Finding> findings = {};  ///< what every property that is not known to be broken says
  std::vector<Breach> breaches = {};   ///< of these, each signature once
  /// The run was made again, from its deviations; a random one from its seed, too.
  bool repeated = false;
  check::Verdict again = {};  ///< whether that was the same run
  std::string error = {};     ///< an error of Castaway itself; nothing else is known then
};

class Explorer {
 public:
  /// The exploration must outlive the explorer. An exhaustive one must have subjects.
  Explorer(const Exploration& exploration, std::uint64_t explorer);
  ~Explorer();

  /// The number of the next run; nothing if there is none.
  [[nodiscard]] std::optional<std::uint64_t> next() const;
  /// Makes the next run.
  /// Requires: there is a next() one.
  /// Throws: RunCut.
  [[nodiscard]] Trial run();

  /// Of an exhaustive exploration, by subject.
  [[nodiscard]] std::vector<sim::Certificate> certificates() const;

 private:
  struct State;
  [[nodiscard]] Trial by_turns(std::uint64_t number);
  [[nodiscard]] Trial exhausting(std::uint64_t number);
  void wind();
  [[nodiscard]] bool reach_own();
  void close_subject();

  const Exploration& exploration_;
  const std::uint64_t number_;
  std::uint64_t made_ = 0;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::scenario
