#pragma once
// FaultyLink: a connection of a FaultyWorld: what the library hands over on one end, what its
// transport tells on the other, and the faults in between. Lives on the world's task.
//
// Requests go through one by one, so their numbers are the transport's. Publications and deliveries
// may be lost or copied on the way, so their tags are its own.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/breakable_link.h"
#include "faulty_state.h"
#include "ordered_channel.h"
#include "posted_events.h"

namespace castaway::sim {

class FaultyLink final : public std::enable_shared_from_this<FaultyLink>,
                         public BreakableLink,
                         private ConnectionEvents {
 public:
  using World = FaultyWorld::State;

  FaultyLink(World& world, std::string process, std::string name, ConnectionEvents& events);
  ~FaultyLink() override;

  [[nodiscard]] const std::string& process() const { return process_; }

  // The library's end.
  void open(Purpose purpose);
  template <class Act>
  RequestNumber request(Act act) {
    const RequestNumber number = ++requests_;
    if (is_usable()) send_up([act = std::move(act)](Connection& c) { act(c); });
    return number;
  }
  std::uint64_t publish(Publication publication);
  void acknowledge(std::uint64_t tag, bool multiple);
  void reject(std::uint64_t tag, bool requeue);
  void consume(const std::string& queue, const std::string& consumer_tag);
  void expect_confirms() { confirms_ = true; }
  [[nodiscard]] std::uint64_t sent_through() const { return sent_through_; }
  [[nodiscard]] bool is_usable() const { return events_ != nullptr && !finished_; }
  [[nodiscard]] World& world() { return world_; }
  void send_up(std::function<void(Connection&)> act, Duration late = {});
  /// The library's end is gone: the transport's goes without a word.
  void abandon();

  /// Whether it can still break.
  [[nodiscard]] bool is_whole() const { return !broken_ && !finished_; }
  /// What was held back goes on, and what is dead ends.
  void heal();

 private:
  /// A publication that the transport has not confirmed.
  struct Published {
    std::uint64_t tag = 0;  ///< ours
    std::int64_t number = 0;
    std::optional<Firing> cut = {};  ///< once it is accepted
  };
  /// A delivery that the library may settle.
  struct Held {
    std::uint64_t tag = 0;  ///< the transport's; 0 of a copy
    Classified what = {};
    check::EventIndex delivered = check::no_event;
  };
  /// A delivery on its way through the rules.
  struct OnItsWay {
    Delivery delivery = {};
    std::int64_t number = 0;  ///< 0 of a stranger's
    Copy copy = Copy::original;
    std::string which = {};                     ///< which delivery of that message
    check::EventIndex cause = check::no_event;  ///< the fault that made it, if one did
  };
  /// A copy that comes after so many other messages of its queue.
  struct Later {
    std::uint64_t others = 0;
    OnItsWay copy = {};
  };
  struct Consumed {
    std::string queue = {};
    std::shared_ptr<OrderedChannel> channel = {};  ///< of what stands in the queue
    std::vector<Later> later = {};
  };
  // BreakableLink
  bool die(Way way) override;
  void stall(Way way) override { channel(way).stall(); }
  void resume(Way way) override { channel(way).resume(); }
  void reset(const std::string& why) override;
  std::shared_ptr<void> kept() override { return shared_from_this(); }
  [[nodiscard]] OrderedChannel& channel(Way way) { return way == Way::up ? *up_ : *down_; }
  // The transport's end.
  void opened() override;
  void completed(RequestNumber request) override;
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override;
  void refused(std::uint64_t tag, const std::string& why) override;
  void returned(Returned returned) override;
  void delivered(Delivery delivery) override;
  void cancelled(const std::string& consumer_tag) override;
  void blocked(const std::string& reason) override;
  void unblocked() override;
  void closed(Closed closed) override;

  /// Tells the library, behind all that it was told before.
  void send_down(std::function<void(ConnectionEvents&)> act, Duration late = {});
  void damage(const Firing& firing, const Classified& what, std::string& body,
              const std::string& name);
  /// The connections of this process break, as the rule has it.
  void cut_soon(const Firing& firing);
  void confirm(const Published& published, bool ack);
  /// What may happen to it in its queue; and then on its way to the library.
  /// A message that comes down, as rules see it. `stem` outlives it.
  [[nodiscard]] HandOver delivery_of(const OnItsWay& message, std::string_view stem) const;
  void stand(OnItsWay message);
  void duplicate(const OnItsWay& message, const Duplicate& how, check::EventIndex fault);
  void let_later_come(const std::string& consumer_tag);
  void come(OnItsWay message);
  void arrive(const OnItsWay& message);
  void settle(std::uint64_t tag, bool ack, bool requeue);
  void finish(const Closed& closed);
  /// The transport's end goes without a word.
  void drop_inner();

  World& world_;
  const std::string process_;
  const std::string name_;
  ConnectionEvents* events_;  ///< null once the library's end is gone
  std::unique_ptr<PostedEvents> ear_;
  std::unique_ptr<Connection> inner_;
  std::shared_ptr<OrderedChannel> up_;
  std::shared_ptr<OrderedChannel> down_;
  bool confirms_ = false;  ///< the library has asked for them
  bool broken_ = false;    ///< nothing crosses any more
  bool finished_ = false;  ///< the library has heard closed()
  RequestNumber requests_ = 0;
  std::uint64_t publications_ = 0;
  std::uint64_t sent_through_ = 0;
  std::uint64_t deliveries_ = 0;
  std::map<std::uint64_t, Published> published_;  ///< by the transport's tag
  std::map<std::uint64_t, Held> held_;            ///< by our tag
  std::map<std::string, Consumed> consumed_;      ///< by consumer tag
};

}  // namespace castaway::sim
