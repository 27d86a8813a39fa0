// castaway-load: millions of messages through a LiveBroker, in bounded memory. See load.h.
//
//   castaway-load --messages 10000000 --limit 200
//
// Exit codes: 0 all is well, 1 more memory than the limit, 64 bad usage, 70 our own fault.

#include <cstdint>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "castaway/thread_runtime.h"

#include "load.h"

namespace castaway::load {
namespace {

int load(const LoadSettings& settings) {
  ThreadRuntime runtime;
  const LoadResult result = run(runtime, settings);
  if (result.over_limit) {
    std::cerr << "castaway-load: more than " << settings.limit_mb << " MB: " << to_string(result)
              << '\n';
    return 1;
  }
  std::cout << to_string(result) << ", " << result.first_mb << " MB after the first hundredth\n";
  return 0;
}

}  // namespace
}  // namespace castaway::load

int main(int argc, char** argv) {
  castaway::load::LoadSettings settings;
  settings.say = [](const std::string& line) { std::cout << line << std::endl; };
  CLI::App app("Carries messages through a LiveBroker, and fails if it takes too much memory.");
  const CLI::Range a_number(std::uint64_t{1}, std::uint64_t{1'000'000'000});
  app.add_option("--messages", settings.messages, "how many")->check(a_number);
  app.add_option("--limit", settings.limit_mb, "megabytes that this process may hold");
  app.add_option("--reconnect", settings.reconnect, "messages of a connection")->check(a_number);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 64;
  }
  try {
    return castaway::load::load(settings);
  } catch (const std::exception& error) {
    std::cerr << "castaway-load: " << error.what() << '\n';
    return 70;
  }
}
