#include "castaway/serve_until.h"

namespace castaway {

void serve_until(const std::atomic<bool>& ending, Runtime& runtime, RPCServer& server) {
  std::atomic<bool> over = false;
  const auto ender = runtime.spawn("ender", [&] {
    // Again and again, for a stop() that comes before the start() does nothing.
    for (; !over; runtime.sleep_until(runtime.now() + 50ms)) {
      if (ending) server.stop();
    }
  });
  struct Over {
    std::atomic<bool>& over;
    ~Over() { over = true; }
  } const at_end{over};
  server.start();
  server.wait();
}

}  // namespace castaway
