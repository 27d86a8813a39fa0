#pragma once
// What a transport URL says about a RabbitMQ, as settings.
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

/// Hosts and virtual host, and the options of group [oslo_messaging_rabbit] that its query sets. As
/// in oslo.messaging no host at all is guest at localhost, a host without a user is guest's, and no
/// virtual host is "/".
/// Throws: InvalidTransportURL for another scheme than rabbit or kombu, an option that does not
/// exist, and a value that its option cannot have.
[[nodiscard]] RabbitOptions rabbit_options(const TransportURL& url);

}  // namespace castaway
