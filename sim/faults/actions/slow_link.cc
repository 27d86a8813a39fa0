#include "castaway/sim/actions/slow_link.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

std::string SlowLink::wrong(const On& on) const {
  if (who.empty() && on.from.empty())
    return "\"slow_link\" does not say whose link: give \"who\", or \"from\" in \"on\".";
  if (!who.empty() && !on.from.empty() && who != on.from)
    return "The rule is on the link of " + on.from + ", and slows the link of " + who + ".";
  if (by == Distribution() && bytes_per_second == 0)
    return "\"slow_link\" does not say how slow: give \"by\", \"bytes_per_second\", or both.";
  return validate(by);
}

void SlowLink::strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const {
  const std::string& process = who.empty() ? on.from : who;
  world.recorder().link(process, {.detail = check::Detail::slowed, .length = for_}, cause);
  world.network().slow(*this, process);
}

}  // namespace castaway::sim
