#include "consumers.h"

#include <algorithm>
#include <iterator>

#include "channel.h"

namespace castaway::sim {

bool Consumer::has_credit() const {
  const bool has_room = channel.limit == 0 || channel.limited < channel.limit;
  return has_room && (prefetch == 0 || unacknowledged < prefetch);
}

void Rotation::add(Consumer& consumer) {
  had_any_ = true;
  all_.push_back(&consumer);
  consumer.place = turns_.insert(end_of(consumer.priority), &consumer);
  consumer.in_turn = true;
  if (single_ && active_ == nullptr) active_ = &consumer;
}

void Rotation::remove(Consumer& consumer) {
  std::erase(all_, &consumer);
  (consumer.in_turn ? turns_ : resting_).erase(consumer.place);
  consumer.gone = true;
  if (active_ != &consumer) return;
  active_ = turns_.empty() ? nullptr : turns_.front();
}

Consumer* Rotation::next() {
  if (single_) return active_ != nullptr && active_->has_credit() ? active_ : nullptr;
  while (!turns_.empty() && !turns_.front()->has_credit()) {
    turns_.front()->in_turn = false;
    resting_.splice(resting_.end(), turns_, turns_.begin());
  }
  return turns_.empty() ? nullptr : turns_.front();
}

Consumer* Rotation::next(ConnectionId connection, bool on_it) const {
  const auto found = std::find_if(turns_.begin(), turns_.end(), [&](const Consumer* consumer) {
    if (single_ && consumer != active_) return false;
    return consumer->has_credit() && (consumer->channel.connection.id == connection) == on_it;
  });
  return found == turns_.end() ? nullptr : *found;
}

void Rotation::served(Consumer& consumer) {
  ++consumer.unacknowledged;
  if (single_) return;
  turns_.splice(end_of(consumer.priority), turns_, consumer.place);
}

void Rotation::settled(Consumer& consumer) {
  --consumer.unacknowledged;
  // Those of a channel with a limit resume together.
  const bool alone = consumer.channel.limit == 0;
  if (alone && !consumer.gone && !consumer.in_turn && consumer.has_credit()) rejoin(consumer);
}

void Rotation::rejoin(Consumer& consumer) {
  consumer.in_turn = true;
  turns_.splice(end_of(consumer.priority), resting_, consumer.place);
}

void Rotation::resume(const Channel& channel) {
  for (auto each = resting_.begin(); each != resting_.end();) {
    Consumer& consumer = **each++;
    if (&consumer.channel == &channel && consumer.has_credit()) rejoin(consumer);
  }
}

std::list<Consumer*>::iterator Rotation::end_of(std::int64_t priority) {
  auto place = turns_.end();
  while (place != turns_.begin() && (*std::prev(place))->priority < priority) --place;
  return place;
}

}  // namespace castaway::sim
