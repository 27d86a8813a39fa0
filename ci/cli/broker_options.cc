#include "broker_options.h"

#include "usage_error.h"

namespace castaway::ci {

Option url_option(std::string* into) {
  return {"URL", "of the broker, as in rabbit://localhost/", into};
}

Option server_option(Target* into) { return {"--server NAME", "the server's name", &into->server}; }

Option exchange_option(Target* into) {
  return {"--exchange NAME", "openstack if not given", &into->exchange};
}

RabbitOptions broker_at(const std::string& url) {
  try {
    return rabbit_options(parse_transport_url(url));
  } catch (const InvalidTransportURL& error) {
    throw UsageError(error.what());
  }
}

}  // namespace castaway::ci
