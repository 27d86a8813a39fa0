#pragma once
// UserRights: which exchanges and queues a user may configure, write to and read from.
// Source: RabbitMQ, access control; rabbit_auth_backend_internal:check_resource_access.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "castaway/sim/broker.h"

namespace castaway::sim {

class UserRights {
 public:
  enum class To : std::uint8_t { configure, write, read };

  /// Throws: std::invalid_argument unless each of them is a regular expression.
  explicit UserRights(const Rights& rights);
  [[nodiscard]] bool allow(To what, std::string_view name) const;

 private:
  struct Patterns;
  std::shared_ptr<const Patterns> patterns_;
};

}  // namespace castaway::sim
