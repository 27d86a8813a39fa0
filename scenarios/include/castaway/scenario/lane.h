#pragma once
// Lane: explores one part of a campaign, run by run, in one process. Lanes let processes and
// machines share a campaign.
//
// A campaign has a fixed number of lanes, and run n belongs to lane n modulo that number. A
// strategy learns only within a lane. So what a campaign finds depends on its seed and on the
// number of its runs, not on how many processes or machines share the lanes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/root.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

inline constexpr std::uint64_t lanes = 16;

/// A scenario in a profile.
struct Subject {
  std::string path = {};
  Scenario scenario = {};
  Profile profile = Profile::strict;
};

struct Exploration {
  std::vector<Subject> subjects = {};                 ///< in turn; generated ones if there are none
  std::vector<Profile> profiles = {Profile::strict};  ///< of generated ones, in turn
  std::uint32_t size = 40;                            ///< of generated ones, the largest
  Explore::How strategy = Explore::How::portfolio;
  sim::OdometerBounds bounds = {};
  std::uint64_t seed = 1;
  std::uint64_t runs = 0;  ///< of all lanes together; no end if 0
};

/// What a run broke, for one root.
struct Breach {
  Root root = {};
  Finding finding = {};  ///< its violations are those of this root
};

/// One run, judged.
struct Trial {
  std::uint64_t number = 0;
  Explore::How how = Explore::How::random;
  std::string path = {};  ///< of the subject; empty if it was generated
  Scenario scenario = {};
  Profile profile = Profile::strict;
  std::uint64_t seed = 0;
  Outcome outcome = {};
  std::vector<Finding> findings = {};  ///< what every property that is not known to be broken says
  std::vector<Breach> breaches = {};   ///< of these, each root once
  /// The run was made again, from its deviations; a random one from its seed, too.
  bool repeated = false;
  check::Verdict again = {};  ///< whether that was the same run
  std::string error = {};     ///< an error of Castaway itself; nothing else is known then
};

class Lane {
 public:
  /// The exploration must outlive the lane. An exhaustive one must have subjects.
  Lane(const Exploration& exploration, std::uint64_t lane);
  ~Lane();

  /// The number of the next run; nothing if there is none.
  [[nodiscard]] std::optional<std::uint64_t> next() const;
  /// Makes the next run.
  /// Requires: there is a next() one.
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
  const std::uint64_t lane_;
  std::uint64_t made_ = 0;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::scenario
