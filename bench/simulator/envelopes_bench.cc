// What the envelopes of a call cost: the request is encoded by the client and decoded by the
// server, the reply the other way. Beside it stands the whole simulated call, so their ratio is the
// share of JSON in it.

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/scenario/run.h"

#include "workload.h"

namespace castaway::bench {
namespace {

/// As the calls of twenty_calls.json are.
void envelopes(benchmark::State& state) {
  std::uint64_t id = 0;
  std::uint64_t bytes = 0;
  std::uint64_t different = 0;
  for (auto _ : state) {
    const std::string msg_id = make_id(1, ++id);
    const Request request{.method = "echo",
                          .args = Object({{"n", "ask#7"}}),
                          .msg_id = msg_id,
                          .reply_q = "reply_" + make_id(2, 1),
                          .unique_id = make_id(3, id)};
    const Message asked = encode(request, std::nullopt);
    const Request heard = decode_request(asked);
    const Reply reply{.result = std::make_shared<const nlohmann::json>(heard.args.json().at("n")),
                      .msg_id = heard.msg_id,
                      .unique_id = make_id(4, id)};
    const Message answered = encode(reply);
    const Reply taken = decode_reply(answered);
    different += heard == request && taken == reply ? 0 : 1;
    bytes += asked.body.size() + answered.body.size();
  }
  using benchmark::Counter;
  state.counters["different"] = static_cast<double>(different);
  state.counters["bytes"] = Counter(static_cast<double>(bytes), Counter::kAvgIterations);
}
BENCHMARK(envelopes)->MeasureProcessCPUTime();

/// The world is built as well, so the calls are many.
void simulated_calls(benchmark::State& state, scenario::SubjectProfile profile) {
  scenario::Scenario many = twenty_calls(false);
  std::get<scenario::Operation>(many.script.front().steps.front()).repeat = 1000;
  Seeds seeds;
  Tally tally;
  for (auto _ : state) tally.add(scenario::run(many, profile, seeds.next()));
  tally.report(state);
}
BENCHMARK_CAPTURE(simulated_calls, strict, scenario::SubjectProfile::strict)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(simulated_calls, classic, scenario::SubjectProfile::classic)
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
