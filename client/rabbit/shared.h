#pragma once
// Shared: what the connections of one transport have in common.

#include <atomic>
#include <cstddef>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "castaway/rabbit_transport.h"
#include "castaway/runtime.h"

#include "sockets/tls.h"

namespace castaway::rabbit {

struct Shared {
  Runtime& runtime;
  const RabbitSettings settings;
  const std::unique_ptr<const TlsContext> tls;  ///< null without TLS
  boost::asio::io_context& io;
  /// The host that answered last, where the next connection begins.
  std::atomic<std::size_t> preferred_host{0};
};

}  // namespace castaway::rabbit
