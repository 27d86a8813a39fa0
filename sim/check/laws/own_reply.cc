#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/endings.h"
#include "lookup/hand_made.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind foreign_answer{"got the answer of another operation"};
constexpr BreachKind unknown_answer{"got an answer that no execution ended with"};

/// A completion that got what no execution of its own ended with.
struct Mismatch {
  EventIndex completion = no_event;
  EventIndex own = no_event;  ///< the last of its own executions that had ended
  std::size_t waiting = 0;    ///< how many calls of the client waited for a reply, itself included
};

enum class Match { yes, no, unknown };

Match compare(const Event& completion, const Event& done) {
  if ((completion.kind == EventKind::error) != is_error_end(done)) return Match::no;
  if (completion.digest == 0 || done.digest == 0) return Match::unknown;
  return completion.digest == done.digest ? Match::yes : Match::no;
}

/// The best of what its own executions ended with.
Match compare(const History& history, const Event& completion,
              const std::vector<EventIndex>& endings) {
  Match best = Match::no;
  for (const EventIndex i : endings) {
    const Match match = compare(completion, history[i]);
    if (match == Match::yes) return match;
    if (match == Match::unknown) best = match;
  }
  return best;
}

std::string what_it_got(const Event& completion) {
  return completion.kind == EventKind::error ? "error" : "value";
}

/// All endings by what they ended with.
class Origins {
 public:
  explicit Origins(const History& history) : history_(history) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      if (events[i].kind != EventKind::done || events[i].digest == 0) continue;
      endings_[{events[i].digest, is_error_end(events[i])}].push_back(i);
    }
  }

  /// The last execution that ended as `completion` did, before it.
  [[nodiscard]] EventIndex of(EventIndex completion) const {
    const Event& event = history_[completion];
    const auto found = endings_.find({event.digest, event.kind == EventKind::error});
    if (found == endings_.end()) return no_event;
    const std::vector<EventIndex>& endings = found->second;
    const auto after = std::lower_bound(endings.begin(), endings.end(), completion);
    return after == endings.begin() ? no_event : *(after - 1);
  }

 private:
  const History& history_;
  std::map<std::pair<std::uint64_t, bool>, std::vector<EventIndex>> endings_;
};

std::string ended_with(const History& history, const Event& done, std::string_view verb) {
  return fmt::format("{} {} {} with {} {:08x}", who(history, done.actor, "a server"), verb,
                     name(history, done.op), is_error_end(done) ? "the error" : "the value",
                     done.digest >> 32);
}

/// ", which had timed out at 1s": why nobody waited for the reply that went astray.
std::string fate(const History& history, const EventsByOperation& by_operation, Symbol op,
                 EventIndex before) {
  for (const EventIndex i : by_operation.of(op)) {
    if (i < before && is_completion(history[i].kind)) {
      return fmt::format(
          "; {} had {} at {}", name(history, op),
          history[i].kind == EventKind::error ? "raised its error" : completed(history[i].kind),
          at(history[i]));
    }
  }
  return "";
}

Violation violation(const History& history, const Invocations& invocations,
                    const EventsByOperation& by_operation, const Origins& origins,
                    const Mismatch& mismatch) {
  const Event& completion = history[mismatch.completion];
  const Event& invoke = *invocations.find(completion.op);
  const std::string got = what_it_got(completion);
  const std::string call = title(history, completion.op, OperationKind::call);
  const std::string client = who(history, completion.actor, "its client");
  const EventIndex origin = origins.of(mismatch.completion);

  Violation violation{.op = std::string(history.text(completion.op)),
                      .breach = {.kind = origin == no_event ? unknown_answer : foreign_answer,
                                 .first = completion.kind}};
  violation.steps.push_back({invocations.index(completion.op), in_words(history, invoke)});
  violation.steps.push_back({mismatch.own, ended_with(history, history[mismatch.own], "ended")});
  std::string of_whom;
  if (origin == no_event) {
    violation.what = fmt::format("The {} got {} {} that no execution of it ended with.", call,
                                 completion.kind == EventKind::error ? "an" : "a", got);
    of_whom = "that no execution ended with";
  } else {
    const Event& done = history[origin];
    violation.what = fmt::format("The {} got the {} of \"{}\".", call, got, history.text(done.op));
    violation.steps.push_back(
        {origin, ended_with(history, done, "ended") +
                     fate(history, by_operation, done.op, mismatch.completion)});
    of_whom = fmt::format("of {}", name(history, done.op));
  }
  violation.steps.push_back(
      {mismatch.completion,
       fmt::format("{} {} {} with the {} {:08x}, {}", name(history, completion.op),
                   completion.kind == EventKind::error ? "failed at" : "returned to", client, got,
                   completion.digest >> 32, of_whom)});
  sort(violation.steps);
  violation.law = fmt::format(
      "A call gets the value, or the error, that an execution of its own ended with. {} of {} {} "
      "waiting.",
      count(mismatch.waiting, "call"), client, mismatch.waiting == 1 ? "was" : "were");
  return violation;
}

}  // namespace

Verdict own_reply(const History& history) {
  Verdict verdict{.law = "own-reply"};
  const Invocations invocations(history);
  Endings endings(history);
  const HandMade hand_made(history);
  Horizon horizon(history, invocations);
  std::vector<std::size_t> waiting(history.symbols());
  std::vector<bool> done_with(history.symbols());
  std::vector<Mismatch> mismatches;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    endings.note(i);
    // Executions of it may have ended that are not in the history.
    const bool answer = event.kind == EventKind::returned || event.kind == EventKind::error;
    if (answer && event.op != 0 && horizon.misses(event.op)) continue;
    if (event.op == 0 || invocations.kind(event.op) != OperationKind::call) continue;
    if (event.kind == EventKind::invoke) ++waiting[event.actor];
    if (!is_completion(event.kind)) continue;

    const Symbol client = invocations.find(event.op)->actor;
    const std::size_t waited = waiting[client];
    if (!done_with[event.op]) {
      done_with[event.op] = true;
      if (waiting[client] > 0) --waiting[client];
    }
    if (!answer || hand_made.answered(event.op, i)) continue;
    // Without an execution that has ended there is nothing to compare with: no_phantom has its say.
    if (!endings.ended(event.op)) continue;
    const std::vector<EventIndex> own = endings.of(event.op);
    const Match match = compare(history, event, own);
    if (match == Match::unknown) continue;
    // The error may be that of a server which refused another copy of the request.
    if (match == Match::no && event.kind == EventKind::error && endings.refused(event.op)) continue;
    if (match == Match::no && endings.may_have_ended(event.op, i)) continue;
    ++verdict.judged;
    if (match == Match::no) mismatches.push_back({i, own.back(), waited});
  }
  if (!mismatches.empty()) {
    const EventsByOperation by_operation(history);
    const Origins origins(history);
    for (const Mismatch& mismatch : mismatches) {
      verdict.violations.push_back(
          violation(history, invocations, by_operation, origins, mismatch));
    }
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0)
    verdict.vacuous_because = "no call got an answer to compare with its executions";
  return verdict;
}

Law own_reply_law() {
  return {
      .name = "own-reply",
      .statement = "A call gets the value, or the error, that an execution of its own ended with.",
      .verdict = own_reply,
      .needs = LawNeeds::calls,
  };
}

}  // namespace castaway::check
