#include "program.h"

#include <exception>

#include <fmt/format.h>

#include "command_line.h"
#include "console.h"
#include "files.h"
#include "signals.h"
#include "usage_error.h"
#include "version.h"

namespace castaway::ci {

ExitCode program(const std::vector<std::string>& arguments) {
  prepare_process();
  Console console;
  try {
    const CommandLine line = read_command_line(arguments);
    if (line.no_colour) console.no_colour();
    ExitCode code = ExitCode::fine;
    if (line.verb) {
      code = line.verb->run(console);
    } else {
      console.say(line.answer);
    }
    return console.nobody_reads() ? worse(code, ExitCode::no_output) : code;
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
