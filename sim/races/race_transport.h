#pragma once
// RaceTransport: a Transport that tells ThreadSanitizer what a socket orders: an event comes after
// all that was handed to its connection before, and before the end of its destructor.

#include <memory>
#include <string>

#include "castaway/transport.h"

namespace castaway::sim::races {

class RaceTransport final : public Transport {
 public:
  /// `inner` outlives the transport.
  explicit RaceTransport(Transport& inner) : inner_(inner) {}

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;

 private:
  Transport& inner_;
};

}  // namespace castaway::sim::races
