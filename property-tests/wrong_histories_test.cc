// Laws notice: a history that keeps them all is made wrong in one place, and its law says so.

#include "wrong_history.h"

namespace castaway::property {
namespace {

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
