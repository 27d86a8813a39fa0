#include "workload.h"

#include <numeric>
#include <string_view>
#include <variant>

#include "castaway/scenario/json.h"

namespace castaway::bench {

extern const std::string_view twenty_calls_json;
extern const std::string_view twenty_calls_with_faults_json;
extern const std::string_view four_clients_call_json;
extern const std::string_view a_finding_to_shrink_json;

namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

scenario::Scenario twenty_calls(bool faults) {
  return faults ? scenario::load(twenty_calls_with_faults_json, "twenty_calls_with_faults.json")
                : scenario::load(twenty_calls_json, "twenty_calls.json");
}

scenario::Scenario four_clients_call(std::uint32_t calls, bool faults) {
  scenario::Scenario made = scenario::load(four_clients_call_json, "four_clients_call.json");
  // No call takes a tenth of this.
  made.clock.limit = 120s + calls * 1s;
  for (scenario::Script& script : made.script)
    std::get<scenario::Operation>(script.steps.front()).repeat = calls;
  if (faults) made.faults = twenty_calls(true).faults;
  return made;
}

scenario::Scenario a_finding_to_shrink() {
  return scenario::load(a_finding_to_shrink_json, "a_finding_to_shrink.json");
}

void Tally::add(const scenario::Outcome& outcome, const std::vector<check::Verdict>& verdicts) {
  for (const check::Event& event : outcome.history.events()) {
    if (event.kind == check::EventKind::invoke) ++calls_;
    if (check::is_completion(event.kind)) ++completions_;
  }
  fired_ = std::accumulate(outcome.fired.begin(), outcome.fired.end(), fired_);
  for (const check::Verdict& verdict : verdicts) {
    if (verdict.law == "one-completion") judged_ += verdict.judged;
    violations_ += verdict.violations.size();
  }
  history_events_ += outcome.history.events().size();
  scheduler_events_ += outcome.events;
  virtual_time_ += outcome.virtual_time;
}

void Tally::report(benchmark::State& state) const {
  using benchmark::Counter;
  const auto set = [&state](const char* name, double value) {
    state.counters[name] = Counter(value, Counter::kAvgIterations);
  };
  set("calls", static_cast<double>(calls_));
  set("completions", static_cast<double>(completions_));
  set("fired", static_cast<double>(fired_));
  set("judged", static_cast<double>(judged_));
  set("violations", static_cast<double>(violations_));
  set("history_events", static_cast<double>(history_events_));
  set("scheduler_events", static_cast<double>(scheduler_events_));
  set("virtual_seconds", seconds(virtual_time_));
  state.counters["scheduler_events/s"] =
      Counter(static_cast<double>(scheduler_events_), Counter::kIsRate);
  state.counters["calls/s"] = Counter(static_cast<double>(calls_), Counter::kIsRate);
}

}  // namespace castaway::bench
