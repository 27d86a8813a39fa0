// Judging a run in windows finds nothing that judging the whole does not find, and each repeated
// execution that lies within half a window.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/check/windowed_judge.h"
#include "castaway/sim/decisions.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

using check::Event;
using check::EventIndex;
using check::EventKind;
using check::History;
using check::Law;
using check::Verdict;
using scenario::SubjectProfile;

constexpr std::array<std::size_t, 3> windows = {8, 32, 128};

/// A goal is broken by another operation where only a part is seen.
std::vector<const Law*> laws_but_goals() {
  std::vector<const Law*> chosen;
  for (const Law& law : check::laws()) {
    if (!law.goal) chosen.push_back(&law);
  }
  return chosen;
}

/// Laws, and the operations that broke them.
using Breaches = std::set<std::pair<std::string, std::string>>;

Breaches breaches(const std::vector<Verdict>& verdicts) {
  Breaches all;
  for (const Verdict& verdict : verdicts) {
    for (const check::Violation& violation : verdict.violations)
      all.emplace(verdict.law, violation.op);
  }
  return all;
}

Breaches breaches_of_whole(const History& history) {
  std::vector<Verdict> verdicts;
  for (const Law* law : laws_but_goals()) verdicts.push_back(law->judge(history));
  return breaches(verdicts);
}

Breaches breaches_in_windows(const History& history, std::size_t window) {
  check::WindowedJudge judge(window, laws_but_goals());
  judge.add(history);
  judge.finish(history);
  return breaches(judge.verdicts());
}

/// Where an operation was invoked and executed.
struct Places {
  EventIndex invoke = check::no_event;
  std::vector<EventIndex> executions = {};
};

/// Whether the invoke shows that all servers together may execute the operation once.
bool is_known_to_be_one(const History& history, EventIndex invoke) {
  return invoke != check::no_event && history[invoke].operation != check::OperationKind::fanout;
}

/// Whether two executions by one server lie within `most` events, or by two together with their
/// invoke.
bool is_near(const History& history, const Places& places, std::size_t most) {
  for (const EventIndex one : places.executions) {
    for (const EventIndex other : places.executions) {
      const bool one_server = history[one].actor == history[other].actor;
      if (!one_server && !is_known_to_be_one(history, places.invoke)) continue;
      const EventIndex first = one_server ? one : std::min(one, places.invoke);
      if (one < other && other - first <= most) return true;
    }
  }
  return false;
}

/// The operations that at-most-once has to find in windows of this size.
Breaches near_repeats(const History& history, const Breaches& whole, std::size_t window) {
  std::map<std::string, Places> all;
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    const Event& event = history[i];
    Places& places = all[std::string(history.text(event.op))];
    if (event.kind == EventKind::invoke) places.invoke = i;
    if (event.kind == EventKind::execute) places.executions.push_back(i);
  }
  Breaches near;
  for (const auto& breach : whole) {
    if (breach.first == "at-most-once" && is_near(history, all[breach.second], window / 2))
      near.insert(breach);
  }
  return near;
}

/// Those of `some` that `all` has not, in words; empty if there are none.
std::string beyond(const Breaches& some, const Breaches& all) {
  std::string text;
  for (const auto& breach : some) {
    if (!all.contains(breach)) text += ' ' + breach.first + " of " + breach.second;
  }
  return text;
}

/// What all cases of a test found, so that it shows that there was something to find.
struct Found {
  std::map<std::string, std::size_t> by_law = {};
  std::size_t repeats = 0;
};

Judgement compare(const History& history, Found& found) {
  const Breaches whole = breaches_of_whole(history);
  Judgement judgement;
  for (const std::size_t window : windows) {
    const Breaches seen = breaches_in_windows(history, window);
    const Breaches near = near_repeats(history, whole, window);
    const std::string of = " in windows of " + std::to_string(window) + ':';
    if (const std::string text = beyond(seen, whole); !text.empty())
      judgement.wrong += "Found only" + of + text + ". ";
    if (const std::string text = beyond(near, seen); !text.empty())
      judgement.wrong += "Not found" + of + text + ". ";
    if (history.events().size() <= window) continue;
    ++judgement.judged;
    for (const auto& breach : seen) ++found.by_law[breach.first];
    found.repeats += near.size();
  }
  return judgement;
}

TEST(Windows, FindNothingInStrictRuns) {
  Found found;
  for_all_scenarios("windows-strict",
                    [&](const Case& run) { return compare(run.outcome.history, found); });
}

TEST(Windows, FindInClassicRunsWhatTheWholeShows) {
  Found found;
  for_all_scenarios("windows-classic",
                    [&](const Case& run) { return compare(run.outcome.history, found); },
                    {.profile = SubjectProfile::classic});
  EXPECT_GT(found.by_law["at-most-once"], 0U);
}

/// Makes events of a run wrong, each in a way of its own: it is missing, comes again a little
/// later, or says something else.
class Planted {
 public:
  Planted(const History& run, std::uint64_t seed) : run_(run), seed_(seed) {}

  [[nodiscard]] History history() {
    History planted;
    for (check::Symbol symbol = 1; symbol < run_.symbols(); ++symbol)
      planted.intern(run_.text(symbol));
    static_cast<check::Head&>(planted) = run_;
    planted.actors = run_.actors;
    std::multimap<std::size_t, Event> later;
    std::vector<EventIndex> places;
    for (EventIndex i = 0; i < run_.events().size(); ++i) {
      const Event event = changed(i, later);
      places.push_back(add(planted, event, places));
      for (auto [at, end] = later.equal_range(i); at != end; ++at) add(planted, at->second, places);
    }
    return planted;
  }

 private:
  [[nodiscard]] std::size_t draw(const char* what, EventIndex index, std::size_t below) const {
    return sim::scaled(sim::keyed_hash(seed_ + index, what), below);
  }

  [[nodiscard]] Event changed(EventIndex index, std::multimap<std::size_t, Event>& later) const {
    Event event = run_[index];
    switch (draw("mistake", index, 60)) {
      case 0:
        event.kind = EventKind::note;
        event.detail = check::Detail::none;
        break;
      case 1:
      case 2:
        if (event.kind != EventKind::invoke && event.kind != EventKind::inject)
          later.emplace(index + draw("distance", index, 64), event);
        break;
      case 3:
        if (event.digest != 0) event.digest ^= 0x5eed;
        break;
      case 4:
        if (event.deadline != never) event.deadline -= 1s;
        break;
      default:
        break;
    }
    return event;
  }

  static EventIndex add(History& planted, Event event, const std::vector<EventIndex>& places) {
    if (event.cause != check::no_event) event.cause = places[event.cause];
    if (!planted.events().empty()) event.at = std::max(event.at, planted.events().back().at);
    return planted.add(event);
  }

  const History& run_;
  std::uint64_t seed_;
};

TEST(Windows, FindWhatIsPlanted) {
  Found found;
  for_all_scenarios("windows-planted",
                    [&](const Case& run) {
                      return compare(Planted(run.outcome.history, run.seed).history(), found);
                    },
                    {.runs = 400});
  EXPECT_GT(found.repeats, 0U);
  for (const char* law : {"at-most-once", "no-phantom", "own-reply", "one-completion", "deadline",
                          "task-order", "quiet-broker"})
    EXPECT_GT(found.by_law[law], 0U) << law;
}

}  // namespace
}  // namespace castaway::property
