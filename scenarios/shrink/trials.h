#pragma once
// Trials: the smallest scenario so far that fails for the right reason, and the runs that tell
// whether a smaller one still does.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/scenario/shrink.h"

#include "mend.h"

namespace castaway::scenario {

class Trials {
 public:
  Trials(const Scenario& scenario, SubjectProfile profile, Property property,
         const ShrinkOptions& options);

  /// Runs the scenario as it is, then as a replay. Whether both break the property for one
  /// signature. Throws: what the first run throws.
  [[nodiscard]] bool confirm();

  /// What is asked of a candidate besides.
  struct Terms {
    bool own_choices = false;     ///< its deviations are its own; else those of the best so far
    bool no_more_faults = false;  ///< its rules fire no more often
  };
  /// Whether `candidate` still fails for the same signature; then it is the best so far.
  bool attempt(Scenario candidate, Terms terms);
  bool attempt(Scenario candidate) { return attempt(std::move(candidate), Terms()); }

  /// Nothing more can be tried: the budget is spent, or somebody stopped it.
  [[nodiscard]] bool over() const;
  void enter(std::string_view pass) { pass_ = pass; }

  [[nodiscard]] const Scenario& best() const { return best_; }
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }
  [[nodiscard]] const Property& property() const { return property_; }
  [[nodiscard]] const FailureSignature& signature() const { return *signature_; }
  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }
  [[nodiscard]] std::uint64_t kept() const { return kept_; }
  [[nodiscard]] const std::vector<AlsoFound>& also() const { return also_; }
  /// When the last event of the argument was; nothing where the property is judged at the end of
  /// the run, which then may not be cut.
  [[nodiscard]] std::optional<TimePoint> broken_at() const;

 private:
  /// What a run breaks, by a violation that counts.
  struct Broken {
    FailureSignature signature = {};
    check::Violation violation = {};
  };

  /// What each control breaks.
  using Controls = std::vector<std::vector<FailureSignature>>;

  [[nodiscard]] std::optional<Outcome> made(const Scenario& scenario, SubjectProfile profile);
  [[nodiscard]] std::vector<Broken> broken(const Scenario& scenario, SubjectProfile profile,
                                           const Outcome& outcome) const;
  [[nodiscard]] Controls controls_of(const Scenario& scenario);
  [[nodiscard]] bool controls_hold(const Scenario& candidate);
  void find_premise();
  [[nodiscard]] bool has_its_premise(const Scenario& candidate, const Outcome& outcome) const;
  [[nodiscard]] bool is_served(const Scenario& candidate) const;
  void keep(Scenario candidate, Outcome outcome, check::Violation violation);
  /// False where it was met before.
  bool is_news(const FailureSignature& signature);
  void note_others(const Scenario& candidate, const Outcome& outcome);

  const SubjectProfile profile_;
  const Property property_;
  const ShrinkOptions& options_;
  std::vector<Property> laws_;     ///< that the scenario asks for, to see what else breaks
  Problems known_;                 ///< what the linter says of it already
  std::set<std::string> offered_;  ///< operations that some server does
  std::set<std::string> tried_;    ///< candidates that did not fail, or not so
  Controls controls_;              ///< of the scenario as it was
  std::set<std::string, std::less<>> premise_;  ///< rules that the property is about
  Scenario best_;
  Outcome outcome_;
  check::Violation violation_;
  std::optional<FailureSignature> signature_;
  std::vector<FailureSignature> signatures_;  ///< all that were met, each once
  std::vector<AlsoFound> also_;
  std::uint64_t evaluations_ = 0;
  std::uint64_t kept_ = 0;
  std::string_view pass_;
};

}  // namespace castaway::scenario
