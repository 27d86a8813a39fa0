#pragma once
// Network::Link: one connection between a simulated process and the broker, with its two
// directions.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

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
  std::size_t expected = 0;   ///< arrivals that are to come
  std::uint64_t slowed = 0;   ///< how many frames a rule has slowed
  TimePoint sent = {};        ///< when all frames have left that a rule lets out by the byte
  std::uint64_t epoch = 0;    ///< arrivals that were due before it was held mean nothing any more
};

/// What the network knows about a message, for as long as anything of it is left.
struct Network::Parcel final : Carried, std::enable_shared_from_this<Network::Parcel> {
  Parcel(MessageId number, std::shared_ptr<void> count)
      : Carried(number), counted(std::move(count)) {}

  const std::shared_ptr<void> counted;  ///< Network::parcels_
  Classified what = {};
  std::string from = {};                         ///< the process
  check::EventIndex accepted = check::no_event;  ///< or the fault by which it was refused
  /// By copy: the fault that made it, or brought it back.
  std::map<std::uint32_t, check::EventIndex> copied_by = {};

  [[nodiscard]] static Parcel& of(const CarriedPtr& message) {
    return static_cast<Parcel&>(*message);
  }
};

/// A delivery that the client may settle.
struct Network::Held {
  CarriedPtr message = {};
  std::string which = {};  ///< which delivery of which copy
  check::EventIndex delivered = check::no_event;
  TimePoint at = {};  ///< when that was
};

/// What was said of the publications on a channel.
struct Network::Confirms {
  std::uint64_t said_through = 0;       ///< all up to this tag were confirmed or refused
  std::set<std::uint64_t> beyond = {};  ///< and these, further on
  std::vector<std::pair<std::uint64_t, CarriedPtr>> gathered = {};  ///< to be said together

  void say(std::uint64_t tag) {
    if (tag > said_through) beyond.insert(tag);
    while (!beyond.empty() && *beyond.begin() == said_through + 1) {
      ++said_through;
      beyond.erase(beyond.begin());
    }
  }
};

struct Network::Link final : BreakableLink {
  explicit Link(Network& network)
      : BreakableLink(network.scheduler_, {.heartbeat_timeout = network.settings_.heartbeat_timeout,
                                           .quiet = network.settings_.quiet}),
        network(network) {}

  Network& network;
  std::string name = {};
  std::string user = {};  ///< who messages may say that they are from; empty: anyone
  std::string virtual_host = {};
  std::string process = {};
  ProcessId process_id = 0;
  ChannelNumber opens = 0;         ///< the channel that is opened with it
  TimePoint made = {};             ///< when
  ClientEvents* events = nullptr;  ///< null once the client's end is gone
  std::uint64_t node = 1;          ///< which it reaches
  ConnectionId broker_id = 0;      ///< 0 until the broker knows it, and once it has forgotten it
  Direction up{.link = *this, .to_broker = true};
  Direction down{.link = *this, .to_broker = false};
  Duration stale = {};    ///< how long the broker does not notice that it broke
  bool broken = false;    ///< nothing crosses any more
  bool finished = false;  ///< the client hears nothing more
  /// By channel and delivery tag; empty once the client's end is over.
  std::map<std::pair<ChannelNumber, std::uint64_t>, Held> deliveries = {};
  /// How often the broker has closed each channel: what it says later is of the channel's next
  /// life.
  std::map<ChannelNumber, std::uint64_t> lives = {};
  /// By channel and its life.
  std::map<std::pair<ChannelNumber, std::uint64_t>, Confirms> confirms = {};
  /// Whoever comes back to the link later holds it.
  std::shared_ptr<void> pin = std::make_shared<char>();

  using BreakableLink::blame;
  using BreakableLink::cause;
  /// Nobody comes back to it.
  [[nodiscard]] bool is_over() const {
    return events == nullptr && broker_id == 0 && pin.use_count() == 1 && up.expected == 0 &&
           down.expected == 0;
  }

 private:
  [[nodiscard]] Direction& direction(Way way) { return way == Way::up ? up : down; }
  bool die(Way way) override { return !std::exchange(direction(way).dead, true); }
  void stall(Way way) override { Network::stall(direction(way)); }
  void resume(Way way) override { network.resume(direction(way)); }
  void reset(const std::string& why) override { network.reset(*this, why); }
  [[nodiscard]] std::shared_ptr<void> kept() override { return pin; }
};

}  // namespace castaway::sim
