#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind delivered_again{"delivered twice"};
constexpr BreachKind overtaken{"overtaken"};
constexpr BreachKind never_delivered{"never delivered"};

/// A request that the broker put into a queue.
struct Passage {
  EventIndex accept = no_event;
  EventIndex delivery = no_event;
  bool executed = false;
};

Violation violation(const History& history, const Invocations& invocations, const Reasons& reasons,
                    Symbol op, BreachKind kind, std::string_view what,
                    const std::vector<EventIndex>& events) {
  Violation violation{
      .op = std::string(history.text(op)),
      .breach = {.kind = kind},
      .what = fmt::format("The {} {}.", title(history, op, invocations.kind(op)), what),
      .law =
          "Left alone, a broker delivers what it accepted once, and in the order "
          "of each client."};
  for (const EventIndex i : events) {
    violation.steps.push_back({i, in_words(history, history[i])});
  }
  sort(violation.steps);
  if (kind == delivered_again) {
    add(violation, reasons.delivered_again(events.back()));
  } else if (kind == overtaken) {
    add(violation, reasons.slow(events.back()));
  } else {
    add(violation, reasons.no_further(op, static_cast<EventIndex>(history.events().size())));
  }
  return violation;
}

}  // namespace

Verdict quiet_broker(const History& history) {
  Verdict verdict{.law = "quiet-broker"};
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  std::vector<Passage> passages(history.symbols());
  // By client, topic and server: the last that was delivered.
  std::map<std::tuple<Symbol, Symbol, Symbol>, Symbol> last;
  std::optional<Reasons> reasons;
  const auto wrong = [&](Symbol op, BreachKind kind, std::string_view what,
                         const std::vector<EventIndex>& events) {
    if (!reasons) reasons.emplace(history);
    verdict.violations.push_back(violation(history, invocations, *reasons, op, kind, what, events));
  };
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    const bool passes = event.kind == EventKind::accept || event.kind == EventKind::deliver;
    if (passes && event.op != 0 && horizon.misses(event.op)) {
      // What is delivered next need not come behind the one before.
      std::erase_if(last, [&](const auto& entry) {
        return event.kind == EventKind::deliver && std::get<2>(entry.first) == event.actor;
      });
      continue;
    }
    const Event* invoke = invocations.find(event.op);
    if (invoke == nullptr || invoke->operation == OperationKind::fanout) continue;
    Passage& passage = passages[event.op];
    if (event.kind == EventKind::accept && event.detail != Detail::unroutable) {
      ++verdict.judged;
      passage.accept = i;
    }
    // What is executed was delivered, though only those who record deliveries know their order.
    passage.executed = passage.executed || event.kind == EventKind::execute;
    if (event.kind != EventKind::deliver || passage.accept == no_event) continue;
    if (passage.delivery != no_event) {
      wrong(event.op, delivered_again, "was delivered twice",
            {passage.accept, passage.delivery, i});
      continue;
    }
    passage.delivery = i;
    const auto [before, first] =
        last.try_emplace({invoke->actor, invoke->topic, event.actor}, event.op);
    if (first) continue;
    const Passage& other = passages[before->second];
    if (other.accept > passage.accept) {
      wrong(event.op, overtaken,
            fmt::format("was overtaken by \"{}\"", history.text(before->second)),
            {passage.accept, other.accept, other.delivery, i});
    }
    before->second = event.op;
  }
  for (Symbol op = 1; op < passages.size(); ++op) {
    const Passage& passage = passages[op];
    if (passage.accept == no_event || passage.delivery != no_event || passage.executed) continue;
    if (history.ending == Ending::quiescent)
      wrong(op, never_delivered, "was never delivered", {passage.accept});
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "the broker put no request into a queue";
  return verdict;
}

Law quiet_broker_law() {
  return {
      .name = "quiet-broker",
      .statement =
          "Left alone, a broker delivers what it accepted once, and in the order of each client.",
      .verdict = quiet_broker,
      .duty = true,
      .unobservable =
          "it is a duty of the simulated broker, and judges its order of accepting, which a real "
          "one "
          "does not tell",
  };
}

}  // namespace castaway::check
