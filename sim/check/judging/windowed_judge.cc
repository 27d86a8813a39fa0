#include "castaway/check/windowed_judge.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace castaway::check {

namespace {

std::vector<const Law*> universal_laws() {
  std::vector<const Law*> universal;
  for (const Law& law : laws()) {
    if (!law.goal && !law.duty) universal.push_back(&law);
  }
  return universal;
}

/// The event as it reads in `to`, as its next event.
Event copied(const History& from, EventIndex index, History& to) {
  Event event = from[index];
  for (Symbol* symbol : {&event.actor, &event.task, &event.op, &event.method, &event.topic,
                         &event.name, &event.text})
    *symbol = to.intern(from.text(*symbol));
  if (event.cause == no_event) return event;
  const EventIndex back = index - event.cause;
  const std::size_t next = to.events().size();
  event.cause = back > next ? no_event : static_cast<EventIndex>(next - back);
  return event;
}

/// Operations among the first `leaving` events that were invoked there and have not completed.
std::size_t open_among(const History& history, std::size_t leaving) {
  std::vector<bool> open(history.symbols());
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    const Event& event = history[i];
    if (event.kind == EventKind::invoke && event.op != 0 && i < leaving) open[event.op] = true;
    if (is_completion(event.kind)) open[event.op] = false;
  }
  return static_cast<std::size_t>(std::ranges::count(open, true));
}

std::size_t without(std::size_t whole, std::size_t part) { return whole - std::min(whole, part); }

}  // namespace

WindowedJudge::WindowedJudge(std::size_t window, std::vector<const Law*> laws)
    : size_(window), laws_(laws.empty() ? universal_laws() : std::move(laws)) {
  if (window < 2) throw std::invalid_argument("WindowedJudge: a window has 2 events at least");
  for (const Law* law : laws_) verdicts_.push_back({.law = std::string(law->name)});
  broken_.resize(laws_.size());
  overlap_.resize(laws_.size());
}

void WindowedJudge::add(const History& history, EventIndex index) {
  if (events_ == 0) static_cast<Head&>(window_) = history;
  if (kept() == size_) slide();
  const Event event = copied(history, index, window_);
  const auto actor = history.actors.find(history[index].actor);
  if (actor != history.actors.end()) window_.actors[event.actor] = actor->second;
  if (history.actors.size() != window_.actors.size()) {
    for (const auto& [symbol, about] : history.actors)
      window_.actors[window_.intern(history.text(symbol))] = about;
  }
  window_.add(event);
  ++events_;
  remember(event);
}

void WindowedJudge::add(const History& history) {
  for (EventIndex i = 0; i < history.events().size(); ++i) add(history, i);
}

void WindowedJudge::finish(const Head& head) {
  if (events_ == 0) static_cast<Head&>(window_) = head;
  window_.ending = head.ending;
  window_.until = head.until;
  judge();
}

void WindowedJudge::remember(const Event& event) {
  const bool again = event.kind == EventKind::invoke && event.attempt > 1;
  if (event.op == 0 || (event.kind != EventKind::inject && !again)) return;
  if (repeatable_.size() >= size_) older_repeatable_ = std::exchange(repeatable_, {});
  repeatable_.emplace(window_.text(event.op));
}

void WindowedJudge::slide() {
  window_.ending = Ending::cut;
  window_.until = never;
  judge();
  const std::size_t kept_on = size_ / 2;
  left_open_ += open_among(window_, size_ - kept_on);
  window_ = window_.tail(kept_on);
  for (std::size_t law = 0; law < laws_.size(); ++law) {
    const Verdict verdict = laws_[law]->judge(window_);
    overlap_[law] = {.judged = verdict.judged, .unseen = verdict.unseen};
  }
}

void WindowedJudge::judge() {
  for (std::size_t law = 0; law < laws_.size(); ++law) merge(law, laws_[law]->judge(window_));
  judged_to_ = events_;
}

void WindowedJudge::merge(std::size_t law, Verdict verdict) {
  Verdict& total = verdicts_[law];
  const std::size_t judged = without(verdict.judged, overlap_[law].judged);
  total.judged = std::max(total.judged + judged, std::min<std::size_t>(verdict.judged, 1));
  total.unseen += without(verdict.unseen, overlap_[law].unseen);
  std::set<std::string> broken;
  const auto take = [&](std::vector<Violation>& from, std::vector<Violation>& to) {
    for (Violation& violation : from) {
      number(violation);
      if (!is_new(violation, law)) continue;
      if (!violation.op.empty()) broken.insert(violation.op);
      to.push_back(std::move(violation));
    }
  };
  take(verdict.violations, total.violations);
  take(verdict.suspects, total.suspects);
  broken_[law].merge(broken);
  total.vacuous_because = !total.vacuous()   ? ""
                          : total.unseen > 0 ? unseen_in_words(total)
                                             : std::move(verdict.vacuous_because);
}

void WindowedJudge::number(Violation& violation) const {
  const std::size_t first = events_ - kept();
  for (Step& step : violation.steps) {
    if (step.event == no_event) continue;
    step.at = window_[step.event].at;
    step.event += static_cast<EventIndex>(first);
  }
}

bool WindowedJudge::is_new(const Violation& violation, std::size_t law) const {
  if (violation.op.empty()) {
    return violation.steps.empty() || std::ranges::any_of(violation.steps, [&](const Step& step) {
             return step.event != no_event && step.event >= judged_to_;
           });
  }
  if (broken_[law].contains(violation.op)) return false;
  return laws_[law]->name != "at-most-once" || !may_be_repeated(violation.op);
}

bool WindowedJudge::may_be_repeated(const std::string& op) const {
  if (!repeatable_.contains(op) && !older_repeatable_.contains(op)) return false;
  // If the window has its invoke, the law has taken the attempts into account.
  return std::ranges::none_of(window_.events(), [&](const Event& event) {
    return event.kind == EventKind::invoke && window_.text(event.op) == op;
  });
}

}  // namespace castaway::check
