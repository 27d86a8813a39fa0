#include "reasons.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "argument/words.h"

namespace castaway::check {

namespace {

/// A client that counts from a confirm completes at that time; a simulated one to the tick.
constexpr Duration nearly{1'000'000};

bool is_near(TimePoint one, TimePoint other) {
  return one < other ? other - one <= nearly : one - other <= nearly;
}

void append(Reason& all, Reason one) {
  std::ranges::move(one.steps, std::back_inserter(all.steps));
  std::ranges::move(one.grounds, std::back_inserter(all.grounds));
}

}  // namespace

Reasons::Reasons(const History& history)
    : history_(history), invocations_(history), by_operation_(history), troubles_(history) {}

std::vector<EventIndex> Reasons::way_to(EventIndex event) const {
  const Symbol op = history_[event].op;
  std::vector<EventIndex> way;
  Stage before = Stage::none;
  for (EventIndex i = event; i != no_event; i = history_[i].cause) {
    const Stage stage = stage_of(history_[i].kind);
    if (history_[i].op != op || stage == Stage::none) continue;
    if (stage >= before) continue;  // a redelivery's cause may be an earlier delivery
    way.push_back(i);
    before = stage;
  }
  // Where causes are missing: the first event of each stage.
  const std::span<const EventIndex> events = by_operation_.of(op);
  for (auto i = std::ranges::lower_bound(events, event); i != events.begin();) {
    const Stage stage = stage_of(history_[*--i].kind);
    if (stage != Stage::none && stage < before) {
      way.push_back(*i);
      before = stage;
    }
  }
  std::ranges::reverse(way);
  return way;
}

Gap Reasons::longest(const std::vector<EventIndex>& way, EventIndex end) const {
  Gap longest;
  Duration length{-1};
  for (std::size_t i = 0; i + 1 < way.size() && way[i] < end; ++i) {
    const Duration between = check::between(history_[way[i]], history_[way[i + 1]]);
    if (between <= length) continue;
    length = between;
    longest = {.op = history_[way[i]].op,
               .stage = stage_of(history_[way[i]].kind),
               .begin = way[i],
               .end = way[i + 1]};
  }
  return longest;
}

Reason Reasons::no_further(Symbol op, EventIndex end) const {
  // What came later tells what the operation waited for until then.
  EventIndex furthest = no_event;
  for (const EventIndex i : by_operation_.of(op)) {
    const Stage stage = stage_of(history_[i].kind);
    if (stage == Stage::none) continue;
    if (furthest == no_event || stage > stage_of(history_[furthest].kind)) furthest = i;
  }
  if (furthest == no_event) return {};
  const Gap longest = this->longest(way_to(furthest), end);
  if (furthest >= end) return of_gap(longest);
  const Gap open{.op = op,
                 .stage = stage_of(history_[furthest].kind),
                 .begin = furthest,
                 .end = end,
                 .is_open = true};
  // At the end of a run it would have waited for ever.
  const bool was_slow = longest.begin != no_event && end < history_.events().size() &&
                        between(history_[longest.begin], history_[longest.end]) >
                            between(history_[furthest], history_[end]);
  // What kept it for good explains more than what only took long.
  Reason reason = of_gap(open);
  const bool is_kept = reason.known() && reason.grounds[0].kind != Ground::Kind::limit;
  if (is_kept || (reason.known() && !was_slow)) return reason;
  Reason other = of_gap(longest);
  if (other.known() && (was_slow || other.grounds[0].kind != Ground::Kind::limit)) return other;
  reason.steps = {{furthest, in_words(history_, history_[furthest])}};
  return reason;
}

Reason Reasons::slow(EventIndex event) const {
  const Gap gap = longest(way_to(event));
  return of_gap(gap);
}

Reason Reasons::missing_servers(Symbol fanout, EventKind kind, EventIndex end) const {
  const EventIndex begin = invocations_.index(fanout);
  std::set<Symbol> had;
  for (const EventIndex i : by_operation_.of(fanout)) {
    if (history_[i].kind == kind) had.insert(history_[i].actor);
  }
  Reason all;
  std::size_t most = 3;
  for (const Symbol server : troubles_.servers()) {
    const EventIndex trouble = had.contains(server) || begin == no_event
                                   ? no_event
                                   : troubles_.trouble(server, begin, end);
    if (trouble == no_event || most == 0) continue;
    --most;
    append(all, behind(trouble));
  }
  for (const EventIndex i : by_operation_.of(fanout)) {
    const bool is_known = history_[i].detail == Detail::dropped && is_act(i);
    if (i < begin || i >= end || !is_known || most == 0) continue;
    --most;
    append(all, behind(i));
  }
  return all;
}

Reason Reasons::value(EventIndex completion) const {
  EventIndex done = no_event;
  for (const EventIndex i : way_to(completion)) {
    if (stage_of(history_[i].kind) == Stage::done) done = i;
  }
  if (done == no_event) return {};
  const Event& end = history_[done];
  if (end.digest == history_[completion].digest) {
    const std::string by = in_words(history_, end);
    return {.steps = {{done, by + ", with just that"}}, .grounds = {{Ground::Kind::event, by}}};
  }
  const EventIndex fault = hindrances_.own(end.op, {Edge::reply}, done, completion);
  return fault == no_event ? Reason{} : behind(fault);
}

Reason Reasons::late(EventIndex index, const Event& invoke) const {
  const Event& completion = history_[index];
  const std::span<const EventIndex> events = by_operation_.of(completion.op);
  EventIndex confirm = no_event;
  EventIndex publish = no_event;
  EventIndex again = no_event;  // what was published next
  EventIndex due = index;       // the first event after the deadline
  for (const EventIndex i : events) {
    if (i >= index) break;
    if (history_[i].kind == EventKind::confirm && confirm == no_event) confirm = i;
    if (history_[i].at > invoke.deadline) due = std::min(due, i);
    if (history_[i].kind != EventKind::publish || again != no_event) continue;
    (publish == no_event ? publish : again) = i;
  }
  const bool answered =
      completion.kind == EventKind::returned || completion.kind == EventKind::error;
  const std::string client = who(history_, completion.actor, "its client");
  const Duration timeout = invoke.deadline - invoke.at;
  Reason reason;
  if (publish != no_event && history_[publish].at > invoke.deadline) return slow(publish);
  const bool confirmed = confirm != no_event && history_[confirm].at <= invoke.deadline;
  if (!confirmed && publish != no_event) {
    reason = between_retries(publish, std::min({again, confirm, index}));
    if (!reason.known() || reason.grounds[0].kind == Ground::Kind::limit)
      reason.grounds.push_back({Ground::Kind::limit, client + " waits for a confirm"});
    return reason;
  }
  reason = answered ? slow(index) : no_further(completion.op, due);
  if (!confirmed) return reason;
  const TimePoint counted = deadline_after(history_[confirm].at, timeout);
  if (answered ? completion.at <= counted + nearly : is_near(completion.at, counted)) {
    reason.steps.push_back(
        {confirm, fmt::format("the confirm of {} reached {}, which counts its {} from there",
                              name(history_, completion.op), client, to_string(timeout))});
    // An answer in time would have ended it all the same; a timeout comes when it is counted to.
    const Ground counts{Ground::Kind::limit, client + " counts from the confirm"};
    reason.grounds.insert(answered ? reason.grounds.end() : reason.grounds.begin(), counts);
  }
  return reason;
}

namespace {

/// Whether a step says already which rule it was, as in "... again  [rule-1]".
bool names(const Violation& violation, const Ground& ground) {
  return ground.kind == Ground::Kind::fault &&
         std::ranges::any_of(violation.steps, [&](const Step& step) {
           return step.text.ends_with(fmt::format("  [{}]", ground.name));
         });
}

}  // namespace

void add(Violation& violation, Reason reason) {
  if (reason.known() && names(violation, reason.grounds[0])) reason.steps.clear();
  for (Step& step : reason.steps) {
    const auto same = std::ranges::find(violation.steps, step.event, &Step::event);
    if (same == violation.steps.end()) {
      step.is_reason = true;
      violation.steps.push_back(std::move(step));
    } else if (step.text.starts_with(same->text)) {
      same->text = std::move(step.text);
    }
  }
  sort(violation.steps);
  for (Ground& ground : reason.grounds) {
    if (std::ranges::find(violation.grounds, ground) == violation.grounds.end())
      violation.grounds.push_back(std::move(ground));
  }
}

}  // namespace castaway::check
