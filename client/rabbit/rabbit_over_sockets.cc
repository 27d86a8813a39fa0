// RabbitTransport: over the system's sockets.

#include <utility>

#include "castaway/rabbit_net.h"
#include "castaway/rabbit_transport.h"

#include "sockets/asio_net.h"

namespace castaway {

class RabbitTransport::Impl {
 public:
  Impl(ThreadRuntime& runtime, RabbitSettings settings)
      : net_(runtime, settings), over_(transport_over(net_, runtime, std::move(settings))) {}

  [[nodiscard]] Transport& over() { return *over_; }

 private:
  rabbit::AsioNet net_;
  const std::unique_ptr<Transport> over_;
};

RabbitTransport::RabbitTransport(ThreadRuntime& runtime, RabbitSettings settings)
    : impl_(std::make_unique<Impl>(runtime, std::move(settings))) {}

RabbitTransport::~RabbitTransport() = default;

std::unique_ptr<Connection> RabbitTransport::connect(Purpose purpose, const std::string& name,
                                                     ConnectionEvents& events) {
  return impl_->over().connect(purpose, name, events);
}

}  // namespace castaway
