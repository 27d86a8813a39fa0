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

#include "oracle_for_test.h"

namespace castaway::check {
namespace {

/// The operation of each execution that is its group's second.
Names executed_twice(const SimpleHistory& s) {
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

Names not_completed_once(const SimpleHistory& s) {
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

Names not_own(const SimpleHistory& s) {
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

Names phantoms(const SimpleHistory& s) {
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

Names missed(const SimpleHistory& s) {
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

/// Each failure or timeout without effect, of what was executed.
Names lied_about(const SimpleHistory& s) {
  Names names;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (!s.is(j, EventKind::timeout) || s.events[j].effect != Effect::none) continue;
    if (s.has(EventKind::execute, j, 0, s.size)) names.insert(s.op(j));
  }
  return names;
}

/// Each pair of operations of a task, each execution of the one and each of the other.
Names overlapping(const SimpleHistory& s) {
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
Names not_recovered(const SimpleHistory& s) {
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

/// Requests that are delivered, acknowledged, executed or not, among servers in all sorts of
/// trouble.
History history_of_servers(std::uint64_t seed) {
  Numbers numbers(seed);
  HistoryBuilder h;
  h.history.ending = static_cast<Ending>(numbers.below(3));
  for (const std::string_view op : {"a", "b", "c"})
    h.invoke("c1/main", op, numbers.below(4) == 0 ? fanout : cast);
  for (std::uint64_t left = numbers.below(20); left > 0; --left) {
    const std::string_view op = numbers.one_of({"a", "b", "c", "x"});
    const std::string_view server = numbers.one_of({"s1", "s2"});
    const std::string_view how = numbers.one_of({"ack", "ack", "requeue"});
    const std::string_view fate = numbers.one_of({"stopping", "stopping", "serving", "killed"});
    const std::string_view end = numbers.one_of({"listen closed: done", "listen closed: reset"});
    const std::uint64_t kind = numbers.below(16);
    if (kind < 4) h.deliver(server, op);
    if (kind >= 4 && kind < 9) h.settle(server, op, how);
    if (kind == 9 || kind == 10) h.serve(server, op);
    if (kind == 11) h.execute(server, op);
    if (kind == 12) numbers.below(2) == 0 ? h.refuse(server, op) : h.reply(server, op);
    if (kind == 13) h.process(server, fate);
    if (kind == 14) h.link(server, end);
    if (kind == 15) h.fault("rule", op, numbers.below(2) == 0 ? "drop" : "delay");
  }
  return std::move(h.history);
}

/// Each request that was acknowledged, not executed, and has no excuse.
Names lost(const SimpleHistory& s) {
  Names names;
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t j = 0; j < s.size && s.history.ending != Ending::cut; ++j) {
    const Event& ack = s.events[j];
    if (!s.is(j, EventKind::settle) || !s.detail(j, "ack") || !s.invoke(j)) continue;
    bool stopped = false, stopped_later = false;
    bool excused = false, kept = false;
    std::size_t delivery = j;
    for (std::size_t i = 0; i < j; ++i) {
      if (s.is(i, EventKind::deliver) && s.same_op(i, j) && s.events[i].actor == ack.actor)
        delivery = i;
    }
    int open = 0;
    for (std::size_t i = 0; i < s.size; ++i) {
      const Event& event = s.events[i];
      if (event.actor == ack.actor && s.is(i, EventKind::process)) {
        if (s.detail(i, "stopping")) (i < j ? stopped : stopped_later) = true;
        if (s.detail(i, "serving") && i < j) stopped = false;
      }
      const bool server_kept =
          s.is(i, EventKind::execute) || s.is(i, EventKind::refuse) || s.is(i, EventKind::reply);
      const bool counts = s.kind(j) != OperationKind::fanout || event.actor == ack.actor;
      kept = kept || (server_kept && s.same_op(i, j) && counts);
      const bool destroys = s.detail(i, "drop") || s.detail(i, "corrupt");
      excused = excused || (s.is(i, EventKind::fault) && s.same_op(i, j) && destroys);
      if (event.actor != ack.actor) continue;
      const bool killed = s.is(i, EventKind::process) && s.detail(i, "killed");
      const bool broke = s.is(i, EventKind::link) && s.detail(i, "listen closed: reset");
      excused = excused || (i > delivery && (killed || broke));
      if (s.is(i, EventKind::execute)) ++open;
      if (s.is(i, EventKind::done)) --open;
      if (killed) open = 0;
    }
    excused = excused || open > 0;
    const bool over = s.history.ending == Ending::quiescent || stopped || stopped_later;
    const bool by_each = s.kind(j) == OperationKind::fanout;
    const std::string server(by_each ? s.history.text(ack.actor) : "");
    if (over && !excused && seen.emplace(s.op(j), server).second && !kept) names.insert(s.op(j));
  }
  return names;
}

/// Whether any two casts of one task, executed once each, were swapped.
bool swapped(const SimpleHistory& s) {
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

TEST(LawsAgreeWithSimpleOnes, AtMostOnce) { expect_agreement(at_most_once, executed_twice); }
TEST(LawsAgreeWithSimpleOnes, OneCompletion) {
  expect_agreement(one_completion, not_completed_once);
}
TEST(LawsAgreeWithSimpleOnes, OwnReply) { expect_agreement(own_reply, not_own); }
TEST(LawsAgreeWithSimpleOnes, NoPhantom) { expect_agreement(no_phantom, phantoms); }
TEST(LawsAgreeWithSimpleOnes, Deadline) { expect_agreement(deadline, missed); }
TEST(LawsAgreeWithSimpleOnes, Effect) { expect_agreement(effect, lied_about); }
TEST(LawsAgreeWithSimpleOnes, NoLoss) { expect_agreement(no_loss, lost, history_of_servers); }
TEST(LawsAgreeWithSimpleOnes, Recovery) { expect_agreement(recovery, not_recovered); }
TEST(LawsAgreeWithSimpleOnes, TaskOrder) { expect_agreement(task_order, overlapping); }

TEST(LawsAgreeWithSimpleOnes, CastOrder) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const History history = random_history(seed, cast);
    const Verdict verdict = cast_order(history);
    ASSERT_EQ(verdict.violated(), swapped(SimpleHistory{history})) << "seed " << seed;
    tally.count(verdict);
  }
  EXPECT_TRUE(tally.saw_everything())
      << tally.violated << " violated, " << tally.held << " held, " << tally.vacuous << " vacuous";
}

}  // namespace
}  // namespace castaway::check
