#pragma once
// Verbs: what the program can do. Each prints to the console and returns an exit code.
//
// Throws, all of them: InputError, OutputError, UsageError.

#include "castaway/rabbit_url.h"

#include "campaign/selection.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/options.h"

namespace castaway::ci {

[[nodiscard]] ExitCode run(const RunCommand& command, Console& console);
/// With transports: over each of them, too.
[[nodiscard]] ExitCode run_across(const RunCommand& command, const std::vector<Item>& items,
                                  Console& console);
[[nodiscard]] ExitCode explore(const ExploreCommand& command, Console& console);
[[nodiscard]] ExitCode merge(const MergeCommand& command, Console& console);
[[nodiscard]] ExitCode replay(const ReplayCommand& command, Console& console);
[[nodiscard]] ExitCode shrink(const ShrinkCommand& command, Console& console);
[[nodiscard]] ExitCode list(const ListCommand& command, Console& console);
[[nodiscard]] ExitCode explain(const ExplainCommand& command, Console& console);
[[nodiscard]] ExitCode schema(const SchemaCommand& command, Console& console);
[[nodiscard]] ExitCode check_histories(const CheckCommand& command, Console& console);
[[nodiscard]] ExitCode hashes(const HashesCommand& command, Console& console);
[[nodiscard]] ExitCode self_test(const SelfTestCommand& command, Console& console);
[[nodiscard]] ExitCode call(const CallCommand& command, Console& console);
[[nodiscard]] ExitCode serve_echo(const ServeEchoCommand& command, Console& console);

/// Where the broker is. Throws: UsageError.
[[nodiscard]] RabbitOptions broker_at(const std::string& url);

}  // namespace castaway::ci
