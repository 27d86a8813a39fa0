// A run in real time, on threads, over the simulated broker.

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/scenario/across.h"
#include "castaway/sim/live.h"
#include "castaway/thread_runtime.h"

namespace castaway::scenario {
namespace {

using testing::ElementsAre;

/// A server whose connections are refused for the first five seconds. It starts at once.
Scenario without_a_broker(std::vector<ScriptStep> steps) {
  return {.servers = {{.id = "s1", .topic = "t", .start = 50ms, .endpoint = {{"m", {}}}}},
          .clients = {{.id = "c1"}},
          .script = {{.client = "c1", .task = "main", .steps = std::move(steps)}},
          .faults = {{.id = "away",
                      .on = {.edge = sim::Edge::link},
                      .when = {.at = 0s},
                      .action = sim::Disconnect{.who = "s1", .for_ = 5s}}}};
}

Outcome run_live(const Scenario& scenario) {
  ThreadRuntime runtime;
  sim::LiveBroker broker(runtime);
  sim::LiveTransport transport(broker, "live");
  return run_over(scenario, SubjectProfile::strict, 7, 500ms, runtime, transport, {});
}

/// What happened to the server, in order.
std::vector<std::string> events(const Outcome& outcome) {
  std::vector<std::string> found;
  for (const check::Event& event : outcome.history.events()) {
    if (event.kind == check::EventKind::process && outcome.history.text(event.actor) == "s1")
      found.emplace_back(to_string(event.detail));
  }
  return found;
}

TEST(RunOver, StopsAServerThatStillStarts) {
  const Outcome outcome = run_live(without_a_broker({Wait{300ms}, StopServer{"s1"}}));
  EXPECT_THAT(events(outcome), ElementsAre("started", "stopping", "stopped", "drained"));
  EXPECT_LT(outcome.virtual_time, Duration(4s)) << "the stop did not wait for the broker";
  EXPECT_THAT(check::stop_ends(outcome.history), check::Holds());
}

TEST(RunOver, AStartAfterSuchAStopServes) {
  const Outcome outcome = run_live(without_a_broker(
      {Wait{300ms}, StopServer{"s1"}, StartServer{"s1"},
       Operation{.as = "ask", .topic = "t", .method = "m", .timeout = 5s}, StopServer{"s1"}}));
  EXPECT_THAT(events(outcome), ElementsAre("started", "stopping", "stopped", "drained", "serving",
                                           "stopping", "stopped", "drained"));
}

}  // namespace
}  // namespace castaway::scenario
