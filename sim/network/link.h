#pragma once
// Network::Link: one connection between a simulated process and the broker, with its two
// directions.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "castaway/sim/network.h"

#include "faults/breakable_link.h"

namespace castaway::sim {

/// One way of a link. Frames arrive in the order in which they were sent, whatever each one's
/// latency.
struct Network::Direction {
  Link& link;
  bool to_broker;
  std::deque<std::function<void()>> frames = {};
  TimePoint last_arrival = {};
  std::uint64_t tie = 0;      ///< orders arrivals of one instant between links
  std::string question = {};  ///< that decides the tie
  bool dead = false;          ///< a frame was lost: nothing comes through any more
  unsigned held = 0;          ///< for how many reasons frames pile up
  std::uint64_t epoch = 0;    ///< arrivals that were due before it was held mean nothing any more
};

/// A delivery that the library may settle.
struct Network::Held {
  MessageId message = 0;
  std::string which = {};  ///< which delivery of which copy
  check::EventIndex delivered = check::no_event;
};

struct Network::Link final : BreakableLink {
  explicit Link(Network& network)
      : BreakableLink(network.scheduler_, {.heartbeat_timeout = network.settings_.heartbeat_timeout,
                                           .quiet = network.settings_.quiet}),
        network(network) {}

  Network& network;
  std::string name = {};
  std::string process = {};
  ProcessId process_id = 0;
  Purpose purpose = Purpose::send;
  ConnectionEvents* events = nullptr;  ///< null once the library's end is gone
  ConnectionId broker_id = 0;  ///< 0 until the broker knows it, and once it has forgotten it
  Direction up{.link = *this, .to_broker = true};
  Direction down{.link = *this, .to_broker = false};
  bool broken = false;    ///< nothing crosses any more
  bool finished = false;  ///< the library has heard closed()
  RequestNumber requests = 0;
  std::uint64_t publications = 0;
  std::uint64_t sent_through = 0;
  std::map<std::uint64_t, Held> deliveries = {};  ///< by delivery tag

 private:
  [[nodiscard]] Direction& direction(Way way) { return way == Way::up ? up : down; }
  bool die(Way way) override { return !std::exchange(direction(way).dead, true); }
  void stall(Way way) override { Network::stall(direction(way)); }
  void resume(Way way) override { network.resume(direction(way)); }
  void reset(const std::string& why) override { network.reset(*this, why); }
};

}  // namespace castaway::sim
