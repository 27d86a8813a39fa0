#include "asio_net.h"

#include <unistd.h>

#include "asio_line.h"
#include "asio_reactor.h"
#include "tls.h"

namespace castaway::rabbit {

AsioNet::AsioNet(ThreadRuntime& runtime, const RabbitSettings& settings)
    : tls_(settings.ssl ? std::make_shared<const TlsContext>(*settings.ssl) : nullptr),
      patience_(settings.heartbeat_timeout_threshold),
      reactor_(AsioReactor::of(runtime)) {}

AsioNet::~AsioNet() = default;

std::unique_ptr<Line> AsioNet::make_line() {
  return std::make_unique<AsioLine>(reactor_->io(), tls_, patience_);
}

std::int64_t AsioNet::process_id() const { return getpid(); }

}  // namespace castaway::rabbit
