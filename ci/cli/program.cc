#include "program.h"

#include <exception>

#include <fmt/format.h>

#include "castaway/scenario/json.h"

#include "console.h"
#include "files.h"
#include "options.h"
#include "signals.h"
#include "verbs/verbs.h"

namespace castaway::ci {

namespace {

ExitCode answer(const Answer& answer, Console& console) {
  console.say(answer.text);
  return ExitCode::fine;
}

ExitCode perform(const Command& command, Console& console) {
  struct {
    Console& console;
    ExitCode operator()(const Answer& command) const { return answer(command, console); }
    ExitCode operator()(const RunCommand& command) const { return run(command, console); }
    ExitCode operator()(const ExploreCommand& command) const { return explore(command, console); }
    ExitCode operator()(const MergeCommand& command) const { return merge(command, console); }
    ExitCode operator()(const ReplayCommand& command) const { return replay(command, console); }
    ExitCode operator()(const ShrinkCommand& command) const { return shrink(command, console); }
    ExitCode operator()(const ListCommand& command) const { return list(command, console); }
    ExitCode operator()(const ExplainCommand& command) const { return explain(command, console); }
    ExitCode operator()(const SchemaCommand& command) const { return schema(command, console); }
    ExitCode operator()(const CheckCommand& command) const {
      return check_histories(command, console);
    }
    ExitCode operator()(const HashesCommand& command) const { return hashes(command, console); }
    ExitCode operator()(const SelfTestCommand& command) const {
      return self_test(command, console);
    }
    ExitCode operator()(const CallCommand& command) const { return call(command, console); }
    ExitCode operator()(const ServeEchoCommand& command) const {
      return serve_echo(command, console);
    }
  } const performer{console};
  return std::visit(performer, command);
}

}  // namespace

ExitCode program(const std::vector<std::string>& arguments) {
  prepare_process();
  Console console;
  try {
    const Options options = parse_options(arguments);
    if (options.no_colour) console.no_colour();
    return perform(options.command, console);
  } catch (const UsageError& error) {
    console.complain(fmt::format("castaway: {}", error.what()));
    return ExitCode::usage;
  } catch (const InputError& error) {
    console.complain(error.what());
    return error.code();
  } catch (const OutputError& error) {
    console.complain(fmt::format("castaway: {}", error.what()));
    return ExitCode::no_output;
  } catch (const std::exception& error) {
    console.complain(
        fmt::format("castaway: this is our own fault: {}\ncastaway: please report it with "
                    "what you did ({})",
                    error.what(), version_line()));
    return ExitCode::broken;
  }
}

}  // namespace castaway::ci
