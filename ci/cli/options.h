#pragma once
// Options: the command line as values. One struct a verb.

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "castaway/scenario/scenario.h"
#include "castaway/target.h"
#include "castaway/time.h"

#include "campaign/shard.h"

namespace castaway::ci {

struct RunCommand {
  std::vector<std::string> paths = {};
  std::optional<scenario::SubjectProfile> profile = {};
  std::optional<std::uint64_t> seed = {};
  std::uint64_t runs = 0;  ///< each scenario's own number if 0
  std::uint64_t jobs = 0;  ///< as many as there are cores if 0
  std::string history = {};
  std::string results = {};  ///< a file for JSON lines; none if empty
  std::string out = "castaway-out";
  std::vector<std::string> transports = {};  ///< URLs of real brokers
  Duration patience = 20s;  ///< with transports: what takes longer in a simulation is not run
  bool timeline = false;
  bool verbose = false;
  bool quiet = false;
};

struct ExploreCommand {
  std::vector<std::string> paths = {};
  bool generated = false;
  std::optional<scenario::SubjectProfile> profile = {};
  scenario::Explore::How strategy = scenario::Explore::How::portfolio;
  sim::ExhaustiveBounds bounds = {};
  std::optional<std::uint64_t> seed = {};  ///< a fresh one if none
  std::uint64_t runs = 0;                  ///< of all shards; no end if 0
  std::optional<Duration> time = {};
  std::optional<std::uint32_t> size = {};  ///< of generated scenarios
  std::uint64_t jobs = 0;                  ///< as many as there are cores if 0
  Shard shard = {};
  std::string results = {};  ///< a file for JSON lines; one in `out` if empty
  std::string out = "castaway-out";
  bool first = false;  ///< ends at the first finding
  bool verbose = false;
};

struct MergeCommand {
  std::vector<std::string> files = {};
  std::string out = "castaway-out";
  bool verbose = false;
};

struct ReplayCommand {
  std::string file = {};
  std::string history = {};
  bool lenient = false;  ///< goes without decisions that are no longer asked
  bool timeline = false;
  bool verbose = false;
};

struct ShrinkCommand {
  std::string file = {};
  std::optional<scenario::SubjectProfile> profile = {};
  std::string property = {};  ///< the first that is broken if empty
  std::uint64_t budget = 2000;
  std::string output = {};  ///< a name in castaway-out if empty
};

struct ListCommand {
  std::vector<std::string> paths = {};
  bool cases = false;
};

struct ExplainCommand {
  std::vector<std::string> cases = {};
};

struct SchemaCommand {};

struct CheckCommand {
  std::vector<std::string> files = {};
  bool timeline = false;
  bool verbose = false;
};

struct HashesCommand {
  std::uint64_t seeds = 0;
  std::uint64_t first = 1;
  bool backwards = false;  ///< from the last seed to the first
  bool twice = false;
};

struct SelfTestCommand {
  std::vector<std::string> paths = {};    ///< of the catalogue; the known one if empty
  std::vector<std::string> mutants = {};  ///< by id or name; all if empty
  std::vector<scenario::Explore::How> strategies = {scenario::Explore::How::portfolio};
  /// Of generated runs, for each mutant and strategy; if none, 4s, and 10s where nothing may be
  /// flagged.
  std::optional<Duration> time = {};
  std::uint64_t runs = 0;  ///< at most so many of them; no bound if 0
  std::uint64_t seed = 1;
  std::uint64_t jobs = 0;     ///< as many as there are cores if 0
  std::string results = {};   ///< a file for JSON lines; none if empty
  std::string markdown = {};  ///< a file for a page of tables; none if empty
  /// This process is the mutant: the strategy, or "catalogue", that it is put to. Empty in the
  /// process that people start.
  std::string alive = {};
};

/// Without `server` in the target any server of the topic is asked.
struct CallCommand {
  std::string url = {};
  Target target = {};
  std::string method = {};
  std::vector<std::string> arguments = {};  ///< key=value
  bool cast = false;                        ///< also if the target is a fanout
  Duration timeout = 10s;
};

struct ServeEchoCommand {
  std::string url = {};
  Target target = {.server = "castaway"};
};

/// --help and --version: text to print, and nothing else to do.
struct Answer {
  std::string text = {};
};

using Command =
    std::variant<Answer, RunCommand, ExploreCommand, MergeCommand, ReplayCommand, ShrinkCommand,
                 ListCommand, ExplainCommand, SchemaCommand, CheckCommand, HashesCommand,
                 SelfTestCommand, CallCommand, ServeEchoCommand>;

struct Options {
  Command command = {};
  bool no_colour = false;
};

/// The command line makes no sense; says so in one line, with the nearest word that would.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws: UsageError.
[[nodiscard]] Options parse_options(const std::vector<std::string>& arguments);

/// How this program is called where it stands: what the variable CASTAWAY_COMMAND says, as a script
/// does that runs it; else "castaway".
[[nodiscard]] std::string command_name();

/// "castaway 0.1.0"
[[nodiscard]] std::string version_line();
[[nodiscard]] std::string_view version();

}  // namespace castaway::ci
