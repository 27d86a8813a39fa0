#pragma once
// Dispatcher: finds the method that a request names and runs it.
// Source: oslo_messaging/rpc/dispatcher.py, RPCDispatcher.dispatch.

#include <memory>
#include <optional>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/access_policy.h"
#include "castaway/envelope.h"
#include "castaway/serializer.h"

namespace castaway {

/// What a request came to: a value or a failure.
struct Answer {
  std::shared_ptr<const nlohmann::json> result = {};
  std::optional<Failure> failure = {};
  bool expected = false;  ///< a failure that nobody needs to be alarmed about
  /// The method wants its request rejected rather than answered: requeued or not.
  std::optional<bool> rejects = {};
};

/// The endpoint of rpc_ping_enabled. Source: rpc/dispatcher.py, PingEndpoint.
[[nodiscard]] Endpoint ping_endpoint();

class Dispatcher final {
 public:
  /// `serializer` may be null.
  /// Throws: std::invalid_argument if a version is malformed or the policy is empty.
  Dispatcher(std::vector<Endpoint> endpoints, RPCAccessPolicy access_policy,
             std::shared_ptr<const Serializer> serializer);

  /// A method, or why there is none.
  struct Found {
    const Method* method = nullptr;
    Answer refusal = {};
  };
  /// Walks the endpoints in order: the first one of the request's namespace and a compatible
  /// version that has the method, and may be asked for it. Else the refusal is NoSuchMethod, if one
  /// of them was of that namespace and version, or UnsupportedVersion.
  [[nodiscard]] Found find(const Request& request) const;

  /// Runs the method. All that is thrown becomes the failure, but for Unwinding.
  /// Waits: as long as the method does.
  [[nodiscard]] Answer run(const Method& method, const Request& request) const;

 private:
  [[nodiscard]] Found walk(const Request& request) const;
  [[nodiscard]] nlohmann::json invoke(const Method& method, const Request& request) const;

  std::vector<Endpoint> endpoints_;
  RPCAccessPolicy access_policy_;
  std::shared_ptr<const Serializer> serializer_;
};

}  // namespace castaway
