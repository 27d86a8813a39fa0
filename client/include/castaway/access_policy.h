#pragma once
// RPCAccessPolicy: decides which methods of a server its callers may call. Use one to keep helper
// methods private: to a caller, a method that it may not call does not exist.
//
// Source: oslo_messaging/rpc/dispatcher.py, RPCAccessPolicyBase and what derives from it.

#include <functional>
#include <string>

#include "castaway/endpoint.h"

namespace castaway {

/// Whether callers may call `method` by its name. Must not wait.
using RPCAccessPolicy = std::function<bool(const std::string& name, const Method& method)>;

/// Allows all methods except those whose names begin with '_'.
struct DefaultRPCAccessPolicy {
  bool operator()(const std::string& name, const Method& /*method*/) const {
    return !name.starts_with('_');
  }
};

/// Allows all methods.
struct LegacyRPCAccessPolicy {
  bool operator()(const std::string& /*name*/, const Method& /*method*/) const { return true; }
};

/// Allows only methods that are marked with expose().
struct ExplicitRPCAccessPolicy {
  bool operator()(const std::string& /*name*/, const Method& method) const {
    return method.exposed();
  }
};

}  // namespace castaway
