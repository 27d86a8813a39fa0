// The nodes of the broker: which of them are down.

#include <algorithm>
#include <string>
#include <vector>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

void Network::stop_node(const StopNode& how, check::EventIndex down) {
  const TimePoint until = before_quiet(deadline_after(scheduler_.now(), how.for_));
  Outage& outage = nodes_down_[how.node];
  outage = {.until = std::max(outage.until, until), .half_open = how.silent, .cause = down};
  const std::vector<Link*> links = links_;
  for (Link* const link : links) {
    if (link->node != how.node || link->broken) continue;
    link->blame(down);
    // The other nodes know at once that it is gone.
    forget_at_broker(*link);
    if (how.silent) {
      link->disconnect({.who = link->process, .for_ = how.for_, .half_open = true}, down);
    } else {
      reset(*link, "node " + std::to_string(how.node) + " went down");
    }
  }
  act_ = comes_back_by_ = down;
  broker_.stop_node(how.node, scheduler_.now());
  act_ = comes_back_by_ = check::no_event;
}

bool Network::start_node(std::uint64_t node) {
  if (outage_of(node) != nullptr) return false;
  broker_.start_node(node, scheduler_.now());
  return true;
}

const Network::Outage* Network::outage_of(std::uint64_t node) const {
  const auto found = nodes_down_.find(node);
  const bool is_down = found != nodes_down_.end() && found->second.until > scheduler_.now();
  return is_down ? &found->second : nullptr;
}

}  // namespace castaway::sim
