#include "consumers.h"

#include <algorithm>

#include "channel.h"

namespace castaway::sim {

void Rotation::add(Consumer& consumer) {
  had_any_ = true;
  all_.push_back(&consumer);
  consumer.place = turns_.insert(turns_.end(), &consumer);
  consumer.in_turn = true;
}

void Rotation::remove(Consumer& consumer) {
  std::erase(all_, &consumer);
  (consumer.in_turn ? turns_ : resting_).erase(consumer.place);
  consumer.gone = true;
}

Consumer* Rotation::next() {
  while (!turns_.empty() && !turns_.front()->has_credit()) {
    turns_.front()->in_turn = false;
    resting_.splice(resting_.end(), turns_, turns_.begin());
  }
  return turns_.empty() ? nullptr : turns_.front();
}

Consumer* Rotation::next(ConnectionId connection, bool on_it) const {
  const auto found = std::find_if(turns_.begin(), turns_.end(), [&](const Consumer* consumer) {
    return consumer->has_credit() && (consumer->channel.connection.id == connection) == on_it;
  });
  return found == turns_.end() ? nullptr : *found;
}

void Rotation::served(Consumer& consumer) {
  ++consumer.unacknowledged;
  turns_.splice(turns_.end(), turns_, consumer.place);
}

void Rotation::settled(Consumer& consumer) {
  --consumer.unacknowledged;
  if (consumer.gone || consumer.in_turn || !consumer.has_credit()) return;
  consumer.in_turn = true;
  turns_.splice(turns_.end(), resting_, consumer.place);
}

bool Rotation::has(ConnectionId connection) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Consumer* consumer) {
    return consumer->channel.connection.id == connection;
  });
}

}  // namespace castaway::sim
