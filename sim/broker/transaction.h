#pragma once
// Transaction: what a channel has said since tx.select, or since the last commit or rollback:
// publications that are not in their queues yet, and deliveries that are not settled yet.
//
// Where a publication goes is decided when it is published.
// Source: AMQP 0-9-1, 1.9 (class tx); RabbitMQ, rabbit_channel.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dead_letters.h"
#include "queue.h"

namespace castaway::sim {

/// A delivery that is neither acknowledged nor rejected. Its consumer may be gone.
struct Unacknowledged {
  Queue::Copy copy = {};
  Consumer* consumer = nullptr;  ///< null if basic.get fetched it
  std::shared_ptr<Queue> queue = {};
  TimePoint since = {};
};
using Deliveries = std::map<std::uint64_t, Unacknowledged>;  ///< by tag

struct Transaction {
  struct Publication {
    Arrival arrival = {};
    std::vector<std::string> queues = {};
  };
  struct Settlement {
    Deliveries deliveries = {};
    bool ack = false;
    bool requeue = false;
  };

  void keep(const Arrival& arrival, const std::vector<Queue*>& queues) {
    Publication& kept = publications.emplace_back(Publication{.arrival = arrival});
    for (const Queue* queue : queues) kept.queues.push_back(queue->name());
  }

  std::vector<Publication> publications = {};
  std::vector<Settlement> settlements = {};
};

}  // namespace castaway::sim
