#pragma once
// Publisher: one connection that publishes casts, as oslo.messaging would write them, and a reply
// queue of its own that it never uses.

#include <atomic>
#include <cstdint>
#include <memory>

#include "party.h"

namespace castaway::load {

class Publisher final : private Party {
 public:
  /// Its messages count from `first`, which makes their ids unique.
  Publisher(Transport& transport, Flow& flow, std::uint64_t number, std::uint64_t first);

  /// How many it has published: `count`, or fewer if `stop` became true.
  /// Waits: for room in the flow.
  std::uint64_t publish(std::uint64_t count, const std::atomic<bool>& stop);

 private:
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override;
  void closed(Closed closed) override { flow_.broken(closed.text); }

  Flow& flow_;
  const std::uint64_t number_;
  const std::uint64_t first_;
  std::uint64_t confirmed_ = 0;             ///< the last tag
  std::unique_ptr<Connection> connection_;  // last: nothing is heard after it
};

}  // namespace castaway::load
