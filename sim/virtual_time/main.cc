// The castaway-vt program: other programs in virtual time. `castaway vt` runs it.

#include <fmt/format.h>

#include "run/options.h"
#include "run/runs.h"
#include "run/verdicts.h"

// LeakSanitizer stops its own process by ptrace to look at it, which cannot be done by one that
// traces others.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name that LeakSanitizer asks for
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

int main(int argc, char** argv) {
  using namespace castaway::virtual_time;
  try {
    Options options;
    if (const auto code = read_options(argc, argv, options)) return *code;
    return make_runs(options);
  } catch (const std::exception& error) {
    say(fmt::format("castaway vt: {}\n", error.what()));
    return not_made;
  }
}
