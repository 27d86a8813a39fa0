// The laws of what is on its way against others that are too simple to be wrong.

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "oracle_for_test.h"

namespace castaway::check {
namespace {

/// Requests and replies on their way, among processes in some trouble, several at one instant and
/// some much later.
History history_of_ways(std::uint64_t seed) {
  Numbers numbers(seed);
  HistoryBuilder h;
  h.history.ending = numbers.below(4) == 0 ? Ending::limit : Ending::quiescent;
  h.history.slack = Duration(numbers.below(2)) * 1'000'000;
  for (const std::string_view server : {"s1", "s2"}) {
    if (numbers.below(6) != 0) h.serving(server, numbers.below(5) == 0 ? "u" : "t");
  }
  for (const std::string_view op : {"a", "b", "c"}) {
    const std::uint64_t kind = numbers.below(5);
    const std::string_view client = numbers.one_of({"c1/main", "c1/main", "c2/main"});
    h.invoke(client, op,
             kind < 2   ? call
             : kind < 3 ? cast
                        : fanout,
             Duration(numbers.below(3)) * 5'000'000, {.topic = "t"});
  }
  const std::uint64_t calm = numbers.below(2);
  for (std::uint64_t left = numbers.below(40); left > 0; --left) {
    const std::string_view op = numbers.one_of({"a", "b", "c", "x"});
    const std::string_view client = numbers.one_of({"c1", "c1", "c2"});
    const std::string_view server = numbers.one_of({"s1", "s2"});
    const std::string_view queue = numbers.one_of({"", "", "", "unroutable"});
    const std::string_view answer = numbers.one_of({"ack", "ack", "nack"});
    const std::string_view fault =
        numbers.one_of({"drop", "duplicate", "corrupt", "reorder", "delay"});
    const std::string_view fate = numbers.one_of({"stopping", "killed", "paused", "resumed"});
    const std::string_view change = numbers.one_of({"down", "forgot acks", "blocks publishers"});
    const std::string_view link =
        numbers.one_of({"main closed: done", "main closed: reset", "main opened", "half open"});
    if (numbers.below(6) == 0) h.at(h.history.end().time_since_epoch());
    if (numbers.below(8) == 0) h.at(h.history.end().time_since_epoch() + 2s);
    switch (numbers.below(calm == 0 ? 27 : 21)) {
      case 0:
      case 1:
      case 2:
        h.accept(op, {.detail = queue});
        break;
      case 3:
      case 4:
      case 5:
        h.deliver(server, op);
        break;
      case 6:
      case 7:
        h.execute(server, op);
        h.done(server, op);
        break;
      case 8:
        h.execute(server, op);
        break;
      case 9:
        h.refuse(server, op);
        break;
      case 10:
      case 11:
        h.reply(server, op);
        break;
      case 12:
      case 13:
        h.reply_accept(op, {.detail = queue});
        break;
      case 14:
        h.reply_arrive(client, op);
        break;
      case 15:
        h.returned(client, op);
        break;
      case 16:
        h.timeout(client, op);
        break;
      case 17:
      case 18:
        h.failure(client, op);
        break;
      case 19:
        h.publish(client, op);
        break;
      case 20:
        h.confirm(client, op, {.detail = answer});
        break;
      case 21:
      case 22:
        h.fault("rule", op, fault);
        break;
      case 23:
        h.process(numbers.below(2) == 0 ? server : client, fate);
        break;
      case 24:
        h.process("broker", change);
        break;
      default:
        h.link(numbers.below(2) == 0 ? server : client, link);
    }
  }
  return std::move(h.history);
}

/// Questions of such a history.
struct Ways : SimpleHistory {
  explicit Ways(const SimpleHistory& simple) : SimpleHistory(simple) {}

  [[nodiscard]] bool process(std::size_t i, std::string_view what) const {
    return is(i, EventKind::process) && detail(i, what);
  }
  [[nodiscard]] bool loses(std::size_t i) const {
    return process(i, "down") || process(i, "forgot acks");
  }
  [[nodiscard]] bool breaks(std::size_t i) const {
    return process(i, "killed") ||
           (is(i, EventKind::link) && (detail(i, "main closed: reset") || detail(i, "half open")));
  }
  [[nodiscard]] bool diverted(std::size_t i) const {
    return is(i, EventKind::fault) && !detail(i, "duplicate") && !detail(i, "reorder");
  }
  [[nodiscard]] bool by(std::size_t i, std::size_t j) const {
    return events[i].actor == events[j].actor;
  }
};

/// Each call with a reply that was accepted while it waited, that never came, without an excuse.
Names unarrived(const SimpleHistory& simple) {
  const Ways s(simple);
  Names names;
  if (s.history.ending != Ending::quiescent) return names;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (!s.is(j, EventKind::invoke) || s.events[j].operation != OperationKind::call) continue;
    bool accepted = false, arrived = false, excused = false;
    std::size_t when = s.size;
    for (std::size_t i = 0; i < s.size; ++i) {
      const bool same = s.same_op(i, j);
      const bool queued = s.is(i, EventKind::reply_accept) && !s.detail(i, "unroutable");
      if (same && queued && !s.completed_before(j, i) && !std::exchange(accepted, true)) when = i;
      arrived = arrived || (same && s.is(i, EventKind::reply_arrive) && s.by(i, j));
      const bool damaged = s.is(i, EventKind::fault) && s.detail(i, "corrupt");
      const auto asked = s.invoke(i);
      const bool to_client = s.diverted(i) && asked && s.by(*asked, j);
      excused = excused || (same && damaged) || (to_client && s.has(EventKind::deliver, i, 0, i));
      excused = excused || (i > j && s.by(i, j) && s.breaks(i));
      excused = excused || (i > when && s.loses(i));
    }
    std::set<std::string> down;
    for (std::size_t i = 0; i < when && accepted; ++i) {
      if (!s.is(i, EventKind::link) || !s.by(i, j)) continue;
      const std::string name(s.history.text(s.events[i].name));
      if (s.breaks(i)) down.insert(name);
      if (!s.detail(i, "main opened")) continue;
      down.erase(name);
      down.erase("");
    }
    excused = excused || !down.empty();
    for (std::size_t i = j; i < s.size && accepted; ++i) {
      const bool closed = s.is(i, EventKind::link) && s.detail(i, "main closed: done");
      const bool soon = s.events[i].at <= s.events[when].at + 1s + s.history.slack;
      excused = excused || (closed && s.by(i, j) && soon);
    }
    if (accepted && !arrived && !excused) names.insert(s.op(j));
  }
  return names;
}

/// Each call with a delivery too long after its accept.
Names late(const SimpleHistory& simple) {
  const Ways s(simple);
  std::set<std::string> names;
  for (std::size_t d = 0; d < s.size; ++d) {
    const auto invoke = s.invoke(d);
    if (!s.is(d, EventKind::deliver) || s.kind(d) != OperationKind::call ||
        s.events[*invoke].deadline == never)
      continue;
    std::size_t accept = s.size;
    bool excused = false;
    for (std::size_t i = 0; i < d; ++i) {
      if (s.same_op(i, d) && s.is(i, EventKind::accept)) accept = i;
      excused = excused || (s.is(i, EventKind::fault) && (s.same_op(i, d) || s.detail(i, "delay")));
    }
    for (std::size_t i = accept; i < d; ++i) {
      const bool held =
          s.process(i, "resumed") || (s.is(i, EventKind::link) && s.detail(i, "half open"));
      excused = excused || (held && s.by(i, d)) || s.process(i, "forgot acks");
    }
    bool stuck = false;
    for (std::size_t i = 0; i < d; ++i) {
      if (!s.by(i, d)) continue;
      const bool opened = s.is(i, EventKind::link) && s.detail(i, "main opened");
      if (s.process(i, "paused") || (s.is(i, EventKind::link) && s.detail(i, "half open")))
        stuck = true;
      if (s.process(i, "resumed") || opened) stuck = false;
    }
    if (accept == s.size || excused || stuck) continue;
    const Duration waits = s.events[*invoke].deadline - s.events[*invoke].at;
    if (s.events[d].at - s.events[accept].at > waits + 1ms + 1s + s.history.slack)
      names.insert(s.op(d));
  }
  return {names.begin(), names.end()};
}

/// Each fanout, and each server that served it all the time and did not run it.
Names missed(const SimpleHistory& simple) {
  const Ways s(simple);
  Names names;
  if (s.history.ending != Ending::quiescent) return names;
  for (std::size_t j = 0; j < s.size; ++j) {
    if (!s.is(j, EventKind::invoke) || s.events[j].operation != OperationKind::fanout ||
        !s.has(EventKind::accept, j, 0, s.size))
      continue;
    bool hit = false;
    for (std::size_t i = 0; i < s.size; ++i) hit = hit || (s.same_op(i, j) && s.diverted(i));
    for (std::size_t w = 0; w < j && !hit; ++w) {
      if (!s.process(w, "serving") || s.events[w].topic != s.events[j].topic) continue;
      bool ran = false, excused = false;
      int open = 0;
      for (std::size_t i = 0; i < s.size; ++i) {
        excused = excused || (i > w && s.loses(i));
        if (!s.by(i, w)) continue;
        excused = excused || (i > w && (s.breaks(i) || s.process(i, "stopping")));
        if (s.is(i, EventKind::execute)) ++open;
        if (s.is(i, EventKind::done)) --open;
        ran = ran || (s.same_op(i, j) && (s.is(i, EventKind::execute) ||
                                          s.is(i, EventKind::refuse) || s.is(i, EventKind::reply)));
      }
      if (!ran && !excused && open <= 0) names.insert(s.op(j));
    }
  }
  return names;
}

TEST(LawsAgreeWithSimpleOnes, ReplyArrives) {
  expect_agreement(reply_arrives, unarrived, history_of_ways);
}
TEST(LawsAgreeWithSimpleOnes, Expiry) { expect_agreement(expiry, late, history_of_ways); }
TEST(LawsAgreeWithSimpleOnes, FanoutWhole) {
  expect_agreement(fanout_whole, missed, history_of_ways);
}

}  // namespace
}  // namespace castaway::check
