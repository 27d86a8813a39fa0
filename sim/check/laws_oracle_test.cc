// The laws against others that are too simple to be wrong: every pair of events is looked at, in
// small histories made by chance.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history_builder.h"

namespace castaway::check {
namespace {

using Names = std::multiset<std::string>;

/// SplitMix64: the same numbers on every machine.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}

  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return (x ^ (x >> 31)) % bound;
  }
  std::string_view one_of(std::initializer_list<std::string_view> texts) {
    return texts.begin()[below(texts.size())];
  }

 private:
  std::uint64_t state_;
};

/// Up to 32 events in any order whatsoever, most of them nonsense.
History random_history(std::uint64_t seed, OperationKind usual = call) {
  Numbers numbers(seed);
  HistoryBuilder h;
  h.history.ending = static_cast<Ending>(numbers.below(3));
  h.history.slack = Duration(numbers.below(2)) * 1'000'000;
  std::set<std::string_view> invoked;
  for (std::uint64_t left = numbers.below(33); left > 0; --left) {
    // One draw at a time: the order in which a compiler evaluates arguments is its own.
    const std::string_view op = numbers.one_of({"a", "b", "c", "d"});
    const std::string_view server = numbers.one_of({"s1", "s2"});
    const std::string_view value = numbers.one_of({"", "1", "2"});
    const std::string_view ending = numbers.one_of({"return", "error"});
    const std::uint64_t rare = numbers.below(8);
    const std::uint64_t number = numbers.below(9);
    switch (numbers.below(12)) {
      case 0:
      case 1:
      case 2:
        if (!invoked.insert(op).second) break;
        h.invoke(rare % 3 == 0 ? "c2/main" : "c1/main", op,
                 rare < 5 ? usual : static_cast<OperationKind>(number % 4),
                 Duration(number) * 1'000'000, {.value = value});
        break;
      case 3:
        h.deliver(server, op);
        break;
      case 4:
      case 5:
        h.execute(server, op, {.value = value});
        break;
      case 6:
      case 7:
        h.done(server, op, {.value = value, .detail = ending});
        break;
      case 8:
        h.reply(server, op);
        break;
      case 9:
        h.returned("c1", op, {.value = value});
        break;
      case 10:
        h.error("c1", op, {.value = value});
        break;
      default:
        if (rare == 0) {
          const std::string_view fate = numbers.one_of({"killed", "paused", "resumed"});
          h.process(number < 5 ? "c1" : "c2", fate);
        } else {
          h.timeout("c1", op);
        }
    }
  }
  h.history.quiet = TimePoint(Duration(numbers.below(4)) * 3'000'000);
  h.history.recovery = Duration(numbers.below(4)) * 1'000'000;
  return std::move(h.history);
}

/// A history with the questions that the laws ask, each answered by looking at everything.
struct Simple {
  const History& history;
  const std::vector<Event>& events = history.events();
  std::size_t size = events.size();

  [[nodiscard]] std::string op(std::size_t i) const {
    return std::string(history.text(events[i].op));
  }
  [[nodiscard]] bool is(std::size_t i, EventKind kind) const { return events[i].kind == kind; }
  [[nodiscard]] bool same_op(std::size_t i, std::size_t j) const {
    return events[i].op == events[j].op;
  }
  [[nodiscard]] bool any(EventKind kind) const {
    return std::any_of(events.begin(), events.end(),
                       [&](const Event& event) { return event.kind == kind; });
  }
  /// The invoke of event i's operation; nothing if there is none.
  [[nodiscard]] std::optional<std::size_t> invoke(std::size_t i) const {
    for (std::size_t j = 0; j < size; ++j) {
      if (is(j, EventKind::invoke) && same_op(i, j)) return j;
    }
    return std::nullopt;
  }
  [[nodiscard]] OperationKind kind(std::size_t i) const {
    const auto invoked = invoke(i);
    return invoked ? events[*invoked].operation : OperationKind::none;
  }
  /// Whether an event of this kind of i's operation lies in [from, to).
  [[nodiscard]] bool has(EventKind kind, std::size_t i, std::size_t from, std::size_t to) const {
    for (std::size_t j = from; j < to; ++j) {
      if (is(j, kind) && same_op(i, j)) return true;
    }
    return false;
  }
  [[nodiscard]] bool completed_before(std::size_t i, std::size_t end) const {
    for (std::size_t j = 0; j < end; ++j) {
      if (is_completion(events[j].kind) && same_op(i, j)) return true;
    }
    return false;
  }
  [[nodiscard]] bool detail(std::size_t i, std::string_view text) const {
    return history.text(events[i].detail) == text;
  }
  /// Whether a server replied before `end` that had not executed.
  [[nodiscard]] bool refused(std::size_t i, std::size_t end) const {
    for (std::size_t reply = 0; reply < end; ++reply) {
      if (!is(reply, EventKind::reply) || !same_op(i, reply)) continue;
      bool executed = false;
      for (std::size_t j = 0; j < reply; ++j) {
        executed = executed || (is(j, EventKind::execute) && same_op(i, j) &&
                                events[j].actor == events[reply].actor);
      }
      if (!executed) return true;
    }
    return false;
  }
};

/// The operation of each execution that is its group's second.
Names executed_twice(const Simple& s) {
  Names names;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (!s.is(j, EventKind::execute)) continue;
    int before = 0;
    for (std::size_t i = 0; i < j; ++i) {
      const bool counts =
          s.kind(j) != OperationKind::fanout || s.events[i].actor == s.events[j].actor;
      if (s.is(i, EventKind::execute) && s.same_op(i, j) && counts) ++before;
    }
    if (before == 1) names.insert(s.op(j));
  }
  return names;
}

Names not_completed_once(const Simple& s) {
  Names names;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (is_completion(s.events[j].kind)) {
      int before = 0;
      for (std::size_t i = 0; i < j; ++i)
        before += is_completion(s.events[i].kind) && s.same_op(i, j) ? 1 : 0;
      if (before == 1) names.insert(s.op(j));
    }
    if (!s.is(j, EventKind::invoke) || s.completed_before(j, s.size)) continue;
    bool killed = false;
    for (std::size_t i = j; i < s.size; ++i) {
      killed = killed || (s.is(i, EventKind::process) && s.detail(i, "killed") &&
                          s.events[i].actor == s.events[j].actor);
    }
    const TimePoint due = s.events[j].deadline;
    const bool overdue = due != never && s.events.back().at - s.history.slack > due;
    if (killed || s.history.ending == Ending::cut) continue;
    if (s.history.ending == Ending::quiescent || overdue) names.insert(s.op(j));
  }
  return names;
}

Names not_own(const Simple& s) {
  Names names;
  for (std::size_t j = 0; j < s.size; ++j) {
    const bool error = s.is(j, EventKind::error);
    if ((!error && !s.is(j, EventKind::returned)) || s.kind(j) != OperationKind::call) continue;
    bool ended = false;
    bool fits = false;
    for (std::size_t i = 0; i < j; ++i) {
      if (!s.is(i, EventKind::done) || !s.same_op(i, j)) continue;
      ended = true;
      const std::uint64_t got = s.events[j].digest;
      const std::uint64_t gave = s.events[i].digest;
      fits = fits || (s.detail(i, "error") == error && (got == 0 || gave == 0 || got == gave));
    }
    if (ended && !fits && !(error && s.refused(j, j))) names.insert(s.op(j));
  }
  return names;
}

Names phantoms(const Simple& s) {
  Names names;
  const bool servers_seen = s.any(EventKind::deliver) || s.any(EventKind::execute) ||
                            s.any(EventKind::done) || s.any(EventKind::reply);
  for (std::size_t j = 0; j < s.size; ++j) {
    if (s.is(j, EventKind::execute) && s.any(EventKind::invoke)) {
      const auto invoke = s.invoke(j);
      const bool asked = invoke && *invoke < j &&
                         (s.events[*invoke].digest == 0 || s.events[j].digest == 0 ||
                          s.events[*invoke].digest == s.events[j].digest);
      if (!asked) names.insert(s.op(j));
    }
    const bool error = s.is(j, EventKind::error);
    if ((!error && !s.is(j, EventKind::returned)) || s.kind(j) != OperationKind::call ||
        !servers_seen)
      continue;
    const bool ends_seen = s.any(EventKind::done) || !s.any(EventKind::execute);
    const bool answered = s.has(ends_seen ? EventKind::done : EventKind::execute, j, 0, j);
    const bool excused = error && (s.refused(j, j) || !s.any(EventKind::reply));
    if (!answered && !excused) names.insert(s.op(j));
  }
  return names;
}

Names missed(const Simple& s) {
  Names names;
  for (std::size_t j = 0; j < s.size; ++j) {
    const auto invoke = s.invoke(j);
    if (!is_completion(s.events[j].kind) || !invoke || s.events[*invoke].deadline == never)
      continue;
    const TimePoint due = s.events[*invoke].deadline;
    const bool early = s.is(j, EventKind::timeout) && due - s.events[j].at > 1ns;
    const bool late = s.events[j].at - due > s.history.slack;
    std::optional<std::size_t> paused;
    bool up_in_time = false;
    for (std::size_t i = 0; i < j; ++i) {
      if (!s.is(i, EventKind::process) || s.events[i].actor != s.events[*invoke].actor) continue;
      if (s.detail(i, "paused")) {
        paused = i;
        up_in_time = false;
      }
      if (s.detail(i, "resumed")) up_in_time = s.events[i].at <= due;
    }
    const bool excused = paused && *paused > *invoke && !up_in_time;
    if (early || (late && !excused)) names.insert(s.op(j));
  }
  return names;
}

/// Each pair of operations of a task, each execution of the one and each of the other.
Names overlapping(const Simple& s) {
  std::set<std::string> names;
  for (std::size_t c = 0; c < s.size; ++c) {
    if (!s.is(c, EventKind::returned) && !s.is(c, EventKind::error)) continue;
    const auto a = s.invoke(c);
    if (!a || *a > c || s.kind(c) != OperationKind::call || s.completed_before(c, c)) continue;
    if (!s.has(EventKind::execute, c, 0, s.size)) continue;
    for (std::size_t b = c + 1; b < s.size; ++b) {
      if (!s.is(b, EventKind::invoke) || s.events[b].task != s.events[*a].task || s.same_op(b, c))
        continue;
      for (std::size_t begin = 0; begin < s.size; ++begin) {
        if (!s.is(begin, EventKind::execute) || !s.same_op(begin, b)) continue;
        if (s.has(EventKind::execute, c, begin, s.size) ||
            s.has(EventKind::done, c, begin, s.size)) {
          names.insert(s.op(c));
        }
      }
    }
  }
  return {names.begin(), names.end()};
}

/// Each call that came late enough, with time enough, and was not answered.
Names not_recovered(const Simple& s) {
  Names names;
  const Duration bound = s.history.recovery;
  for (std::size_t j = 0; j < s.size; ++j) {
    const Event& call = s.events[j];
    const bool timely = call.at >= s.history.quiet + bound &&
                        (call.deadline == never || call.deadline - call.at >= bound);
    if (!s.is(j, EventKind::invoke) || call.operation != OperationKind::call || !timely) continue;
    std::optional<EventKind> end;
    bool open = s.history.ending != Ending::quiescent;
    for (std::size_t i = 0; i < s.size; ++i) {
      if (is_completion(s.events[i].kind) && s.same_op(i, j) && !end) end = s.events[i].kind;
      open = open || (i > j && s.is(i, EventKind::process) && s.detail(i, "killed") &&
                      s.events[i].actor == call.actor);
    }
    if (end == EventKind::returned || end == EventKind::error) continue;
    if (end || !open) names.insert(s.op(j));
  }
  return names;
}

/// Whether any two casts of one task, executed once each, were swapped.
bool swapped(const Simple& s) {
  const auto execution = [&](std::size_t invoke) {
    std::vector<std::size_t> executions;
    for (std::size_t i = 0; i < s.size; ++i) {
      if (s.is(i, EventKind::execute) && s.same_op(i, invoke)) executions.push_back(i);
    }
    return executions.size() == 1 ? std::optional(executions[0]) : std::nullopt;
  };
  const auto is_cast = [&](std::size_t i) {
    return s.is(i, EventKind::invoke) && s.events[i].operation == OperationKind::cast;
  };
  for (std::size_t i = 0; i < s.size; ++i) {
    for (std::size_t j = i + 1; j < s.size; ++j) {
      if (!is_cast(i) || !is_cast(j) || s.events[i].task != s.events[j].task) continue;
      const auto first = execution(i);
      const auto second = execution(j);
      if (first && second && *second < *first) return true;
    }
  }
  return false;
}

// --- the comparison

Names violated(const Verdict& verdict) {
  Names names;
  for (const Violation& violation : verdict.violations) names.insert(violation.op);
  return names;
}

constexpr std::uint64_t runs = 2000;

/// How often a law was violated, held and was vacuous: a comparison that sees only one of them
/// would show little.
struct Tally {
  void count(const Verdict& verdict) {
    violated += verdict.violated() ? 1 : 0;
    held += verdict.holds() ? 1 : 0;
    vacuous += verdict.vacuous() ? 1 : 0;
  }
  [[nodiscard]] bool saw_everything() const { return violated > 20 && held > 20 && vacuous > 20; }

  int violated = 0;
  int held = 0;
  int vacuous = 0;
};

void expect_agreement(Verdict (*law)(const History&), Names (*simple)(const Simple&)) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const History history = random_history(seed);
    const Verdict verdict = law(history);
    ASSERT_EQ(violated(verdict), simple(Simple{history})) << "seed " << seed;
    // Every violation argues with events of the history, in their order.
    for (const Violation& violation : verdict.violations) {
      ASSERT_FALSE(violation.steps.empty());
      ASSERT_LT(violation.steps.back().event, history.events().size());
      ASSERT_TRUE(std::is_sorted(violation.steps.begin(), violation.steps.end(),
                                 [](const Step& a, const Step& b) { return a.event < b.event; }));
    }
    tally.count(verdict);
  }
  EXPECT_TRUE(tally.saw_everything())
      << tally.violated << " violated, " << tally.held << " held, " << tally.vacuous << " vacuous";
}

TEST(LawsAgreeWithSimpleOnes, AtMostOnce) { expect_agreement(at_most_once, executed_twice); }
TEST(LawsAgreeWithSimpleOnes, OneCompletion) {
  expect_agreement(one_completion, not_completed_once);
}
TEST(LawsAgreeWithSimpleOnes, OwnReply) { expect_agreement(own_reply, not_own); }
TEST(LawsAgreeWithSimpleOnes, NoPhantom) { expect_agreement(no_phantom, phantoms); }
TEST(LawsAgreeWithSimpleOnes, Deadline) { expect_agreement(deadline, missed); }
TEST(LawsAgreeWithSimpleOnes, Recovery) { expect_agreement(recovery, not_recovered); }
TEST(LawsAgreeWithSimpleOnes, TaskOrder) { expect_agreement(task_order, overlapping); }

TEST(LawsAgreeWithSimpleOnes, CastOrder) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const History history = random_history(seed, cast);
    const Verdict verdict = cast_order(history);
    ASSERT_EQ(verdict.violated(), swapped(Simple{history})) << "seed " << seed;
    tally.count(verdict);
  }
  EXPECT_TRUE(tally.saw_everything())
      << tally.violated << " violated, " << tally.held << " held, " << tally.vacuous << " vacuous";
}

}  // namespace
}  // namespace castaway::check
