// What somebody does to the broker, or to the network around it, while a run goes on.

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/compile.h>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {
namespace {

/// What a slow link counts for a frame beside its body.
constexpr std::uint64_t method_bytes = 100;
/// How long at most a frame waits for those before it on a slow link.
constexpr Duration longest_queue = 24h * 365;

Duration time_for(std::size_t body, std::uint64_t bytes_per_second) {
  constexpr std::uint64_t second = Duration(1s).count();
  return Duration((body + method_bytes) * second / bytes_per_second);
}

}  // namespace

std::vector<std::string> Network::queues_of(const std::string& process, QueueRole role) const {
  std::vector<std::string> consumed;
  for (const std::string& queue : broker_.queues()) {
    const auto consumers = consumers_.find(queue);
    if (consumers != consumers_.end() && consumers->second.contains(process))
      consumed.push_back(queue);
  }
  return with_role(consumed, process, role);
}

void Network::delete_queue(const std::string& queue, check::EventIndex cause) {
  act_ = cause;
  broker_.delete_queue(queue, scheduler_.now());
  act_ = check::no_event;
}

void Network::purge(const std::string& queue, check::EventIndex cause) {
  act_ = cause;
  broker_.purge(queue, scheduler_.now());
  act_ = check::no_event;
}

void Network::unbind(const std::string& queue, const std::string& exchange,
                     const std::string& routing_key, check::EventIndex cause) {
  if (broker_.unbind(queue, exchange, routing_key, scheduler_.now()) == 0) return;
  unbound_by_[queue] = cause;
  if (settings_.quiet == never || settings_.quiet <= scheduler_.now()) return;
  scheduler_.at(settings_.quiet, EventClass::world, 0, [this] {
    if (!over_) broker_.bind_again(scheduler_.now());
  });
}

void Network::cancel_consumers(const std::string& queue, const std::string& process,
                               check::EventIndex cause) {
  const auto is_meant = [&](ConnectionId id) {
    const Link* const link = find(id);
    return link != nullptr && (process.empty() || link->process == process);
  };
  for (const ConnectionId id : broker_.cancel_consumers(queue, is_meant, scheduler_.now())) {
    const Link* const link = find(id);
    recorder_.link(link->process, {.detail = check::Detail::consumer_cancelled, .name = link->name},
                   cause);
  }
}

void Network::close_channels(const CloseChannel& how, const std::string& text,
                             check::EventIndex cause) {
  using Use = Broker::ChannelUse;
  const Use use = how.which == CloseChannel::Which::listen ? Use::consumes
                  : how.which == CloseChannel::Which::send ? Use::does_not_consume
                                                           : Use::any;
  std::vector<ConnectionId> ids;
  for (const auto& [id, link] : by_broker_id_) {
    if (link->process == how.who) ids.push_back(id);
  }
  act_ = comes_back_by_ = cause;
  for (const ConnectionId id : ids)
    broker_.close_channels(id, use, static_cast<std::uint16_t>(how.code), text, scheduler_.now());
  act_ = comes_back_by_ = check::no_event;
}

void Network::set_rights(const std::string& process, const Rights& rights) {
  broker_.set_rights(process, rights);
  users_.insert(process);
}

void Network::slow(const SlowLink& how, const std::string& process) {
  const TimePoint end =
      how.for_ == Duration::zero() ? never : deadline_after(scheduler_.now(), how.for_);
  slow_[process] = {.how = how, .until = before_quiet(end)};
}

Duration Network::slowness(Direction& direction, std::size_t body) {
  using Way = SlowLink::Way;
  const auto slow = slow_.find(direction.link.process);
  if (slow == slow_.end() || slow->second.until <= scheduler_.now()) return {};
  const SlowLink& how = slow->second.how;
  if (how.way == (direction.to_broker ? Way::from_broker : Way::to_broker)) return {};
  Duration longer = {};
  if (how.bytes_per_second != 0) {
    const TimePoint now = scheduler_.now();
    const TimePoint last = deadline_after(now, longest_queue);
    const TimePoint free = std::clamp(direction.sent, now, last);
    direction.sent = std::min(deadline_after(free, time_for(body, how.bytes_per_second)), last);
    longer = direction.sent - now;
  }
  if (how.by == Distribution()) return longer;
  return longer +
         draw(how.by, decisions_,
              fmt::format(FMT_COMPILE("{}/slow/{}"), direction.question, ++direction.slowed));
}

}  // namespace castaway::sim
