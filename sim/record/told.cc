#include "castaway/sim/told.h"

namespace castaway::sim {

using check::Detail;

Told told(const Closed& closed, const std::string& link) {
  if (closed.by_us) return {.detail = Detail::closed, .name = link};
  return {.detail = Detail::lost, .name = link, .text = closed.text};
}

}  // namespace castaway::sim
