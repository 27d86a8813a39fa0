#include "castaway/sim/actions/disconnect.h"

#include "castaway/sim/fault_world.h"

namespace castaway::sim {

std::string Disconnect::wrong(const On& on) const {
  if (!half_open && way != Way::both) {
    return "A link that is cut is cut both ways: one way alone it can only be half open.";
  }
  if (unnoticed && (!half_open || for_ <= Duration::zero())) {
    return "What goes unnoticed is a half-open link, and it says by \"for\" when that ends.";
  }
  if (half_open && stale > Duration::zero()) {
    return "Of a half-open link nobody knows anything, so there is no \"stale\".";
  }
  if (is_message(on.edge)) {
    if (who.empty()) return "";
    return "The connection that breaks is the one that carries the message, so there is no "
           "\"who\".";
  }
  if (frame != Frame::lost) {
    return "A link rule looks at no message, so there is no \"frame\" that could arrive.";
  }
  if (who.empty() && on.from.empty()) {
    return "\"disconnect\" does not say whose link: give \"who\", or \"from\" in \"on\".";
  }
  if (!who.empty() && !on.from.empty() && who != on.from)
    return "The rule is on the link of " + on.from + ", and cuts the link of " + who + ".";
  return "";
}

std::string Disconnect::why_not_over(const On& on, const Capabilities&) const {
  if (stale > Duration::zero()) return "a real broker notices by itself that a connection is gone";
  return on.edge == Edge::ack && frame == Frame::arrives
             ? "a broker tells nobody when an ack has reached it"
             : "";
}

void Disconnect::strike(World& world, const On& on, check::EventIndex cause) const {
  cut(world, who.empty() ? on.from : who, cause);
}

void Disconnect::cut(World& world, const std::string& process, check::EventIndex cause) const {
  using check::Detail;
  const Detail detail = !half_open                ? Detail::cut
                        : way == Way::to_broker   ? Detail::half_open_to_broker
                        : way == Way::from_broker ? Detail::half_open_from_broker
                                                  : Detail::half_open;
  const check::EventIndex event =
      world.recorder().link(process, {.detail = detail, .length = stale}, cause);
  world.disconnect(*this, process, event);
}

}  // namespace castaway::sim
