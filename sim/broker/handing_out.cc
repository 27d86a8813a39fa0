// What leaves a queue for its consumers, or for someone who asks; and what is ready by then.

#include <algorithm>
#include <iterator>

#include "channel.h"
#include "queue.h"

namespace castaway::sim {

std::optional<Queue::Dispatch> Queue::next(TimePoint now) {
  if (!due_.empty()) ripen(now);
  std::optional<Dispatch> dispatch = pick(now);
  if (dispatch.has_value() || fresh_from_ == 0) return dispatch;
  // What came just now had its chance to be delivered at once, even with a time to live of 0.
  fresh_from_ = 0;
  return pick(now);
}

std::optional<Queue::Dispatch> Queue::pick(TimePoint now) {
  blocked_until_ = never;
  for (auto place = line_.begin(); place != line_.end();) {
    const Entry& entry = place->second;
    if (has_expired(*place, now)) {
      bury(arrival_of(entry), reason::expired, now);
      place = drop(place);
      continue;
    }
    const Placement* const condition = entry.condition.get();
    if (condition != nullptr && !is_ready(*condition, now)) {
      blocked_until_ = std::min(entry.expires, condition->held ? never : condition->ready);
      return std::nullopt;
    }
    if (consumers_.next() == nullptr) return std::nullopt;
    if (Consumer* consumer = consumer_for(entry)) return hand_out(place, *consumer, now);
    ++place;
  }
  return std::nullopt;
}

Consumer* Queue::consumer_for(const Entry& entry) {
  if (entry.to == Placement::To::any) return consumers_.next();
  if (!entry.origin->decided) return nullptr;
  const bool same = entry.to == Placement::To::same;
  const ConnectionId consumer = entry.origin->consumer;
  if (same && consumer == 0) return consumers_.next();
  return consumers_.next(consumer, same);
}

Queue::Dispatch Queue::hand_out(Line::iterator place, Consumer& consumer, TimePoint now) {
  consumers_.served(consumer);
  return {take_out(place, consumer.channel.connection.id, now), &consumer};
}

bool Queue::is_for(const Entry& entry, ConnectionId by) const {
  if (entry.to == Placement::To::any) return true;
  if (!entry.origin->decided) return false;
  const ConnectionId consumer = entry.origin->consumer;
  if (entry.to == Placement::To::other) return consumer != by;
  return consumer == by || consumer == 0;
}

std::optional<Queue::Copy> Queue::get(ConnectionId by, TimePoint now) {
  if (!due_.empty()) ripen(now);
  drop_expired(now);
  for (auto place = line_.begin(); place != line_.end(); ++place) {
    const Placement* const condition = place->second.condition.get();
    if (condition != nullptr && !is_ready(*condition, now)) return std::nullopt;
    if (!is_for(place->second, by)) continue;
    Copy copy = take_out(place, by, now);
    drop_expired(now);
    return copy;
  }
  return std::nullopt;
}

Queue::Copy Queue::take_out(Line::iterator place, ConnectionId by, TimePoint now) {
  Entry& entry = place->second;
  entry.condition.reset();
  if (entry.copy == 1 && entry.origin != nullptr) *entry.origin = {.decided = true, .consumer = by};
  ++entry.attempts;
  ++unacknowledged_;
  ready_bytes_ -= size(entry);
  const bool counts = !counting_.empty() && entry.copy == 1 && entry.attempts == 1;
  Copy copy = line_.extract(place);
  if (counts) count_delivery(copy.key().serial, copy.mapped().message->id, now);
  return copy;
}

void Queue::count_delivery(std::uint64_t serial, MessageId message, TimePoint now) {
  for (auto each = counting_.begin(); each != counting_.end() && *each < serial;) {
    const std::uint64_t waiting = *each;
    const Entry& entry = aside_.at(waiting).mapped();
    if (entry.message->id == message || --entry.condition->after_messages > 0) {
      ++each;
      continue;
    }
    each = counting_.erase(each);
    join_if_ready(waiting, now);
  }
}

void Queue::ripen(TimePoint now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const std::uint64_t serial = due_.begin()->second;
    due_.erase(due_.begin());
    join_if_ready(serial, now);
  }
}

void Queue::join_if_ready(std::uint64_t serial, TimePoint now) {
  const auto waiting = aside_.find(serial);
  // What was let go at the instant at which it was due has joined already.
  if (waiting == aside_.end() || !is_ready(*waiting->second.mapped().condition, now)) return;
  line_.insert(std::move(waiting->second));
  aside_.erase(waiting);
}

bool Queue::release(MessageId message, std::uint32_t copy, TimePoint now) {
  const auto held = held_.extract({message, copy});
  if (held.empty()) return false;
  const Position& position = held.mapped();
  const auto aside = aside_.find(position.serial);
  Entry& entry = aside != aside_.end() ? aside->second.mapped() : line_.at(position);
  entry.condition->held = false;
  if (aside != aside_.end()) join_if_ready(position.serial, now);
  return true;
}

}  // namespace castaway::sim
