#pragma once
// SimpleHistory: small random histories, and slow, obvious answers to the questions that laws ask
// of one.

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/check/history.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {

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
inline History random_history(std::uint64_t seed, OperationKind usual = call) {
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
          h.timeout("c1", op, {.effect = number < 3 ? Effect::none : Effect::unknown});
        }
    }
  }
  h.history.quiet = TimePoint(Duration(numbers.below(4)) * 3'000'000);
  h.history.recovery = Duration(numbers.below(4)) * 1'000'000;
  return std::move(h.history);
}

/// A history with the questions that the laws ask, each answered by looking at everything.
struct SimpleHistory {
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
    return detail_in_words(history, events[i]) == text;
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

}  // namespace castaway::check
