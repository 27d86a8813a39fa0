#pragma once
// Dispatcher: finds the method that a request names and runs it.
// Source: oslo_messaging/rpc/dispatcher.py, RPCDispatcher.dispatch; rpc/server.py,
// DefaultRPCAccessPolicy.

#include <memory>
#include <optional>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/envelope.h"
#include "castaway/rpc_server.h"

namespace castaway {

/// What a request came to: a value or a failure.
struct Answer {
  std::shared_ptr<const nlohmann::json> result = {};
  std::optional<Failure> failure = {};
};

/// Walks the endpoints in order: the first one of the request's namespace and a compatible version
/// that has the method runs it. What the method throws becomes the failure, and so do NoSuchMethod
/// and UnsupportedVersion. Waits: as long as the method does.
[[nodiscard]] Answer dispatch(const std::vector<Endpoint>& endpoints, const Request& request);

}  // namespace castaway
