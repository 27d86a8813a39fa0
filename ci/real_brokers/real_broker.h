#pragma once
// RealBroker: the broker that a --transport names: its name in a table, and a transport to it.

#include <memory>
#include <string>
#include <vector>

#include "castaway/thread_runtime.h"
#include "castaway/topology.h"
#include "castaway/transport.h"

namespace castaway::ci {

class RealBroker final {
 public:
  /// Throws: UsageError for an URL that names no broker of ours: rabbit://… and nats://….
  explicit RealBroker(const std::string& url);
  ~RealBroker();
  RealBroker(RealBroker&&) noexcept;
  RealBroker& operator=(RealBroker&&) = delete;

  /// "rabbit" or "nats"; with its hosts where that is not enough.
  [[nodiscard]] const std::string& name() const { return name_; }
  void call_it(std::string name) { name_ = std::move(name); }
  /// The URL, with no password in it.
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const QueueOptions& queues() const { return queues_; }
  [[nodiscard]] std::unique_ptr<Transport> transport(ThreadRuntime& runtime) const;
  /// Why it cannot be reached; empty if it can.
  /// Waits: for its answer, at most 5 s.
  [[nodiscard]] std::string why_unreachable(ThreadRuntime& runtime) const;

 private:
  struct Settings;
  std::unique_ptr<Settings> settings_;
  std::string name_;
  std::string url_;
  QueueOptions queues_ = {};
};

/// Each with a name of its own.
/// Throws: UsageError.
[[nodiscard]] std::vector<RealBroker> real_brokers(const std::vector<std::string>& urls);

}  // namespace castaway::ci
