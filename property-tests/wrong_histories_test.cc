// Laws notice: a history that keeps them all is made wrong in one place, and its law says so.

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>

#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/sim/decisions.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

using check::Detail;
using check::Event;
using check::EventIndex;
using check::EventKind;
using check::History;
using check::OperationKind;

using Events = std::vector<Event>;

/// The same history with other events.
History with(const History& history, const Events& events) {
  History other;
  for (check::Symbol symbol = 1; symbol < history.symbols(); ++symbol)
    other.intern(history.text(symbol));
  other.ending = history.ending;
  other.slack = history.slack;
  other.quiet = history.quiet;
  other.recovery = history.recovery;
  for (const Event& event : events) other.add(event);
  return other;
}

/// What belongs to an operation that the script made: it has an invoke, of this kind.
OperationKind kind_of_operation(const History& history, check::Symbol op) {
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::invoke && event.op == op) return event.operation;
  }
  return OperationKind::none;
}

bool has(const History& history, EventKind kind, check::Symbol op) {
  return std::ranges::any_of(
      history.events(), [&](const Event& event) { return event.kind == kind && event.op == op; });
}

/// Excused by some law, so that what is wrong there is wrong for nobody.
bool is_excused(const History& history) {
  return std::ranges::any_of(history.events(), [&](const Event& event) {
    if (event.kind == EventKind::inject) return true;
    if (event.kind != EventKind::process) return false;
    return event.detail == Detail::killed || event.detail == Detail::paused;
  });
}

struct Mistake {
  check::Verdict (*law)(const History&);
  std::function<bool(const History&, const Event&)> fits;  ///< an event that it can be made at
  std::function<void(Events&, EventIndex)> make;
};

/// Makes the mistake at an event chosen by the seed, in histories that excuse nobody.
void expect_noticed(const std::string& name, const Mistake& mistake) {
  for_all_scenarios("wrong-" + name, [&](const Case& run) -> Judgement {
    const History& history = run.outcome.history;
    if (is_excused(history)) return {};
    std::vector<EventIndex> places;
    for (EventIndex index = 0; index < history.events().size(); ++index) {
      if (mistake.fits(history, history[index])) places.push_back(index);
    }
    if (places.empty()) return {};
    const EventIndex place = places[sim::scaled(sim::keyed_hash(run.seed, "place"), places.size())];
    Events events = history.events();
    mistake.make(events, place);
    if (mistake.law(with(history, events)).violated()) return {.judged = 1};
    return {.wrong = "Nobody notices what was made wrong at " + describe(history, place)};
  });
}

TEST(WrongHistory, AnExecutionThatComesTwiceIsNoticed) {
  expect_noticed(
      "execution",
      {.law = check::at_most_once,
       .fits = [](const History&, const Event& event) { return event.kind == EventKind::execute; },
       .make =
           [](Events& events, EventIndex place) {
             Event again = events[place];
             again.at = events.back().at;
             ++again.copy;
             events.push_back(again);
           }});
}

TEST(WrongHistory, ACompletionThatIsMissingIsNoticed) {
  expect_noticed(
      "no-completion",
      {.law = check::one_completion,
       .fits = [](const History&, const Event& event) { return is_completion(event.kind); },
       .make = [](Events& events, EventIndex place) { events[place].kind = EventKind::note; }});
}

TEST(WrongHistory, ACompletionThatComesTwiceIsNoticed) {
  expect_noticed(
      "two-completions",
      {.law = check::one_completion,
       .fits = [](const History&, const Event& event) { return is_completion(event.kind); },
       .make =
           [](Events& events, EventIndex place) {
             Event again = events[place];
             again.at = events.back().at;
             events.push_back(again);
           }});
}

TEST(WrongHistory, AValueThatIsNotItsOwnIsNoticed) {
  expect_noticed(
      "value", {.law = check::own_reply,
                .fits =
                    [](const History& history, const Event& event) {
                      return event.kind == EventKind::returned &&
                             kind_of_operation(history, event.op) == OperationKind::call;
                    },
                .make = [](Events& events, EventIndex place) { events[place].digest ^= 0x5eed; }});
}

TEST(WrongHistory, AnExecutionWithOtherArgumentsIsNoticed) {
  expect_noticed(
      "arguments",
      {.law = check::no_phantom,
       .fits = [](const History&, const Event& event) { return event.kind == EventKind::execute; },
       .make = [](Events& events, EventIndex place) { events[place].digest ^= 0x5eed; }});
}

TEST(WrongHistory, AnExecutionThatNobodyAskedForIsNoticed) {
  expect_noticed(
      "nobody",
      {.law = check::no_phantom,
       .fits =
           [](const History& history, const Event& event) {
             const auto invocations =
                 std::ranges::count(history.events(), EventKind::invoke, &Event::kind);
             return event.kind == EventKind::invoke && invocations > 1 &&
                    has(history, EventKind::execute, event.op);
           },
       .make = [](Events& events, EventIndex place) { events[place].kind = EventKind::note; }});
}

/// By its deadline, and not by its monitor.
bool timed_out(const History& history, const Event& event) {
  return event.kind == EventKind::invoke && event.deadline != never &&
         event.monitor == Duration::zero() && has(history, EventKind::timeout, event.op);
}

TEST(WrongHistory, ATimeoutThatIsEarlyIsNoticed) {
  expect_noticed(
      "early", {.law = check::deadline,
                .fits = timed_out,
                .make = [](Events& events, EventIndex place) { events[place].deadline += 10ms; }});
}

TEST(WrongHistory, ATimeoutThatIsLateIsNoticed) {
  expect_noticed("late",
                 {.law = check::deadline,
                  .fits = timed_out,
                  .make = [](Events& events, EventIndex place) { events[place].deadline -= 1s; }});
}

TEST(WrongHistory, AnEffectThatIsDeniedIsNoticed) {
  expect_noticed(
      "denied",
      {.law = check::effect,
       .fits =
           [](const History& history, const Event& event) {
             return event.kind == EventKind::timeout && has(history, EventKind::execute, event.op);
           },
       .make = [](Events& events, EventIndex place) { events[place].effect = Effect::none; }});
}

TEST(WrongHistory, ARequestThatIsAcknowledgedAndLostIsNoticed) {
  const auto is_run = [](const Event& event) {
    return event.kind == EventKind::execute || event.kind == EventKind::done ||
           event.kind == EventKind::reply;
  };
  expect_noticed("lost", {.law = check::no_loss,
                          .fits =
                              [](const History& history, const Event& event) {
                                // Where a connection broke, or a fault struck, the law may excuse
                                // it.
                                const bool calm =
                                    std::ranges::none_of(history.events(), [&](const Event& other) {
                                      return other.kind == EventKind::fault ||
                                             (other.kind == EventKind::link &&
                                              other.detail != Detail::opened &&
                                              other.detail != Detail::closed);
                                    });
                                return event.kind == EventKind::settle &&
                                       event.detail == Detail::ack && calm &&
                                       has(history, EventKind::invoke, event.op) &&
                                       has(history, EventKind::execute, event.op);
                              },
                          .make =
                              [is_run](Events& events, EventIndex place) {
                                const check::Symbol op = events[place].op;
                                for (Event& event : events) {
                                  if (event.op == op && is_run(event)) event.kind = EventKind::note;
                                }
                              }});
}

/// Of two calls of one task the first is made to run once more, behind the second, and to end last.
TEST(WrongHistory, ACallThatRunsBehindTheNextIsNoticed) {
  expect_noticed("order",
                 {.law = check::task_order,
                  .fits =
                      [](const History& history, const Event& event) {
                        if (event.kind != EventKind::invoke ||
                            event.operation != OperationKind::call ||
                            !has(history, EventKind::returned, event.op))
                          return false;
                        bool later = false;
                        for (const Event& other : history.events()) {
                          if (&other <= &event || other.kind != EventKind::invoke) continue;
                          later = later || (other.task == event.task &&
                                            other.operation != OperationKind::fanout &&
                                            has(history, EventKind::execute, other.op));
                        }
                        return later;
                      },
                  .make =
                      [](Events& events, EventIndex place) {
                        const check::Symbol op = events[place].op;
                        const Events before = events;
                        for (const EventKind kind : {EventKind::execute, EventKind::done}) {
                          const auto first = std::ranges::find_if(before, [&](const Event& event) {
                            return event.kind == kind && event.op == op;
                          });
                          if (first == before.end()) continue;
                          Event again = *first;
                          again.at = before.back().at;
                          again.copy += 100;
                          if (kind == EventKind::done) again.cause = EventIndex(events.size() - 1);
                          events.push_back(again);
                        }
                      }});
}

TEST(WrongHistory, AReplyThatIsNotHeardIsNoticed) {
  expect_noticed("unheard",
                 {.law = check::reply_heard,
                  .fits =
                      [](const History& history, const Event& event) {
                        const bool damaged =
                            std::ranges::any_of(history.events(), [&](const Event& other) {
                              return other.detail == Detail::damage && other.op == event.op;
                            });
                        return event.kind == EventKind::returned && !damaged &&
                               kind_of_operation(history, event.op) == OperationKind::call &&
                               has(history, EventKind::reply_arrive, event.op);
                      },
                  .make =
                      [](Events& events, EventIndex place) {
                        events[place].kind = EventKind::timeout;
                        events[place].at += 1s;  // not at the instant of the reply
                      }});
}

bool is_cast(const History& history, const Event& event) {
  const OperationKind kind = kind_of_operation(history, event.op);
  return kind == OperationKind::cast || kind == OperationKind::fanout;
}

/// Makes notes of all that the operation has of these kinds.
void hide(Events& events, check::Symbol op, std::initializer_list<EventKind> kinds) {
  for (Event& event : events) {
    if (event.op == op && std::ranges::count(kinds, event.kind) > 0) event.kind = EventKind::note;
  }
}

TEST(WrongHistory, ACastThatReturnsWithoutAnAcceptIsNoticed) {
  expect_noticed(
      "unaccepted",
      {.law = check::cast_accepted,
       .fits =
           [](const History& history, const Event& event) {
             const bool any_other = std::ranges::any_of(history.events(), [&](const Event& other) {
               return other.kind == EventKind::accept && other.op != event.op;
             });
             return event.kind == EventKind::returned && is_cast(history, event) && any_other;
           },
       .make = [](Events& events,
                  EventIndex place) { hide(events, events[place].op, {EventKind::accept}); }});
}

/// Nothing struck, nothing broke, and who was stopped serves again.
bool is_calm(const History& history) {
  std::set<check::Symbol> stopped;
  for (const Event& event : history.events()) {
    const bool broke = event.kind == EventKind::link && event.detail != Detail::opened &&
                       event.detail != Detail::closed;
    if (event.kind == EventKind::fault || broke) return false;
    if (event.kind != EventKind::process) continue;
    if (event.detail == Detail::stopping) stopped.insert(event.actor);
    if (event.detail == Detail::serving) stopped.erase(event.actor);
  }
  return stopped.empty() && history.ending == check::Ending::quiescent;
}

TEST(WrongHistory, ACastThatIsAcceptedAndNeverRunsIsNoticed) {
  expect_noticed("never-run",
                 {.law = check::cast_runs,
                  .fits =
                      [](const History& history, const Event& event) {
                        return event.kind == EventKind::execute && is_calm(history) &&
                               kind_of_operation(history, event.op) == OperationKind::cast;
                      },
                  .make =
                      [](Events& events, EventIndex place) {
                        hide(events, events[place].op, {EventKind::execute, EventKind::done});
                      }});
}

TEST(WrongHistory, AReplyToACastIsNoticed) {
  expect_noticed("replied", {.law = check::no_reply_to_cast,
                             .fits =
                                 [](const History& history, const Event& event) {
                                   return event.kind == EventKind::execute &&
                                          is_cast(history, event);
                                 },
                             .make =
                                 [](Events& events, EventIndex place) {
                                   Event reply = events[place];
                                   reply.kind = EventKind::reply;
                                   reply.at = events.back().at;
                                   events.push_back(reply);
                                 }});
}

TEST(WrongHistory, AStopThatNeverEndsIsNoticed) {
  expect_noticed(
      "stopping",
      {.law = check::stop_ends,
       .fits =
           [](const History& history, const Event& event) {
             const bool again = std::ranges::any_of(history.events(), [&](const Event& other) {
               return &other > &event && other.kind == EventKind::process &&
                      other.actor == event.actor && other.detail == Detail::stopping;
             });
             const bool counted =
                 std::ranges::count(history.events(), EventKind::residue, &Event::kind) > 0;
             return event.kind == EventKind::process && event.detail == Detail::drained && !again &&
                    counted && history.ending == check::Ending::quiescent;
           },
       .make =
           [](Events& events, EventIndex place) {
             const check::Symbol server = events[place].actor;
             for (EventIndex i = place; i < events.size(); ++i) {
               const bool is_its =
                   events[i].kind == EventKind::process && events[i].actor == server;
               if (is_its) events[i].kind = EventKind::note;
             }
           }});
}

TEST(WrongHistory, ADeliveryAgainAndAgainIsNoticed) {
  expect_noticed("deliveries",
                 {.law = check::bounded_delivery,
                  .fits =
                      [](const History& history, const Event& event) {
                        const bool copied =
                            std::ranges::any_of(history.events(), [&](const Event& other) {
                              return other.detail == Detail::copy && other.op == event.op;
                            });
                        return event.kind == EventKind::deliver && event.op != 0 && !copied;
                      },
                  .make =
                      [](Events& events, EventIndex place) {
                        Event again = events[place];
                        again.at = events.back().at;
                        events.insert(events.end(), 21, again);
                      }});
}

}  // namespace
}  // namespace castaway::property
