// hashes: shows that runs repeat, on any machine.

#include <sstream>

#include <fmt/format.h>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"
#include "castaway/sim/piped_transport.h"

#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"

namespace castaway::ci {

namespace {

using scenario::Outcome;
using scenario::SubjectProfile;

/// Small worlds and larger ones, with faults, in every profile.
Outcome run_world(std::uint64_t seed, const sim::TransportMaker& transport) {
  const auto size = static_cast<std::uint32_t>(4 + seed % 17);
  const bool claims = seed % 6 == 0;
  const scenario::Scenario world =
      scenario::generate(seed, {.size = size, .stray_copies = seed % 3 == 0, .claims = claims});
  const SubjectProfile profile = claims          ? SubjectProfile::strict_claims
                                 : seed % 2 == 0 ? SubjectProfile::strict
                                                 : SubjectProfile::classic;
  return scenario::run(world, profile, seed, {.transport = transport});
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

class Hashes final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {.name = "hashes",
            .summary =
                "Prints the hashes of generated runs, which are equal on every machine and "
                "compiler.",
            .arguments = "--seeds N",
            .text = "A line a run: seed, hash, events; and a digest of them all.",
            .examples = {{"castaway hashes --seeds 1000", "to compare with another build"},
                         {"castaway hashes --seeds 100 --twice",
                          "is each run the same again, byte by byte?"},
                         {"castaway hashes --seeds 1 --first 4711", "one of them"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"--seeds N", "how many", &seeds_, 1},
            {"--first N", "the first of them; 1 if not given", &first_},
            {"--backwards", "from the last seed to the first", &backwards_},
            {"--twice", "run each twice and compare the histories", &twice_},
            {"--wire", "over the bytes of AMQP, as with a real broker", &wire_}};
  }

  void check_options() override {
    if (seeds_ == 0) throw UsageError("hashes: how many? --seeds N");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    watch_for_interrupts();
    const sim::TransportMaker transport =
        wire_ ? sim::TransportMaker(sim::piped_transport) : sim::TransportMaker();
    std::uint64_t digest = 0;
    std::uint64_t different = 0;
    for (std::uint64_t i = 0; i < seeds_; ++i) {
      if (interrupted()) return ExitCode::interrupted;
      const std::uint64_t seed = first_ + (backwards_ ? seeds_ - 1 - i : i);
      const Outcome outcome = run_world(seed, transport);
      digest = check::digest(hex(digest) + line(seed, outcome));
      console.say(line(seed, outcome));
      if (!twice_ || jsonl(outcome) == jsonl(run_world(seed, transport))) continue;
      ++different;
      console.complain(
          fmt::format("castaway: seed {} gives another history the second time", seed));
    }
    console.say(fmt::format("digest {}\n", hex(digest)));
    return different == 0 ? ExitCode::fine : ExitCode::failed;
  }

 private:
  std::uint64_t seeds_ = 0;
  std::uint64_t first_ = 1;
  bool backwards_ = false;
  bool twice_ = false;
  bool wire_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_hashes() { return std::make_unique<Hashes>(); }

}  // namespace castaway::ci
