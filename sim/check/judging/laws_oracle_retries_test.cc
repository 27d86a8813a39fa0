// retries-used against another that is too simple to be wrong.

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "oracle_for_test.h"

namespace castaway::check {
namespace {

/// Operations of two clients that fail, while their connections come and go.
History history_of_failures(std::uint64_t seed) {
  Numbers numbers(seed);
  HistoryBuilder h;
  if (numbers.below(20) == 0) h.history.from = TimePoint(1ms);
  h.history.slack = Duration(numbers.below(3)) * 1'000'000;
  std::set<std::string_view> invoked;
  for (std::uint64_t left = numbers.below(24); left > 0; --left) {
    const std::string_view op = numbers.one_of({"a", "b", "c"});
    const std::string_view client = op == "c" ? "c2" : "c1";
    const std::string_view link =
        numbers.one_of({"main opened", "main closed: reset", "main closed: done", "replies opened",
                        "replies closed: reset", "half open"});
    const std::string_view fate = numbers.one_of({"closing", "started", "paused"});
    const std::string_view answer = numbers.one_of({"ack", "nack"});
    const std::string_view queue = numbers.one_of({"", "unroutable"});
    const auto retry = static_cast<std::int32_t>(numbers.below(4)) - 1;
    const bool known = numbers.below(8) != 0;
    if (numbers.below(8) == 0) h.at(h.history.end().time_since_epoch());
    switch (numbers.below(16)) {
      case 0:
      case 1:
      case 2:
        if (!invoked.insert(op).second) break;
        h.invoke(op == "c" ? "c2/main" : "c1/main", op, cast,
                 Duration(numbers.below(3)) * 4'000'000,
                 {.retry = known ? std::optional(retry) : std::nullopt});
        break;
      case 3:
      case 4:
        h.publish(client, op);
        break;
      case 5:
        h.accept(op, {.detail = queue});
        break;
      case 6:
        h.confirm(client, op, {.detail = answer});
        break;
      case 7:
        if (numbers.below(3) == 0) h.reply_arrive(client, op);
        break;
      case 8:
        h.process(numbers.below(2) == 0 ? "c1" : "c2", fate);
        break;
      case 9:
      case 10:
      case 11:
        h.link(numbers.below(3) == 0 ? "c2" : "c1", link);
        break;
      default:
        h.failure(client, op, {.effect = static_cast<Effect>(numbers.below(3))});
    }
  }
  return std::move(h.history);
}

bool is_end(const Event& event) {
  return event.kind == EventKind::link &&
         (event.detail == Detail::lost || event.detail == Detail::closed);
}

/// How many connections of the client end from event `begin` to `end`, and how many were down by
/// `begin`.
std::size_t troubles(const SimpleHistory& s, Symbol client, std::size_t begin, std::size_t end) {
  std::size_t found = 0;
  std::set<Symbol> down;
  for (std::size_t i = 0; i < end; ++i) {
    const Event& event = s.events[i];
    if (event.actor != client) continue;
    const bool starts = event.kind == EventKind::process && event.detail == Detail::started;
    if (i < begin && starts) down.clear();
    if (i < begin && event.kind == EventKind::link && event.detail == Detail::opened)
      down.erase(event.name);
    if (i < begin && is_end(event)) down.insert(event.name);
    if (i >= begin && is_end(event)) ++found;
  }
  return found + down.size();
}

bool is_closing(const SimpleHistory& s, Symbol client, std::size_t end) {
  bool closing = false;
  for (std::size_t i = 0; i < end; ++i) {
    const Event& event = s.events[i];
    if (event.kind != EventKind::process || event.actor != client) continue;
    if (event.detail == Detail::closing) closing = true;
    if (event.detail == Detail::started) closing = false;
  }
  return closing;
}

/// Each failure of an operation that was not refused, and had retries left; and each operation that
/// was published more often than it may be.
Names given_up(const SimpleHistory& s) {
  Names names;
  if (s.history.begins_late()) return names;
  for (std::size_t i = 0; i < s.size; ++i) {
    const Event& asked = s.events[i];
    if (!s.is(i, EventKind::invoke) || !asked.retry || asked.retry < 0) continue;
    std::int32_t published = 0;
    for (std::size_t j = i; j < s.size; ++j)
      published += s.is(j, EventKind::publish) && s.same_op(i, j) ? 1 : 0;
    if (published > *asked.retry + 1) names.insert(s.op(i));
  }
  for (std::size_t f = 0; f < s.size; ++f) {
    const auto invoke = s.invoke(f);
    if (!s.is(f, EventKind::failure) || !invoke || *invoke > f) continue;
    const Event& asked = s.events[*invoke];
    if (!asked.retry || is_closing(s, asked.actor, f)) continue;
    bool refused = false;
    std::size_t published = s.size;
    for (std::size_t i = *invoke; i < f; ++i) {
      if (!s.same_op(i, f)) continue;
      if (s.is(i, EventKind::publish)) published = i;
      refused = refused || s.is(i, EventKind::reply_arrive) ||
                (s.is(i, EventKind::confirm) && s.events[i].detail == Detail::nack) ||
                (s.is(i, EventKind::accept) && s.events[i].detail == Detail::unroutable);
    }
    const bool handed_over = published != s.size;
    if (refused || (!handed_over && s.events[f].at == asked.at)) continue;
    if (s.events[f].at >= asked.deadline) continue;
    const std::size_t from = handed_over ? published : *invoke;
    const Effect effect = s.events[f].effect;
    if (effect == Effect::dispatched) continue;
    if (effect == Effect::unknown && troubles(s, asked.actor, from, f) > 0) continue;
    bool ends = false;
    for (std::size_t i = f; i < s.size; ++i) {
      ends = ends || (is_end(s.events[i]) && s.events[i].actor == asked.actor &&
                      s.events[i].at - s.events[f].at <= s.history.slack);
    }
    if (effect == Effect::unknown && ends) continue;
    std::size_t unheard = 0;  // publications that were followed by no end of a connection
    for (std::size_t i = *invoke; i < f; ++i) {
      if (!s.is(i, EventKind::publish) || !s.same_op(i, f)) continue;
      std::size_t next = i + 1;
      while (next < f && !(s.is(next, EventKind::publish) && s.same_op(next, f))) ++next;
      if (troubles(s, asked.actor, i, next) == 0) ++unheard;
    }
    const auto used = static_cast<std::int32_t>(troubles(s, asked.actor, *invoke, f) + unheard);
    if (asked.retry < 0 || used <= asked.retry) names.insert(s.op(f));
  }
  return names;
}

TEST(LawsAgreeWithSimpleOnes, RetriesUsed) {
  expect_agreement(retries_used, given_up, history_of_failures);
}

}  // namespace
}  // namespace castaway::check
