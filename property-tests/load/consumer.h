#pragma once
// Consumer: one connection that gets all messages, and acknowledges each.

#include <atomic>
#include <memory>
#include <vector>

#include "party.h"

namespace castaway::load {

class Consumer final : private Party {
 public:
  /// Consumes from a queue for each flow. `flows` outlives it.
  Consumer(Runtime& runtime, Transport& transport, const std::vector<std::unique_ptr<Flow>>& flows);

  /// Waits: until it consumes.
  void wait_until_ready();

 private:
  void completed(RequestNumber request) override;
  void delivered(Delivery delivery) override;
  void closed(Closed closed) override;

  const std::vector<std::unique_ptr<Flow>>& flows_;
  const std::unique_ptr<Signal> changed_;
  std::atomic<RequestNumber> completed_ = 0;
  RequestNumber last_ = 0;
  std::unique_ptr<Connection> connection_;  // last: nothing is heard after it
};

}  // namespace castaway::load
