#pragma once
// RPCAccessPolicy: which of its methods a server lets others call. One that may not be called looks
// as if it was not there.
//
// Source: oslo_messaging/rpc/dispatcher.py, RPCAccessPolicyBase and what derives from it.

#include <functional>
#include <string>

#include "castaway/endpoint.h"

namespace castaway {

/// Whether `method` may be called by its name. Must not wait.
using RPCAccessPolicy = std::function<bool(const std::string& name, const Method& method)>;

/// All but those whose names begin with '_'.
struct DefaultRPCAccessPolicy {
  bool operator()(const std::string& name, const Method& /*method*/) const {
    return !name.starts_with('_');
  }
};

/// All of them.
struct LegacyRPCAccessPolicy {
  bool operator()(const std::string& /*name*/, const Method& /*method*/) const { return true; }
};

/// Only those that are marked with expose().
struct ExplicitRPCAccessPolicy {
  bool operator()(const std::string& /*name*/, const Method& method) const {
    return method.exposed();
  }
};

}  // namespace castaway
