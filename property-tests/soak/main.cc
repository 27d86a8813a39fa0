// castaway-soak: the library at work for minutes, beside a real RabbitMQ of its own that restarts
// again and again. See soak.h; ci/soak builds and runs it.
//
// Exit codes: 0 all is well, 1 something that must hold does not, 64 bad usage, 70 our own fault,
// 130 interrupted and nothing wrong so far.

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "castaway/scenario/units.h"
#include "castaway/thread_runtime.h"

#include "servers/rabbitmq_node.h"
#include "soak.h"

namespace castaway::soak {
namespace {

constexpr std::string_view usage =
    "castaway-soak [--time TIME]\n"
    "\n"
    "Puts callers and servers to work beside a RabbitMQ that restarts every 20 seconds, or sooner\n"
    "if there is little time, and says whether they kept their promises and leaked nothing. A "
    "line\n"
    "tells of progress each ten seconds; the last line of the output is JSON. Ctrl-C ends it "
    "early.\n"
    "\n"
    "  --time TIME  as in 10m; 1m if not given\n";

std::atomic<bool> interrupted = false;

extern "C" void remember_interrupt(int /*signal*/) { interrupted = true; }

std::optional<Duration> time_of(int argc, char** argv) {
  if (argc == 1) return 1min;
  if (argc != 3 || std::string_view(argv[1]) != "--time") return std::nullopt;
  std::string text = argv[2];
  if (text.ends_with('m')) text += "in";  // as sleep(1) and timeout(1) write minutes
  const Duration time = scenario::parse_duration(text);
  if (time <= 0s || time > 24h) throw std::invalid_argument("--time is more than 0s, up to 24h");
  return time;
}

int soak(Duration time) {
  // The second one does what it always did.
  struct sigaction action = {};
  action.sa_handler = remember_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);

  ThreadRuntime runtime;
  rabbit::RabbitMQNode broker;
  const auto restart = [&broker] {
    try {
      broker.ctl({"eval", "rabbit:stop(), rabbit:start()."});
    } catch (const std::runtime_error&) {
      if (!interrupted) throw;  // Ctrl-C reaches rabbitmqctl as well
    }
  };
  Soak soak(runtime, {.time = time,
                      .port = broker.port(),
                      .restart_broker = restart,
                      .say = [](const std::string& line) { std::cout << line << std::endl; },
                      .interrupted = [] { return interrupted.load(); }});
  const Summary summary = soak.run();
  std::cout << to_string(summary) << to_json(summary) << std::flush;
  const int code = !summary.wrong.empty() ? 1 : summary.interrupted ? 130 : 0;
  if (soak.hangs()) std::_Exit(code);  // nobody could wait for what hangs; the broker ends with us
  return code;
}

}  // namespace
}  // namespace castaway::soak

int main(int argc, char** argv) {
  try {
    const auto time = castaway::soak::time_of(argc, argv);
    if (!time) {
      const bool asked = argc == 2 && std::string_view(argv[1]) == "--help";
      (asked ? std::cout : std::cerr) << castaway::soak::usage;
      return asked ? 0 : 64;
    }
    return castaway::soak::soak(*time);
  } catch (const std::invalid_argument& error) {
    std::cerr << "castaway-soak: " << error.what() << '\n';
    return 64;
  } catch (const std::exception& error) {
    std::cerr << "castaway-soak: " << error.what() << '\n';
    return 70;
  }
}
