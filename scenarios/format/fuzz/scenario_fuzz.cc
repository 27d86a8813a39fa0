// Feeds bytes to everything that reads a scenario. Built with libFuzzer; scenarios/ has the seeds:
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target scenario_fuzz
//     build/fuzz/scenarios/scenario_fuzz -max_total_time=60 scenarios/examples/amo

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "castaway/scenario/json.h"

#include "format/schema_judge_for_test.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace castaway::scenario;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const Scenario scenario = parse(text, "fuzz.json");
    static const SchemaJudge judge;
    require(judge.flaws_of(read_json_text(text, "fuzz.json")).empty());
    const std::string printed = print(scenario);
    require(parse(printed, "printed.json") == scenario);
    require(print(parse(printed, "printed.json")) == printed);
    for (const Problem& problem : lint(scenario)) {
      require(!problem.pointer.empty() && !problem.text.empty());
    }
    static_cast<void>(load(printed, "printed.json"));
  } catch (const ScenarioError& error) {
    for (const Problem& problem : error.problems()) {
      require(problem.line > 0 && problem.column > 0 && !problem.text.empty());
    }
  }
  return 0;
}
