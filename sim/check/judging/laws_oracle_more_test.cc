// The laws of replies, casts, stops and deliveries against others that are too simple to be wrong.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "oracle_for_test.h"

namespace castaway::check {
namespace {

/// Requests, replies and completions, among processes in some trouble, several at one instant.
History history_of_requests(std::uint64_t seed) {
  Numbers numbers(seed);
  HistoryBuilder h;
  h.history.ending = numbers.below(4) == 0 ? Ending::limit : Ending::quiescent;
  h.history.slack = Duration(numbers.below(2)) * 1'000'000;
  h.process("s1", "serving");
  for (const std::string_view op : {"a", "b", "c"}) {
    const std::uint64_t kind = numbers.below(5);
    h.invoke("c1/main", op, kind < 2 ? call : kind < 4 ? cast : fanout);
  }
  const std::uint64_t calm = numbers.below(2);
  for (std::uint64_t left = numbers.below(16); left > 0; --left) {
    const std::string_view op = numbers.one_of({"a", "b", "c", "x"});
    const std::string_view client = numbers.one_of({"c1", "c1", "c2"});
    const std::string_view server = numbers.one_of({"s1", "s1", "s2"});
    const std::string_view queue = numbers.one_of({"", "", "unroutable"});
    const std::string_view fault = numbers.one_of({"drop", "duplicate", "corrupt", "reorder"});
    const std::string_view fate = numbers.one_of({"serving", "stopping", "killed"});
    const std::string_view pause = numbers.one_of({"paused", "killed", "resumed"});
    const std::string_view end = numbers.one_of({"listen closed: done", "listen closed: reset"});
    if (!h.history.events().empty() && numbers.below(5) == 0)
      h.at(h.history.end().time_since_epoch());
    switch (numbers.below(calm == 0 ? 22 : 16)) {
      case 0:
      case 1:
      case 2:
        h.accept(op, {.detail = queue});
        break;
      case 3:
      case 4:
        h.deliver(server, op);
        break;
      case 5:
        h.execute(server, op);
        break;
      case 6:
        h.done(server, op);
        break;
      case 7:
        h.reply(server, op);
        break;
      case 8:
      case 9:
      case 10:
        h.reply_arrive(client, op);
        break;
      case 11:
      case 12:
        h.returned("c1", op);
        break;
      case 13:
        h.error("c1", op);
        break;
      case 14:
        h.timeout("c1", op);
        break;
      case 15:
        h.refuse(server, op);
        break;
      case 16:
      case 17:
        h.fault("rule", op, fault);
        break;
      case 18:
        h.process(server, fate);
        break;
      case 19:
        h.process(client, pause);
        break;
      case 20:
        h.link(server, end);
        break;
      default:
        h.process("broker", "forgot acks");
    }
  }
  return std::move(h.history);
}

bool is_process(const SimpleHistory& s, std::size_t i, std::string_view detail) {
  return s.is(i, EventKind::process) && s.detail(i, detail);
}

/// Each call with a reply at its client, and an end later that is no answer, or no end.
Names unheard(const SimpleHistory& s) {
  Names names;
  for (std::size_t r = 0; r < s.size; ++r) {
    const auto invoke = s.invoke(r);
    if (!s.is(r, EventKind::reply_arrive) || s.kind(r) != OperationKind::call ||
        s.events[r].actor != s.events[*invoke].actor)
      continue;
    std::size_t end = s.size;
    bool is_first = *invoke < r && !s.completed_before(r, r);
    bool excused = false;
    for (std::size_t i = *invoke; i < s.size; ++i) {
      const bool ends = is_completion(s.events[i].kind) && s.same_op(i, r);
      if (ends && i > r && end == s.size) end = i;
      is_first = is_first && !(i < r && s.is(i, EventKind::reply_arrive) && s.same_op(i, r) &&
                               s.events[i].actor == s.events[*invoke].actor);
    }
    for (std::size_t i = 0; i < s.size; ++i) {
      const bool mine = s.events[i].actor == s.events[*invoke].actor && i > *invoke && i < end;
      excused = excused || (mine && (is_process(s, i, "paused") || is_process(s, i, "killed")));
      excused = excused || (s.is(i, EventKind::fault) && s.same_op(i, r) && s.detail(i, "corrupt"));
    }
    if (!is_first || excused) continue;
    if (end == s.size) {
      if (s.history.ending == Ending::quiescent) names.insert(s.op(r));
      continue;
    }
    const bool answer = s.is(end, EventKind::returned) || s.is(end, EventKind::error);
    if (!answer && s.events[end].at - s.events[r].at > s.history.slack) names.insert(s.op(r));
  }
  return names;
}

/// Each return of a cast or fanout with no accept before it.
Names returned_early(const SimpleHistory& s) {
  Names names;
  for (std::size_t j = 0; j < s.size && s.any(EventKind::accept); ++j) {
    const bool is_cast = s.kind(j) == OperationKind::cast || s.kind(j) == OperationKind::fanout;
    if (s.is(j, EventKind::returned) && is_cast && !s.has(EventKind::accept, j, 0, j))
      names.insert(s.op(j));
  }
  return names;
}

/// Whether the server serves in the end, and has nothing to do.
bool serves_in_the_end(const SimpleHistory& s, std::string_view server) {
  bool serves = false;
  int open = 0;
  bool seen = false;
  for (std::size_t i = 0; i < s.size; ++i) {
    if (s.history.text(s.events[i].actor) != server) continue;
    const bool killed = is_process(s, i, "killed");
    const bool broke = s.is(i, EventKind::link) && s.detail(i, "listen closed: reset");
    seen = seen || is_process(s, i, "serving") || is_process(s, i, "stopping") || killed || broke;
    if (is_process(s, i, "serving")) serves = true;
    if (killed || is_process(s, i, "stopping")) serves = false;
    if (s.is(i, EventKind::execute)) ++open;
    if (s.is(i, EventKind::done)) --open;
    if (killed) open = 0;
  }
  return (!seen || serves) && open <= 0;
}

/// Each cast that was accepted for a queue, not executed, and has no excuse.
Names never_run(const SimpleHistory& s) {
  Names names;
  if (s.history.ending != Ending::quiescent) return names;
  if (!serves_in_the_end(s, "s1") || !serves_in_the_end(s, "s2")) return names;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (!s.is(j, EventKind::invoke) || s.events[j].operation != OperationKind::cast) continue;
    bool accepted = false, excused = false;
    for (std::size_t i = 0; i < s.size; ++i) {
      excused = excused || (i > j && is_process(s, i, "forgot acks"));
      if (!s.same_op(i, j)) continue;
      accepted = accepted || (s.is(i, EventKind::accept) && !s.detail(i, "unroutable"));
      const bool run =
          s.is(i, EventKind::execute) || s.is(i, EventKind::refuse) || s.is(i, EventKind::reply);
      const bool diverted =
          s.is(i, EventKind::fault) && !s.detail(i, "duplicate") && !s.detail(i, "reorder");
      excused = excused || run || diverted;
      for (std::size_t k = i; s.is(i, EventKind::deliver) && k < s.size; ++k) {
        const bool broke = is_process(s, k, "killed") ||
                           (s.is(k, EventKind::link) && s.detail(k, "listen closed: reset"));
        excused = excused || (broke && s.events[k].actor == s.events[i].actor);
      }
    }
    if (accepted && !excused) names.insert(s.op(j));
  }
  return names;
}

Names replied_to(const SimpleHistory& s) {
  std::set<std::string> names;
  for (std::size_t j = 0; j < s.size; ++j) {
    const bool is_cast = s.kind(j) == OperationKind::cast || s.kind(j) == OperationKind::fanout;
    if (s.is(j, EventKind::reply) && is_cast) names.insert(s.op(j));
  }
  return {names.begin(), names.end()};
}

/// Servers that are started, stopped and killed while they execute something.
History history_of_stops(std::uint64_t seed) {
  Numbers numbers(seed);
  HistoryBuilder h;
  h.history.ending = static_cast<Ending>(numbers.below(4));
  if (numbers.below(4) == 0) h.history.from = TimePoint(1ms);
  h.at(1ms);
  for (std::uint64_t left = numbers.below(12); left > 0; --left) {
    const std::string_view server = numbers.one_of({"s1", "s2"});
    const std::string_view fate = numbers.one_of(
        {"started", "serving", "stopping", "stopping", "stopped", "drained", "killed"});
    switch (numbers.below(8)) {
      case 0:
        h.execute(server, "a");
        break;
      case 1:
        h.done(server, "a");
        break;
      case 2:
        if (numbers.below(3) == 0) h.residue("pending operations", 0);
        break;
      default:
        h.process(server, fate);
    }
  }
  return std::move(h.history);
}

/// The server of each last stop that never ended.
Names never_ended(const SimpleHistory& s) {
  Names names;
  if (s.history.ending != Ending::quiescent && s.history.ending != Ending::livelock) return names;
  bool drains_told = s.any(EventKind::residue), stops_told = drains_told;
  for (std::size_t i = 0; i < s.size; ++i) {
    drains_told = drains_told || is_process(s, i, "drained");
    stops_told = stops_told || is_process(s, i, "drained") || is_process(s, i, "stopped");
  }
  for (const std::string_view server : {"s1", "s2"}) {
    std::optional<std::size_t> begin, stopped;
    bool known = !s.history.begins_late();
    int open = 0;
    for (std::size_t i = 0; i < s.size; ++i) {
      if (s.history.text(s.events[i].actor) != server) continue;
      if (s.is(i, EventKind::execute)) ++open;
      if (s.is(i, EventKind::done)) --open;
      const bool killed = is_process(s, i, "killed");
      if (killed || is_process(s, i, "started")) {
        known = true;
        open = 0;
      }
      if (killed || is_process(s, i, "drained") || is_process(s, i, "serving")) begin.reset();
      if (is_process(s, i, "stopping")) {
        begin = i;
        stopped.reset();
      }
      if (is_process(s, i, "stopped")) stopped = i;
    }
    if (begin && known && open <= 0 && (stopped ? drains_told : stops_told))
      names.insert(std::string(server));
  }
  return names;
}

/// Two requests, which come to two servers again and again.
History history_of_deliveries(std::uint64_t seed) {
  Numbers numbers(seed);
  HistoryBuilder h;
  h.history.ending = static_cast<Ending>(numbers.below(3));
  const std::uint64_t copies = numbers.below(8);
  for (const std::string_view op : {"a", "b"})
    h.invoke("c1/main", op, numbers.below(3) == 0 ? fanout : cast);
  for (std::uint64_t left = numbers.below(8) * 15; left > 0; --left) {
    const std::string_view op = numbers.one_of({"a", "b", "x"});
    const std::string_view server = numbers.one_of({"s1", "s2"});
    const std::uint64_t kind = numbers.below(16);
    if (kind == 0) h.fault("rule", op, copies == 0 ? "duplicate" : "requeue");
    if (kind == 1) h.fault("rule", "", "kill");
    if (kind > 1) h.deliver(server, op);
  }
  return std::move(h.history);
}

/// Each request, or fanout and server, with too many deliveries that no fault precedes.
Names too_often(const SimpleHistory& s) {
  Names names;
  std::set<std::string> seen;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (!s.is(j, EventKind::deliver)) continue;
    const auto belongs = [&](std::size_t i) {
      return s.is(i, EventKind::deliver) && s.same_op(i, j) &&
             (s.kind(j) != OperationKind::fanout || s.events[i].actor == s.events[j].actor);
    };
    std::size_t first = 0;
    while (!belongs(first)) ++first;
    if (first != j) continue;
    int deliveries = 0;
    bool copied = false, struck = false;
    for (std::size_t i = 0; i < s.size; ++i) {
      const bool of_message = s.is(i, EventKind::fault) && !s.op(i).empty();
      copied = copied || (of_message && s.same_op(i, j) && s.detail(i, "duplicate"));
      struck = struck || (of_message && i > first);
      if (!belongs(i)) continue;
      deliveries += struck ? 0 : 1;
      struck = false;
    }
    if (!copied && deliveries > 20) names.insert(s.op(j));
  }
  return names;
}

TEST(LawsAgreeWithSimpleOnes, ReplyHeard) {
  expect_agreement(reply_heard, unheard, history_of_requests);
}
TEST(LawsAgreeWithSimpleOnes, CastAccepted) {
  expect_agreement(cast_accepted, returned_early, history_of_requests);
}
TEST(LawsAgreeWithSimpleOnes, CastRuns) {
  expect_agreement(cast_runs, never_run, history_of_requests);
}
TEST(LawsAgreeWithSimpleOnes, NoReplyToCast) {
  expect_agreement(no_reply_to_cast, replied_to, history_of_requests);
}
TEST(LawsAgreeWithSimpleOnes, BoundedDelivery) {
  expect_agreement(bounded_delivery, too_often, history_of_deliveries);
}

TEST(LawsAgreeWithSimpleOnes, StopEnds) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const History history = history_of_stops(seed);
    const Verdict verdict = stop_ends(history);
    Names servers;  // of no operation; its first step tells who was stopped
    for (const Violation& violation : verdict.violations)
      servers.insert(std::string(history.text(history[violation.steps.front().event].actor)));
    ASSERT_EQ(servers, never_ended(SimpleHistory{history})) << "seed " << seed;
    tally.count(verdict);
  }
  EXPECT_TRUE(tally.saw_everything())
      << tally.violated << " violated, " << tally.held << " held, " << tally.vacuous << " vacuous";
}

}  // namespace
}  // namespace castaway::check
