// The smallest use of the installed library: name a target, and a broker, and say what they are.
#include <iostream>

#include <castaway/rabbit_url.h>
#include <castaway/target.h>

int main() {
  const castaway::Target target{.topic = "compute", .server = "host-1"};
  std::cout << castaway::to_string(target) << '\n';
  const auto url = castaway::parse_transport_url("rabbit://nova:secret@mq-1,mq-2/cloud");
  const auto broker = castaway::rabbit_options(url).transport;
  std::cout << broker.hosts.front().hostname << ", virtual host " << broker.virtual_host << '\n';
}
