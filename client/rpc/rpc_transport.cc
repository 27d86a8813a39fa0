#include "castaway/rpc_transport.h"

#include <utility>

#include "castaway/observer.h"

#include "connections/goodbye.h"
#include "transport_parts.h"

namespace castaway {
namespace {

constexpr Duration cleanup_bound = 5s;

}  // namespace

RPCTransport::Parts::Parts(Runtime& runtime_of, Transport& transport_of, RPCTransportOptions given,
                           Observer* observer_of)
    : runtime(runtime_of),
      transport(transport_of),
      options(std::move(given)),
      observer(observer_of != nullptr ? *observer_of : no_observer),
      topology(options.topology, options.queues, options.control_exchange),
      sender(options.profile == Profile::classic
                 ? make_classic_sender(runtime, transport, options.name)
                 : make_strict_sender(runtime, transport, options.name)),
      replies(runtime, transport, options, topology, observer),
      timing(options.profile == Profile::classic ? make_classic_timing(runtime, options.reply_poll)
                                                 : make_strict_timing()) {}

RPCTransport::RPCTransport(Runtime& runtime, Transport& transport, RPCTransportOptions options,
                           Observer* observer)
    : parts_(std::make_unique<Parts>(runtime, transport, std::move(options), observer)) {}

RPCTransport::~RPCTransport() {
  goodbye([this] { parts_->cleanup(); });
}

void RPCTransport::Parts::cleanup() {
  const TimePoint deadline = deadline_after(runtime.now(), cleanup_bound);
  replies.cleanup(deadline);
  sender->cleanup(deadline);
}

void RPCTransport::cleanup() {
  parts_->observer.closing();
  parts_->cleanup();
}

const RPCTransportOptions& RPCTransport::options() const { return parts_->options; }
Runtime& RPCTransport::runtime() const { return parts_->runtime; }
std::size_t RPCTransport::pending_calls() const { return parts_->replies.size(); }

}  // namespace castaway
