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

namespace castaway::sim {

/// One way of a link. Frames arrive in the order in which they were sent, whatever each one's
/// latency.
struct Network::Direction {
  std::deque<std::function<void()>> frames = {};
  TimePoint last_arrival = {};
  std::uint64_t tie = 0;  ///< orders arrivals of one instant between links
  bool dead = false;      ///< a frame was lost: nothing comes through any more
  bool held = false;      ///< half open: frames pile up
};

struct Network::Link {
  std::string name = {};
  std::string process = {};
  ProcessId process_id = 0;
  Purpose purpose = Purpose::send;
  ConnectionEvents* events = nullptr;  ///< null once the library's end is gone
  ConnectionId broker_id = 0;  ///< 0 until the broker knows it, and once it has forgotten it
  Direction up = {};
  Direction down = {};
  bool broken = false;    ///< nothing crosses any more
  bool finished = false;  ///< the library has heard closed()
  RequestNumber requests = 0;
  std::uint64_t publications = 0;
  std::uint64_t sent_through = 0;
  /// What the library holds and may settle: by delivery tag, the message, and which delivery of
  /// which copy it is.
  std::map<std::uint64_t, std::pair<MessageId, std::string>> deliveries = {};
};

}  // namespace castaway::sim
