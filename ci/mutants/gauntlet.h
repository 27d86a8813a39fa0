#pragma once
// Gauntlet: puts mutants to all that is tested here, several at a time, and hands over what came of
// them in their order.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "campaign/in_order.h"
#include "mutant_process.h"

namespace castaway::ci {

class Console;

struct GauntletSettings {
  std::vector<scenario::Explore::How> strategies = {scenario::Explore::How::portfolio};
  /// Of generated runs, for each mutant and strategy; if none, 4s, and 10s where nothing may be
  /// flagged.
  std::optional<Duration> time = {};
  std::uint64_t runs = 0;  ///< at most so many of them; no bound if 0
  std::uint64_t seed = 1;
  std::vector<std::string> paths = {};  ///< of the catalogue; the known one if empty
};

class Gauntlet {
 public:
  /// Throws: InputError if the program with the mutants is not there.
  Gauntlet(GauntletSettings settings, std::vector<Mutant> mutants, Console& console);

  /// Waits: until each mutant has been put to everything, or interrupted().
  void run(std::uint64_t jobs, const std::function<void(const MutantResult&)>& done);

 private:
  [[nodiscard]] MutantResult fate_of(std::size_t number);
  void meet_in(MutantResult& result, std::size_t number,
               std::optional<scenario::Explore::How> strategy);
  void tell(std::size_t number, const std::string& with, std::uint64_t runs);

  const GauntletSettings settings_;
  const std::vector<Mutant> mutants_;
  Console& console_;
  const std::string program_;
  InOrder<MutantResult> fates_;
};

}  // namespace castaway::ci
