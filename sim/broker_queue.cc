#include "broker_queue.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "broker_channel.h"

namespace castaway::sim {
namespace {

bool is_ready(const Placement& placement, TimePoint now) {
  return placement.ready <= now && !placement.held && placement.after_messages == 0;
}

bool gives_way(const Placement& placement) {
  return placement.may_be_overtaken || placement.after_messages > 0;
}

std::shared_ptr<Queue::Origin> origin_for(const std::vector<Placement>& placements) {
  const auto asks = [](const Placement& each) { return each.to != Placement::To::any; };
  if (std::none_of(placements.begin(), placements.end(), asks)) return nullptr;
  const auto original = [](const Placement& each) { return each.copy == 1; };
  auto origin = std::make_shared<Queue::Origin>();
  origin->decided = std::none_of(placements.begin(), placements.end(), original);
  return origin;
}

}  // namespace

Queue::Queue(QueueDeclaration declaration, ConnectionId owner, std::uint64_t number)
    : declaration_(std::move(declaration)), owner_(owner), number_(number) {}

void Queue::enqueue(MessageId message, const std::shared_ptr<const Publication>& publication,
                    TimePoint expires, const std::vector<Placement>& placements, TimePoint now) {
  const std::shared_ptr<Origin> origin = origin_for(placements);
  fresh_from_ = last_serial_ + 1;
  for (const Placement& placement : placements) {
    const std::uint64_t serial = ++last_serial_;
    Entry entry = {.message = message,
                   .copy = placement.copy,
                   .redelivered = placement.redelivered,
                   .expires = expires,
                   .publication = placement.instead ? placement.instead : publication};
    if (origin != nullptr || !is_ready(placement, now)) {
      entry.condition = std::make_unique<Condition>(Condition{placement, origin});
    }
    add(placement.overtakes == 0 ? at_end(serial) : overtaking(placement.overtakes, serial),
        std::move(entry), now);
  }
}

void Queue::add(Position position, Entry entry, TimePoint now) {
  const std::uint64_t serial = position.serial;
  const auto place = line_.emplace_hint(line_.end(), std::move(position), std::move(entry));
  const Condition* condition = place->second.condition.get();
  if (condition == nullptr || is_ready(condition->placement, now)) return;

  const Placement& placement = condition->placement;
  if (placement.held) held_[{place->second.message, placement.copy}] = place->first;
  if (!gives_way(placement)) return;
  if (placement.ready > now) due_.emplace(placement.ready, serial);
  if (placement.after_messages > 0) counting_.insert(serial);
  aside_.emplace(serial, line_.extract(place));
}

Position Queue::overtaking(std::uint64_t count, std::uint64_t serial) const {
  if (line_.empty()) return at_end(serial);
  auto next = line_.end();
  while (count-- > 0 && next != line_.begin()) --next;
  const Position* previous = next == line_.begin() ? nullptr : &std::prev(next)->first;
  return between(previous, next->first, serial);
}

std::optional<Queue::Handover> Queue::next(TimePoint now) {
  if (!due_.empty()) ripen(now);
  std::optional<Handover> handover = pick(now);
  if (handover.has_value() || fresh_from_ == 0) return handover;
  // What came just now had its chance to be delivered at once, even with a time to live of 0.
  fresh_from_ = 0;
  return pick(now);
}

std::optional<Queue::Handover> Queue::pick(TimePoint now) {
  blocked_until_ = never;
  for (auto place = line_.begin(); place != line_.end();) {
    const Entry& entry = place->second;
    if (entry.expires <= now && (fresh_from_ == 0 || place->first.serial < fresh_from_)) {
      place = drop(place);
      continue;
    }
    const Condition* condition = entry.condition.get();
    if (condition == nullptr) {
      Consumer* consumer = consumers_.next();
      if (consumer == nullptr) return std::nullopt;
      return hand_over(place, *consumer, now);
    }
    if (const Placement& placement = condition->placement; !is_ready(placement, now)) {
      blocked_until_ = std::min(entry.expires, placement.held ? never : placement.ready);
      return std::nullopt;
    }
    if (consumers_.next() == nullptr) return std::nullopt;
    if (Consumer* consumer = consumer_for(*condition)) return hand_over(place, *consumer, now);
    ++place;
  }
  return std::nullopt;
}

Consumer* Queue::consumer_for(const Condition& condition) const {
  const Placement& placement = condition.placement;
  if (placement.copy == 1 || placement.to == Placement::To::any) return consumers_.next();
  if (!condition.origin->decided) return nullptr;
  const bool same = placement.to == Placement::To::same;
  const ConnectionId consumer = condition.origin->consumer;
  if (same && !consumers_.has(consumer)) return consumers_.next();
  return consumers_.next(consumer, same);
}

Queue::Handover Queue::hand_over(Line::iterator place, Consumer& consumer, TimePoint now) {
  Entry& entry = place->second;
  if (entry.condition != nullptr) {
    if (entry.copy == 1 && entry.condition->origin != nullptr) {
      *entry.condition->origin = {.decided = true, .consumer = consumer.channel.id};
    }
    entry.condition.reset();
  }
  ++entry.attempts;
  ++unacknowledged_;
  consumers_.served(consumer);
  const bool counts = !counting_.empty() && entry.copy == 1 && entry.attempts == 1;
  Handover handover = {line_.extract(place), &consumer};
  if (counts) count_delivery(handover.copy.key().serial, handover.copy.mapped().message, now);
  return handover;
}

Queue::Line::iterator Queue::drop(Line::iterator place) {
  // Its copies have the same deadline, so none of them waits for it.
  const Entry& entry = place->second;
  if (entry.condition != nullptr) held_.erase({entry.message, entry.copy});
  return line_.erase(place);
}

void Queue::count_delivery(std::uint64_t serial, MessageId message, TimePoint now) {
  for (auto each = counting_.begin(); each != counting_.end() && *each < serial;) {
    const std::uint64_t waiting = *each;
    const Entry& entry = aside_.at(waiting).mapped();
    if (entry.message == message || --entry.condition->placement.after_messages > 0) {
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
  if (waiting == aside_.end() || !is_ready(waiting->second.mapped().condition->placement, now))
    return;
  line_.insert(std::move(waiting->second));
  aside_.erase(waiting);
}

bool Queue::release(MessageId message, std::uint32_t copy, TimePoint now) {
  const auto held = held_.extract({message, copy});
  if (held.empty()) return false;
  const Position& position = held.mapped();
  const auto aside = aside_.find(position.serial);
  Entry& entry = aside != aside_.end() ? aside->second.mapped() : line_.at(position);
  entry.condition->placement.held = false;
  if (aside != aside_.end()) join_if_ready(position.serial, now);
  return true;
}

void Queue::settled(Consumer& consumer) {
  --unacknowledged_;
  consumers_.settled(consumer);
}

void Queue::requeue(Copy copy, Placement placement, TimePoint now) {
  Entry& entry = copy.mapped();
  if (placement.instead) entry.publication = std::move(placement.instead);
  if (is_ready(placement, now)) {
    line_.insert(std::move(copy));
    return;
  }
  placement.copy = entry.copy;
  entry.condition = std::make_unique<Condition>(Condition{std::move(placement), {}});
  add(copy.key(), std::move(entry), now);
}

void Queue::touch(TimePoint now) {
  const auto argument = declaration_.arguments.find("x-expires");
  if (argument == declaration_.arguments.end() || !consumers_.all().empty()) {
    lapses_ = never;
  } else {
    // No longer than RabbitMQ allows, so this does not overflow.
    const std::chrono::milliseconds idle(std::get<std::int64_t>(argument->second));
    lapses_ = deadline_after(now, idle);
  }
}

TimePoint Queue::next_event() const {
  const TimePoint due = due_.empty() ? never : due_.begin()->first;
  return std::min({due, blocked_until_, lapses_});
}

void Queue::remove() {
  removed_ = true;
  line_.clear();
  aside_.clear();
  due_.clear();
  counting_.clear();
  held_.clear();
  blocked_until_ = lapses_ = never;
}

}  // namespace castaway::sim
