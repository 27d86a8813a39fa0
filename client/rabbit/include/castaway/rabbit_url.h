#pragma once
// RabbitOptions: the settings that a transport URL holds for RabbitMQ. Use it to take the URL from
// a command line or from a service's configuration.
//
//     RabbitTransport rabbit(runtime, rabbit_options(parse_transport_url(url)).transport);

#include "castaway/rabbit_transport.h"
#include "castaway/topology.h"
#include "castaway/transport_url.h"

namespace castaway {

struct RabbitOptions {
  RabbitSettings transport = {};
  QueueOptions queues = {};  ///< for RPCTransportOptions
};

/// Takes the hosts, the virtual host, and the options of group [oslo_messaging_rabbit] that the
/// query sets. Defaults are oslo.messaging's: host localhost, user guest, virtual host "/".
/// Throws: InvalidTransportURL for a scheme other than rabbit or kombu, an unknown option, or a
/// value that the option cannot have.
[[nodiscard]] RabbitOptions rabbit_options(const TransportURL& url);

}  // namespace castaway
