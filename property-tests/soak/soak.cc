#include "soak.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace castaway::soak {
namespace {

constexpr Duration report_every = 10s;
constexpr Duration gives_up_after = 60s;  // where nothing more is expected to happen

/// As many operations as the callers can begin in that time, and in the time that ending takes.
std::size_t capacity(Duration time) {
  return static_cast<std::size_t>((time + 5min) / pause) * callers;
}

}  // namespace

Duration restart_interval(Duration time) { return std::min<Duration>(20s, time / 6); }

Soak::Soak(ThreadRuntime& runtime, SoakSettings settings)
    : runtime_(runtime),
      settings_(std::move(settings)),
      begun_(runtime.now()),
      next_report_(begun_ + report_every),
      strict_ledger_(runtime, capacity(settings_.time)),
      classic_ledger_(runtime, capacity(settings_.time)) {}

Summary Soak::run() {
  const TimePoint end = deadline_after(begun_, settings_.time);
  strict_ = std::make_unique<Party>(runtime_, Profile::strict, settings_.port, strict_ledger_);
  while (!over() && (summary_.restarts < 2 || runtime_.now() < end)) {
    if (!classic_)
      classic_ =
          std::make_unique<Party>(runtime_, Profile::classic, settings_.port, classic_ledger_);
    cycle();
    if (summary_.restarts == 1 && !over()) {
      summary_.first = measure(nullptr);
      strict_->work();
    }
  }
  if (summary_.first && !hangs_) summary_.last = measure(&*summary_.first);
  summary_.interrupted = settings_.interrupted();
  summary_.time = runtime_.now() - begun_;
  summary_.strict.account = strict_ledger_.account();
  summary_.strict.slowest = strict_->slowest();
  summary_.classic.account = classic_ledger_.account();
  judge(summary_);
  return summary_;
}

void Soak::cycle() {
  watch_until(runtime_.now() + restart_interval(settings_.time));
  if (over()) return;
  restart_broker();
  ++summary_.restarts;
  await_recovery();
}

void Soak::watch() {
  runtime_.sleep_until(runtime_.now() + 10ms);
  if (runtime_.now() >= next_report_) report_progress();
  look_for_recovery(*strict_, summary_.strict, strict_down_since_);
  look_for_recovery(*classic_, summary_.classic, classic_down_since_);
  look_for_hangs();
}

void Soak::watch_until(TimePoint when) {
  while (!over() && runtime_.now() < when) watch();
}

void Soak::restart_broker() {
  std::exception_ptr error;
  std::atomic<bool> restarted = false;
  const auto restart = runtime_.spawn("soak-restart", [&] {
    try {
      settings_.restart_broker();
    } catch (const std::exception&) {
      error = std::current_exception();
    }
    restarted = true;
  });
  while (!restarted) watch();
  if (error) std::rethrow_exception(error);
}

void Soak::await_recovery() {
  const TimePoint restarted = runtime_.now();
  strict_down_since_ = restarted;
  if (!classic_down_since_) classic_down_since_ = restarted;
  while (!over() && strict_down_since_ && runtime_.now() < restarted + gives_up_after) watch();
  if (strict_down_since_ && !over())
    summary_.wrong.push_back(fmt::format("strict: no recovery within {} of restart {}",
                                         castaway::to_string(gives_up_after), summary_.restarts));
}

void Soak::look_for_recovery(Party& party, Report& report, std::optional<TimePoint>& since) {
  if (!since || !party.answered_since(*since)) return;
  report.slowest_recovery = std::max(report.slowest_recovery, Duration(runtime_.now() - *since));
  since.reset();
}

Vitals Soak::measure(const Vitals* bound) {
  const TimePoint deadline = runtime_.now() + gives_up_after;
  if (!strict_->rest(deadline)) summary_.wrong.emplace_back("strict: callers do not come to rest");
  if (classic_) {
    summary_.classic.slowest = std::max(summary_.classic.slowest, classic_->slowest());
    classic_.reset();
    classic_down_since_.reset();
  }
  strict_->use_all();
  if (strict_->pending_calls() != 0)
    summary_.wrong.push_back(
        fmt::format("strict: {} calls wait although nobody calls", strict_->pending_calls()));
  // What has just ended takes a moment to be gone.
  Vitals now = vitals();
  for (const TimePoint settled = runtime_.now() + 2s;
       runtime_.now() < settled ||
       (bound != nullptr && !leaks(*bound, now).empty() && runtime_.now() < settled + 20s);) {
    runtime_.sleep_until(runtime_.now() + 100ms);
    now = vitals();
    now.remembered_ids = strict_ledger_.remembered_ids();
  }
  return now;
}

void Soak::report_progress() {
  next_report_ = runtime_.now() + report_every;
  const Account strict = strict_ledger_.account(), classic = classic_ledger_.account();
  const auto operations = [](const Account& account) {
    return fmt::format("{} ok, {} in doubt, {} refused, {} twice", account.done, account.in_doubt,
                       account.refused, account.ran_twice);
  };
  settings_.say(fmt::format("{:4} s  {} restarts  strict: {}  classic: {}  {}",
                            (runtime_.now() - begun_) / 1s, summary_.restarts, operations(strict),
                            operations(classic), to_string(vitals())));
}

void Soak::look_for_hangs() {
  const std::optional<TimePoint> since = strict_->working_since();
  if (!since || runtime_.now() - *since < timeout + grace + gives_up_after) return;
  hangs_ = true;
  summary_.wrong.push_back(
      fmt::format("strict: an operation has not ended after {} s", (runtime_.now() - *since) / 1s));
}

}  // namespace castaway::soak
