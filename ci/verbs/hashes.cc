#include <sstream>

#include <fmt/format.h>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

#include "cli/signals.h"
#include "cli/text.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

using scenario::Outcome;
using scenario::SubjectProfile;

/// Small worlds and larger ones, with faults, in every profile.
Outcome run_world(std::uint64_t seed) {
  const auto size = static_cast<std::uint32_t>(4 + seed % 17);
  const bool claims = seed % 6 == 0;
  const scenario::Scenario world =
      scenario::generate(seed, {.size = size, .stray_copies = seed % 3 == 0, .claims = claims});
  const SubjectProfile profile = claims          ? SubjectProfile::strict_claims
                                 : seed % 2 == 0 ? SubjectProfile::strict
                                                 : SubjectProfile::classic;
  return scenario::run(world, profile, seed);
}

std::string jsonl(const Outcome& outcome) {
  std::ostringstream out;
  check::write_jsonl(out, outcome.history);
  return std::move(out).str();
}

std::string line(std::uint64_t seed, const Outcome& outcome) {
  return fmt::format("{} {} {}\n", seed, hex(outcome.history.hash()),
                     outcome.history.events().size());
}

}  // namespace

ExitCode hashes(const HashesCommand& command, Console& console) {
  watch_for_interrupts();
  std::uint64_t digest = 0;
  std::uint64_t different = 0;
  for (std::uint64_t i = 0; i < command.seeds; ++i) {
    if (interrupted()) return ExitCode::interrupted;
    const std::uint64_t seed = command.first + (command.backwards ? command.seeds - 1 - i : i);
    const Outcome outcome = run_world(seed);
    digest = check::digest(hex(digest) + line(seed, outcome));
    console.say(line(seed, outcome));
    if (!command.twice || jsonl(outcome) == jsonl(run_world(seed))) continue;
    ++different;
    console.complain(fmt::format("castaway: seed {} gives another history the second time", seed));
  }
  console.say(fmt::format("digest {}\n", hex(digest)));
  return different == 0 ? ExitCode::fine : ExitCode::failed;
}

}  // namespace castaway::ci
