// The laws of what is on its way notice what is made wrong there.

#include "wrong_history.h"

namespace castaway::property {
namespace {

/// Whether the client is still there more than a second after the event.
bool stays(const History& history, const Event& event) {
  return std::ranges::none_of(history.events(), [&](const Event& other) {
    return other.kind == EventKind::link && other.actor == event.actor &&
           other.detail == Detail::closed && other.at <= event.at + 1s;
  });
}

TEST(WrongHistory, AReplyThatIsAcceptedAndNeverArrivesIsNoticed) {
  expect_noticed("never-arrived",
                 {.law = check::reply_arrives,
                  .fits =
                      [](const History& history, const Event& event) {
                        return event.kind == EventKind::returned && is_calm(history) &&
                               has(history, EventKind::reply_accept, event.op) &&
                               kind_of_operation(history, event.op) == OperationKind::call &&
                               stays(history, event);
                      },
                  .make =
                      [](Events& events, EventIndex place) {
                        hide(events, events[place].op, {EventKind::reply_arrive});
                      }});
}

TEST(WrongHistory, ACallThatIsDeliveredLongAfterItExpiredIsNoticed) {
  expect_noticed("expired", {.law = check::expiry,
                             .fits =
                                 [](const History& history, const Event& event) {
                                   return event.kind == EventKind::deliver && is_calm(history) &&
                                          kind_of_operation(history, event.op) ==
                                              OperationKind::call;
                                 },
                             .make =
                                 [](Events& events, EventIndex place) {
                                   Event again = events[place];
                                   again.at = events.back().at + 1h;
                                   events.push_back(again);
                                 }});
}

TEST(WrongHistory, AServerThatMissesAFanoutIsNoticed) {
  expect_noticed(
      "missed",
      {.law = check::fanout_whole,
       .fits =
           [](const History& history, const Event& event) {
             const auto is_before = [&](EventKind kind, const auto& fits) {
               return std::ranges::any_of(history.events(), [&](const Event& other) {
                 return &other < &event && other.kind == kind && fits(other);
               });
             };
             std::size_t invoke = 0;
             while (invoke < history.events().size() &&
                    !(history.events()[invoke].kind == EventKind::invoke &&
                      history.events()[invoke].op == event.op))
               ++invoke;
             const bool served = is_before(EventKind::process, [&](const Event& other) {
               return other.detail == Detail::serving && other.actor == event.actor &&
                      &other < &history.events()[invoke];
             });
             // The law speaks of those that serve until the end.
             const bool stops = std::ranges::any_of(history.events(), [&](const Event& other) {
               return other.detail == Detail::stopping && other.actor == event.actor;
             });
             return event.kind == EventKind::execute && is_calm(history) && served && !stops &&
                    kind_of_operation(history, event.op) == OperationKind::fanout;
           },
       .make =
           [](Events& events, EventIndex place) {
             const Event chosen = events[place];
             for (Event& event : events) {
               const bool its = event.op == chosen.op && event.actor == chosen.actor;
               if (its && (event.kind == EventKind::execute || event.kind == EventKind::done))
                 event.kind = EventKind::note;
             }
           }});
}

}  // namespace
}  // namespace castaway::property
