#include "version.h"

#include <cstdlib>

#include <fmt/format.h>

namespace castaway::ci {

std::string_view version() { return CASTAWAY_VERSION; }

std::string version_line() { return fmt::format("castaway {}", version()); }

std::string command_name() {
  const char* name = std::getenv("CASTAWAY_COMMAND");
  return name != nullptr && *name != '\0' ? name : "castaway";
}

}  // namespace castaway::ci
