#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/breaks.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind gave_up{"given up, with retries left"};
constexpr BreachKind sent_too_often{"sent again, with no retry left"};

/// What became of a client's connections, up to the event that the law has reached.
class Connections {
 public:
  void note(const Event& event) {
    Client& client = clients_[event.actor];
    if (event.kind == EventKind::process) {
      if (event.detail == Detail::closing) client.closing = true;
      if (event.detail == Detail::started) {
        client.closing = false;
        client.down.clear();
      }
      return;
    }
    if (event.detail == Detail::opened) client.down.erase(event.name);
    if (!is_link_end(event)) return;
    client.down.insert(event.name);
    ++client.ends;
  }

  [[nodiscard]] bool is_closing(Symbol client) const {
    const auto found = clients_.find(client);
    return found != clients_.end() && found->second.closing;
  }
  /// How often one of them ended, or could not be made.
  [[nodiscard]] std::size_t ends(Symbol client) const {
    const auto found = clients_.find(client);
    return found == clients_.end() ? 0 : found->second.ends;
  }
  /// How many had ended, and had not been made again: somebody may be yet to notice.
  [[nodiscard]] std::size_t down(Symbol client) const {
    const auto found = clients_.find(client);
    return found == clients_.end() ? 0 : found->second.down.size();
  }

 private:
  struct Client {
    bool closing = false;
    std::size_t ends = 0;
    std::set<Symbol> down = {};
  };
  std::map<Symbol, Client> clients_;
};

/// How far an operation has come.
struct Way {
  EventIndex invoke = no_event;  ///< of its last attempt
  std::size_t ends_before = 0;   ///< of connections of its client: by the invoke
  std::size_t ends_by_then = 0;  ///< by the last time that the request was handed to one
  std::size_t handed_over = 0;   ///< how often, to a connection
  std::size_t given_up = 0;      ///< of these, how many nobody waited for until a connection ended
  bool answered = false;         ///< by the broker, which refused it, or by a reply
};

/// Whether a connection of the client ended no more than the slack after event `failure`: it may
/// have noticed before anybody else.
bool loses_connection(const History& history, EventIndex failure, Symbol client) {
  const TimePoint last = deadline_after(history[failure].at, history.slack);
  const std::vector<Event>& events = history.events();
  return std::any_of(events.begin() + failure, events.end(), [&](const Event& event) {
    return event.at <= last && event.actor == client && is_link_end(event);
  });
}

/// Whether the request was handed to a connection that is still there: whoever gives up waits no
/// longer for its confirm.
bool waits_in_vain(const Way& way, std::size_t ends) {
  return way.handed_over > 0 && ends == way.ends_by_then;
}

std::string allowed(std::int32_t retry) {
  if (retry < 0) return "It may be tried as often as it takes.";
  if (retry == 0) return "It may be tried once.";
  return fmt::format("It may be tried again {}.", times(retry));
}

Violation violation(const History& history, const Reasons& reasons, const Way& way, EventIndex end,
                    std::size_t failures) {
  const Event& invoke = history[way.invoke];
  const Event& event = history[end];

  Violation violation{
      .op = std::string(history.text(event.op)),
      .breach = {.kind = gave_up},
      .what = fmt::format("The {} failed, and could still have been tried again.",
                          title(history, event.op, invoke.operation)),
      .steps = {{way.invoke, in_words(history, invoke)}, {end, in_words(history, event)}},
      .law = fmt::format("{} No more than {} of its attempts had failed by then, and neither the "
                         "broker nor a reply had said no.",
                         allowed(*invoke.retry), failures)};
  sort(violation.steps);
  add(violation, reasons.no_further(event.op, end));
  return violation;
}

Violation too_often(const History& history, const Reasons& reasons, const Way& way,
                    EventIndex publish) {
  const Event& invoke = history[way.invoke];
  Violation violation{
      .op = std::string(history.text(invoke.op)),
      .breach = {.kind = sent_too_often},
      .what = fmt::format("The {} was sent {}.", title(history, invoke.op, invoke.operation),
                          times(way.handed_over)),
      .steps = {{way.invoke, in_words(history, invoke)},
                {publish, in_words(history, history[publish])}},
      .law = allowed(*invoke.retry)};
  sort(violation.steps);
  add(violation, reasons.published_again(publish));
  return violation;
}

/// Whether the request has just been sent more often than it may be.
bool is_too_often(const Event& invoke, const Way& way) {
  return invoke.retry && *invoke.retry >= 0 &&
         way.handed_over == static_cast<std::size_t>(*invoke.retry) + 2;
}

}  // namespace

Verdict retries_used(const History& history) {
  Verdict verdict{.law = "retries-used"};
  if (history.begins_late()) {
    verdict.vacuous_because = why_not_whole(history);
    return verdict;
  }
  Connections connections;
  std::map<Symbol, Way> ways;
  std::optional<Reasons> reasons;
  bool any = false;
  bool known = false;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::link || event.kind == EventKind::process) {
      connections.note(event);
      continue;
    }
    if (event.op == 0) continue;
    if (event.kind == EventKind::invoke) {
      const std::size_t ends = connections.ends(event.actor);
      ways[event.op] = {.invoke = i, .ends_before = ends - connections.down(event.actor)};
      continue;
    }
    const auto found = ways.find(event.op);
    if (found == ways.end()) continue;
    Way& way = found->second;
    const Event& invoke = history[way.invoke];
    switch (event.kind) {
      case EventKind::publish:
        if (waits_in_vain(way, connections.ends(invoke.actor))) ++way.given_up;
        ++way.handed_over;
        way.ends_by_then = connections.ends(invoke.actor) - connections.down(invoke.actor);
        if (!is_too_often(invoke, way)) break;
        ++verdict.judged;
        if (!reasons) reasons.emplace(history);
        verdict.violations.push_back(too_often(history, *reasons, way, i));
        break;
      case EventKind::accept:
        way.answered = way.answered || event.detail == Detail::unroutable;
        break;
      case EventKind::confirm:
        way.answered = way.answered || event.detail == Detail::nack;
        break;
      case EventKind::reply_arrive:
        way.answered = true;
        break;
      case EventKind::failure: {
        any = true;
        known = known || invoke.retry;
        const std::size_t ends = connections.ends(invoke.actor);
        // What a client cannot send it refuses at once.
        const bool at_once = event.at == invoke.at && way.handed_over == 0;
        // Whoever says that it may have been executed had handed it over, even if nobody saw that.
        const std::size_t since = way.handed_over > 0 ? way.ends_by_then : way.ends_before;
        const bool in_doubt = event.effect == Effect::unknown && ends > since;
        const bool answered = way.answered || event.effect == Effect::dispatched;
        if (!invoke.retry || at_once || answered || connections.is_closing(invoke.actor)) break;
        ++verdict.judged;
        const std::size_t failures =
            ends - way.ends_before + way.given_up + (waits_in_vain(way, ends) ? 1 : 0);
        const bool used = *invoke.retry >= 0 && failures > static_cast<std::size_t>(*invoke.retry);
        if (used || in_doubt || event.at >= invoke.deadline) break;
        if (event.effect == Effect::unknown && loses_connection(history, i, invoke.actor)) break;
        if (!reasons) reasons.emplace(history);
        verdict.violations.push_back(violation(history, *reasons, way, i, failures));
        break;
      }
      default:
        break;
    }
  }
  if (verdict.judged == 0) {
    verdict.vacuous_because =
        !any     ? "nothing failed"
        : !known ? "of nothing that failed the history says how often it may be tried again"
                 : "whatever failed had been refused, or its client closed";
  }
  return verdict;
}

Law retries_used_law() {
  return {
      .name = "retries-used",
      .statement =
          "An operation fails only once its retries are used, or it was refused, and is not tried "
          "more often.",
      .verdict = retries_used,
      .unobservable = "what becomes of connections to a real broker is not told",
  };
}

}  // namespace castaway::check
