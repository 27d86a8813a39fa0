#include "queue.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace castaway::sim {
namespace {

bool gives_way(const Placement& placement) {
  return placement.may_be_overtaken || placement.after_messages > 0;
}

bool is_persistent(const Queue::Entry& entry) {
  return entry.publication->message.properties.delivery_mode == std::uint8_t{2};
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

Queue::Queue(amqp::QueueDeclare declaration, ConnectionId owner, std::uint64_t number,
             std::uint64_t home)
    : declaration_(std::move(declaration)),
      arguments_(read_arguments(declaration_)),
      owner_(owner),
      number_(number),
      home_(home),
      consumers_(arguments_.single_active_consumer) {}

bool Queue::overfull(std::uint64_t more_messages, std::uint64_t more_bytes) const {
  const auto& [max_length, max_bytes] = std::tie(arguments_.max_length, arguments_.max_bytes);
  return (max_length.has_value() && ready() + more_messages > *max_length) ||
         (max_bytes.has_value() && ready_bytes_ + more_bytes > *max_bytes);
}

bool Queue::turns_away(const Arrival& arrival, TimePoint now) {
  if (arguments_.overflow == QueueArguments::Overflow::drop_head) return false;
  drop_expired(now);
  if (!overfull(1, arrival.publication->message.body.size())) return false;
  if (arguments_.overflow == QueueArguments::Overflow::reject_publish_dlx) {
    bury(arrival, reason::maxlen, now);
  }
  return true;
}

void Queue::trim(TimePoint now) {
  if (arguments_.overflow != QueueArguments::Overflow::drop_head) return;
  while (!line_.empty() && overfull(0, 0)) {
    bury(arrival_of(line_.begin()->second), reason::maxlen, now);
    drop(line_.begin());
  }
}

void Queue::bury(const Arrival& arrival, std::string_view why, TimePoint now) {
  // What a consumer rejected was delivered.
  if (why != reason::rejected) lost_.push_back({arrival.message, why});
  if (!arguments_.dead_letter_exchange.has_value()) return;
  dead_.push_back(dead_letter(arrival, name(), arguments_, why, now));
}

void Queue::enqueue(const Arrival& arrival, const std::vector<Placement>& placements,
                    TimePoint now) {
  const TimePoint expires =
      arguments_.message_ttl.has_value()
          ? std::min(arrival.expires, deadline_after(now, *arguments_.message_ttl))
          : arrival.expires;
  const std::shared_ptr<Origin> origin = origin_for(placements);
  if (origin != nullptr) remember_origin(origin);
  fresh_from_ = last_serial_ + 1;
  for (const Placement& placement : placements) {
    const std::uint64_t serial = ++last_serial_;
    Entry entry = {.message = arrival.message,
                   .copy = placement.copy,
                   .redelivered = placement.redelivered,
                   .expires = expires,
                   .publication = placement.instead ? placement.instead : arrival.publication,
                   .hidden = arrival.hidden,
                   .to = placement.copy == 1 ? Placement::To::any : placement.to,
                   .origin = origin};
    if (!is_ready(placement, now)) entry.condition = std::make_unique<Placement>(placement);
    Position end = at_end(serial, level_of(*entry.publication));
    add(placement.overtakes == 0 ? std::move(end) : overtaking(placement.overtakes, end),
        std::move(entry), now);
  }
}

void Queue::add(Position position, Entry entry, TimePoint now) {
  const std::uint64_t serial = position.serial;
  ready_bytes_ += size(entry);
  const auto place = line_.emplace_hint(line_.end(), std::move(position), std::move(entry));
  const Placement* condition = place->second.condition.get();
  if (condition == nullptr || is_ready(*condition, now)) return;

  const Placement& placement = *condition;
  if (placement.held) held_[{place->second.message->id, placement.copy}] = place->first;
  if (!gives_way(placement)) return;
  if (placement.ready > now) due_.emplace(placement.ready, serial);
  if (placement.after_messages > 0) counting_.insert(serial);
  aside_.emplace(serial, line_.extract(place));
}

std::uint16_t Queue::level_of(const amqp::Publication& publication) const {
  if (arguments_.max_priority == 0) return 0;
  const std::uint8_t priority = publication.message.properties.priority.value_or(0);
  return arguments_.max_priority - std::min(priority, arguments_.max_priority);
}

Position Queue::overtaking(std::uint64_t count, const Position& end) const {
  auto next = line_.lower_bound(end);
  if (next == line_.begin()) return end;
  while (count-- > 0 && next != line_.begin()) --next;
  const Position* previous = next == line_.begin() ? nullptr : &std::prev(next)->first;
  return between(previous, next->first, end.serial);
}

void Queue::remember_origin(const std::shared_ptr<Origin>& origin) {
  while (!origins_.empty() && origins_.front().expired()) origins_.pop_front();
  origins_.push_back(origin);
}

bool Queue::let_go_of(ConnectionId ended) {
  bool some = false;
  std::erase_if(origins_, [&](const std::weak_ptr<Origin>& each) {
    const std::shared_ptr<Origin> origin = each.lock();
    if (origin == nullptr) return true;
    if (!origin->decided || origin->consumer != ended) return false;
    origin->consumer = 0;
    return some = true;
  });
  return some;
}

std::size_t Queue::due(TimePoint now) const {
  std::size_t found = 0;
  for (const auto& [position, entry] : line_) {
    if (entry.expires <= now) continue;
    if (entry.condition != nullptr && !is_ready(*entry.condition, now)) break;
    if (entry.to == Placement::To::any) ++found;
  }
  return found;
}

Queue::Line::iterator Queue::drop(Line::const_iterator place) {
  const Entry& entry = place->second;
  ready_bytes_ -= size(entry);
  if (entry.condition != nullptr || entry.origin != nullptr) forget(entry);
  return line_.erase(place);
}

void Queue::forget(const Entry& entry) {
  held_.erase({entry.message->id, entry.copy});
  // Its copies need not wait to see where it goes.
  if (entry.copy == 1 && entry.origin != nullptr) *entry.origin = {.decided = true};
}

void Queue::drop_expired(TimePoint now) {
  while (!line_.empty() && has_expired(*line_.begin(), now)) {
    bury(arrival_of(line_.begin()->second), reason::expired, now);
    drop(line_.begin());
  }
}

bool Queue::has_expired(const Line::value_type& copy, TimePoint now) const {
  return copy.second.expires <= now && (fresh_from_ == 0 || copy.first.serial < fresh_from_);
}

void Queue::settled(Consumer* consumer) {
  --unacknowledged_;
  if (consumer != nullptr) consumers_.settled(*consumer);
}

void Queue::requeue(Copy copy, Placement placement, TimePoint now) {
  Entry& entry = copy.mapped();
  if (arguments_.delivery_limit.has_value() && entry.attempts > *arguments_.delivery_limit) {
    return bury(arrival_of(entry), reason::delivery_limit, now);
  }
  if (placement.instead) entry.publication = std::move(placement.instead);
  // Its copies wait to see where it goes now. One that was for another has been to one.
  if (entry.copy == 1 && entry.origin != nullptr) entry.origin->decided = false;
  if (entry.to == Placement::To::other) entry.to = Placement::To::any;
  // It has been to somebody: the rest of a placement is for what never was.
  placement = {.copy = entry.copy,
               .ready = placement.ready,
               .held = placement.held,
               .may_be_overtaken = placement.may_be_overtaken};
  if (is_ready(placement, now)) {
    ready_bytes_ += size(entry);
    line_.insert(std::move(copy));
    return;
  }
  entry.condition = std::make_unique<Placement>(std::move(placement));
  add(copy.key(), std::move(entry), now);
}

void Queue::reject(const Copy& copy, TimePoint now) {
  bury(arrival_of(copy.mapped()), reason::rejected, now);
}

void Queue::remember(Copy copy, TimePoint now, Duration age) {
  while (!settled_.empty() && deadline_after(settled_.front().first, age) < now)
    settled_.pop_front();
  const bool survives = declaration_.durable && owner_ == 0 && is_persistent(copy.mapped());
  if (age > Duration::zero() && survives && !removed_) settled_.emplace_back(now, std::move(copy));
}

std::vector<Queue::Copy> Queue::take_settled(TimePoint now, Duration age) {
  std::vector<Copy> taken;
  for (auto& [when, copy] : std::exchange(settled_, {})) {
    if (age > Duration::zero() && deadline_after(when, age) >= now)
      taken.push_back(std::move(copy));
  }
  return taken;
}

void Queue::touch(TimePoint now) {
  const bool idle = arguments_.expires.has_value() && consumers_.all().empty();
  lapses_ = idle ? deadline_after(now, *arguments_.expires) : never;
}

void Queue::restart(TimePoint now) {
  consumers_ = Rotation(arguments_.single_active_consumer);
  for (const std::weak_ptr<Origin>& each : origins_) {
    if (const auto origin = each.lock()) origin->consumer = 0;
  }
  for (auto place = line_.begin(); place != line_.end();) {
    place = is_persistent(place->second) ? std::next(place) : drop(place);
  }
  for (auto place = aside_.begin(); place != aside_.end();) {
    const Entry& entry = place->second.mapped();
    if (is_persistent(entry)) {
      ++place;
      continue;
    }
    ready_bytes_ -= size(entry);
    forget(entry);
    counting_.erase(place->first);
    place = aside_.erase(place);
  }
  touch(now);
}

std::vector<CarriedPtr> Queue::waiting() const {
  std::vector<CarriedPtr> all;
  for (const auto& [position, entry] : line_) all.push_back(entry.message);
  for (const auto& [serial, copy] : aside_) all.push_back(copy.mapped().message);
  return all;
}

std::size_t Queue::purge() {
  const std::size_t dropped = ready();
  while (!line_.empty()) drop(line_.begin());
  for (auto& [serial, waiting] : aside_) {
    ready_bytes_ -= size(waiting.mapped());
    forget(waiting.mapped());
  }
  aside_.clear();
  due_.clear();
  counting_.clear();
  blocked_until_ = never;
  return dropped;
}

TimePoint Queue::next_event() const {
  const TimePoint due = due_.empty() ? never : due_.begin()->first;
  // Nobody sees an expired message go, unless it goes somewhere.
  const bool buries = arguments_.dead_letter_exchange.has_value() && !line_.empty();
  const TimePoint dies = buries ? line_.begin()->second.expires : never;
  return std::min({due, blocked_until_, lapses_, dies});
}

void Queue::remove() {
  removed_ = true;
  ready_bytes_ = 0;
  settled_.clear();
  line_.clear();
  aside_.clear();
  due_.clear();
  counting_.clear();
  held_.clear();
  origins_.clear();
  blocked_until_ = lapses_ = never;
}

}  // namespace castaway::sim
