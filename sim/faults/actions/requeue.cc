#include "castaway/sim/actions/requeue.h"

namespace castaway::sim {

std::string Requeue::why_not_over(const On&, const Capabilities& capabilities) {
  if (capabilities.has("requeue")) return "";
  return "not kept: requeue: " + capabilities.missing.at("requeue");
}

}  // namespace castaway::sim
