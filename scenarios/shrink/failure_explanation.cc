#include "castaway/scenario/failure_explanation.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "castaway/scenario/units.h"

namespace castaway::scenario {
namespace {

/// The deviations of a scenario as its run takes them, and what each question was.
class Measuring final : public sim::Strategy {
 public:
  struct Asked {
    std::uint64_t bound = 0;
    std::optional<sim::Distribution> by = {};
  };

  explicit Measuring(const std::vector<sim::Deviation>& deviations) : replay_(deviations) {}

  [[nodiscard]] std::uint64_t answer(const sim::Question& question) override {
    Asked& asked = asked_[std::string(question.name)];
    asked.bound = question.bound;
    if (question.by != nullptr) asked.by = *question.by;
    return replay_.answer(question);
  }
  [[nodiscard]] Asked asked(const std::string& name) const {
    const auto found = asked_.find(name);
    return found == asked_.end() ? Asked{} : found->second;
  }

 private:
  sim::Replay replay_;
  std::map<std::string, Asked> asked_;
};

/// A number of a scenario that can be varied.
struct Variable {
  Remaining about = {};
  std::uint64_t least = 0;
  std::uint64_t most = no_end;
  bool may_run_out = false;  ///< it counts messages, of which there are so many
  std::function<void(Scenario&, std::uint64_t)> set = {};
  std::function<std::uint64_t(std::uint64_t)> said = {};  ///< as what a number is said, if not so
};

std::string lateness(const sim::Rule& rule) {
  return fmt::format("the {} comes {{}} late", to_string(rule.on.edge));
}

std::ptrdiff_t deliveries(const check::History& history) {
  return std::ranges::count(history.events(), check::EventKind::deliver, &check::Event::kind);
}

/// A decision that is looked at, and how many others it stands for.
struct Chosen {
  std::size_t index = 0;
  std::size_t alike = 0;
};

/// "a1/request/12/publish" and "a1/request/13/publish" are alike. Of each kind the first two and
/// the last are chosen.
std::vector<Chosen> chosen_among(const std::vector<sim::Deviation>& decisions) {
  std::map<std::string, std::vector<std::size_t>> kinds;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    std::string kind;
    for (const char c : decisions[i].at) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit || !kind.ends_with('0')) kind += digit ? '0' : c;
    }
    kinds[kind].push_back(i);
  }
  std::vector<Chosen> chosen;
  for (const auto& [kind, members] : kinds) {
    for (std::size_t n = 0; n < std::min<std::size_t>(members.size(), 2); ++n)
      chosen.push_back({.index = members[n]});
    if (members.size() > 2)
      chosen.push_back({.index = members.back(), .alike = members.size() - 3});
  }
  std::ranges::sort(chosen, {}, &Chosen::index);
  return chosen;
}

class Explainer {
 public:
  Explainer(const Scenario& scenario, SubjectProfile profile, const Property& property,
            const FailureSignature& signature, const Cut& cut)
      : scenario_(scenario),
        profile_(profile),
        property_(property),
        signature_(signature),
        cut_(cut) {
    if (scenario_.deviations) chosen_ = chosen_among(*scenario_.deviations);
  }

  FailureExplanation explain() {
    failing_ = history_of(scenario_);
    FailureExplanation explanation;
    for (Variable& variable : variables()) explanation.remaining.push_back(measured(variable));
    explanation.nearest = nearest();
    return explanation;
  }

 private:
  [[nodiscard]] check::History history_of(const Scenario& scenario) const {
    return run(scenario, profile_, scenario.seed, {.cut = cut_}).history;
  }
  [[nodiscard]] bool fails(const check::History& history) const {
    const check::Verdict verdict = judge(property_, history);
    const FailureSignatures signatures(history);
    return std::ranges::any_of(verdict.violations, [&](const check::Violation& violation) {
      return signatures.of(name_of(property_), violation) == signature_;
    });
  }

  [[nodiscard]] check::History run_with(const Variable& variable, std::uint64_t number) const {
    Scenario other = scenario_;
    variable.set(other, number);
    return history_of(other);
  }
  [[nodiscard]] bool fails_with(const Variable& variable, std::uint64_t number) const {
    return fails(run_with(variable, number));
  }

  [[nodiscard]] std::vector<Variable> variables() const {
    std::vector<Variable> found;
    if (scenario_.deviations) {
      Scenario undecided = scenario_;
      undecided.deviations.reset();
      Measuring measuring(*scenario_.deviations);
      static_cast<void>(
          run(undecided, profile_, scenario_.seed, {.strategy = &measuring, .cut = cut_}));
      for (const Chosen& one : chosen_) {
        found.push_back(
            decision(one.index, measuring.asked((*scenario_.deviations)[one.index].at)));
        found.back().about.alike = one.alike;
      }
    }
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) add_rule(i, found);
    return found;
  }

  [[nodiscard]] Variable decision(std::size_t i, const Measuring::Asked& asked) const {
    const sim::Deviation& one = (*scenario_.deviations)[i];
    Variable variable{.about = {.name = one.at, .value = one.answer},
                      .least = 1,
                      .most = std::max<std::uint64_t>(asked.bound, 2) - 1,
                      .set = [i](Scenario& scenario, std::uint64_t number) {
                        (*scenario.deviations)[i].answer = number;
                      }};
    if (!asked.by || one.answer >= asked.bound) return variable;
    // A time is varied from the shortest to the longest, which is not the order of its answers.
    variable.about.what = of_time(one.at);
    variable.about.is_time = true;
    variable.about.value = place_of(*asked.by, one.answer);
    variable.least = 0;
    variable.set = [i, by = *asked.by](Scenario& scenario, std::uint64_t place) {
      (*scenario.deviations)[i].answer = answer_in(by, place);
    };
    variable.said = [by = *asked.by](std::uint64_t place) {
      return static_cast<std::uint64_t>(duration_of(by, answer_in(by, place)).count());
    };
    return variable;
  }

  /// Of ".../rule/by" how late the rule makes something; else how long a hop takes.
  [[nodiscard]] std::string of_time(std::string_view name) const {
    for (const sim::Rule& rule : scenario_.faults) {
      if (name.ends_with("/" + rule.id + "/by")) return lateness(rule);
    }
    return "it takes {}";
  }

  void add_rule(std::size_t i, std::vector<Variable>& found) const {
    const sim::Rule& rule = scenario_.faults[i];
    if (const auto* duplicate = std::get_if<sim::Duplicate>(&rule.action)) {
      found.push_back({.about = {.name = rule.id,
                                 .what = "the copy comes after {} other messages",
                                 .value = duplicate->after_messages},
                       .may_run_out = true,
                       .set = [i](Scenario& scenario, std::uint64_t number) {
                         std::get<sim::Duplicate>(scenario.faults[i].action).after_messages =
                             number;
                       }});
    }
    const auto* delay = std::get_if<sim::Delay>(&rule.action);
    if (delay != nullptr && delay->by.shape == sim::Distribution::Shape::constant) {
      found.push_back({.about = {.name = rule.id,
                                 .what = lateness(rule),
                                 .value = static_cast<std::uint64_t>(delay->by.a.count()),
                                 .is_time = true},
                       .set = [i](Scenario& scenario, std::uint64_t number) {
                         std::get<sim::Delay>(scenario.faults[i].action).by.a =
                             Duration(static_cast<Duration::rep>(number));
                       }});
    }
  }

  /// The farthest number towards `good`, which does not fail, that still does.
  [[nodiscard]] std::uint64_t edge(const Variable& variable, std::uint64_t bad,
                                   std::uint64_t good) const {
    while (std::max(bad, good) - std::min(bad, good) > 1) {
      const std::uint64_t middle =
          std::min(bad, good) + (std::max(bad, good) - std::min(bad, good)) / 2;
      (fails_with(variable, middle) ? bad : good) = middle;
    }
    return bad;
  }

  [[nodiscard]] Remaining measured(const Variable& variable) const {
    Remaining about = variable.about;
    const std::uint64_t value = about.value;
    about.from = about.to = value;
    if (value > variable.least) {
      about.from = fails_with(variable, variable.least) ? variable.least
                                                        : edge(variable, value, variable.least);
    }
    about.to = highest(variable);
    const bool all = about.from == variable.least && about.to == no_end;
    about.ran_out = variable.may_run_out && about.to != no_end &&
                    deliveries(run_with(variable, about.to + 1)) < deliveries(failing_);
    about.need = about.ran_out                                               ? Need::interval
                 : about.from == about.to || variable.least == variable.most ? Need::exact
                 : all                                                       ? Need::irrelevant
                                                                             : Need::interval;
    if (!variable.said) return about;
    for (std::uint64_t* shown : {&about.value, &about.from, &about.to}) {
      if (*shown != no_end) *shown = variable.said(*shown);
    }
    return about;
  }

  /// no_end where it fails up to the last answer, or as far as was looked.
  [[nodiscard]] std::uint64_t highest(const Variable& variable) const {
    constexpr int doublings = 10;
    std::uint64_t bad = variable.about.value;
    for (int i = 0; i < doublings && bad < variable.most; ++i) {
      const std::uint64_t next =
          bad >= variable.most / 2 ? variable.most : std::max<std::uint64_t>(1, 2 * bad);
      if (!fails_with(variable, next)) return edge(variable, bad, next);
      bad = next;
    }
    return no_end;
  }

  [[nodiscard]] std::optional<NearestPass> nearest() const {
    std::optional<NearestPass> found;
    const auto look = [&](const std::string& undone, const Scenario& without) {
      const check::History passing = history_of(without);
      if (judge(property_, passing).violated()) return;
      const std::size_t events = passing.events().size();
      auto difference = first_difference(in_words(passing, events), events, failing_);
      if (!difference || (found && found->difference.event >= difference->event)) return;
      found = {.undone = undone, .difference = *std::move(difference)};
    };
    for (const Chosen& one : chosen_) {
      Scenario without = scenario_;
      without.deviations->erase(without.deviations->begin() +
                                static_cast<std::ptrdiff_t>(one.index));
      look((*scenario_.deviations)[one.index].at, without);
    }
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
      Scenario without = scenario_;
      without.faults.erase(without.faults.begin() + static_cast<std::ptrdiff_t>(i));
      look(scenario_.faults[i].id, without);
    }
    return found;
  }

  const Scenario& scenario_;
  const SubjectProfile profile_;
  const Property& property_;
  const FailureSignature& signature_;
  const Cut& cut_;
  std::vector<Chosen> chosen_ = {};
  check::History failing_ = {};
};

std::string number(const Remaining& remaining, std::uint64_t value) {
  return remaining.is_time ? castaway::to_string(Duration(static_cast<Duration::rep>(value)))
                           : std::to_string(value);
}

std::string range(const Remaining& remaining) {
  const std::string from = number(remaining, remaining.from);
  if (remaining.need == Need::exact) return "exactly " + from;
  if (remaining.to == no_end) {
    // An edge is often behind a round number: more than 18s, not 18.000000001s or more.
    std::string below = remaining.from == 0 ? from : number(remaining, remaining.from - 1);
    return remaining.is_time && below.size() < from.size() ? "more than " + below
                                                           : from + " or more";
  }
  if (remaining.from == remaining.to) return from;
  return from + " to " + number(remaining, remaining.to);
}

}  // namespace

FailureExplanation explain_failure(const Scenario& scenario, SubjectProfile profile,
                                   const Property& property, const FailureSignature& signature,
                                   const Cut& cut) {
  return Explainer(scenario, profile, property, signature, cut).explain();
}

std::string to_string(const Remaining& remaining) {
  const std::string what = remaining.what.empty() ? "the answer is {}" : remaining.what;
  const std::string alike =
      remaining.alike == 0 ? "" : fmt::format(" ({} more like it, not looked at)", remaining.alike);
  if (remaining.need == Need::irrelevant)
    return (remaining.what.empty()
                ? "fails whatever the answer is"
                : "fails even if " + fmt::format(fmt::runtime(what), number(remaining, 0))) +
           alike;
  return "fails if " + fmt::format(fmt::runtime(what), range(remaining)) +
         (remaining.ran_out ? ": there are no more of them here" : "") + alike;
}

}  // namespace castaway::scenario
