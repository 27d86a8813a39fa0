#include "castaway/rabbit_url.h"

#include <charconv>
#include <functional>
#include <map>
#include <vector>

#include "castaway/nearest.h"

namespace castaway {
namespace {

using Set = std::function<void(RabbitOptions& options, const std::string& value)>;

/// A value that is not what its option wants; the message says what that is.
struct Unfit {
  const char* wanted;
};

bool truth(const std::string& value) {
  std::string lower = value;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "true" || lower == "1" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "0" || lower == "no" || lower == "off") return false;
  throw Unfit{"true or false"};
}

template <class Number>
Number number(const std::string& value) {
  Number number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    throw Unfit{sizeof(Number) == 2 ? "a number from 0 to 65535" : "a number from 0 to 4294967295"};
  return number;
}

TlsSettings& tls(RabbitOptions& options) {
  if (!options.transport.ssl) options.transport.ssl.emplace();
  return *options.transport.ssl;
}

LoginMethod login_method(const std::string& value) {
  if (value == "AMQPLAIN") return LoginMethod::amqplain;
  if (value == "PLAIN") return LoginMethod::plain;
  if (value == "EXTERNAL") return LoginMethod::external;
  throw Unfit{"AMQPLAIN, PLAIN or EXTERNAL"};
}

/// Source: oslo_messaging/_drivers/impl_rabbit.py, rabbit_opts; _drivers/amqp.py, amqp_opts.
const std::map<std::string, Set>& known_options() {
  static const std::map<std::string, Set> options = {
      {"amqp_auto_delete",
       [](RabbitOptions& o, const std::string& v) { o.queues.amqp_auto_delete = truth(v); }},
      {"amqp_durable_queues",
       [](RabbitOptions& o, const std::string& v) { o.queues.amqp_durable_queues = truth(v); }},
      {"heartbeat_timeout_threshold",
       [](RabbitOptions& o, const std::string& v) {
         o.transport.heartbeat_timeout_threshold = std::chrono::seconds(number<std::uint16_t>(v));
       }},
      {"rabbit_ha_queues",
       [](RabbitOptions& o, const std::string& v) { o.queues.rabbit_ha_queues = truth(v); }},
      {"rabbit_login_method",
       [](RabbitOptions& o, const std::string& v) {
         o.transport.rabbit_login_method = login_method(v);
       }},
      {"rabbit_qos_prefetch_count",
       [](RabbitOptions& o, const std::string& v) {
         o.queues.rabbit_qos_prefetch_count = number<std::uint16_t>(v);
       }},
      {"rabbit_quorum_delivery_limit",
       [](RabbitOptions& o, const std::string& v) {
         o.queues.rabbit_quorum_delivery_limit = number<std::uint32_t>(v);
       }},
      {"rabbit_quorum_max_memory_bytes",
       [](RabbitOptions& o, const std::string& v) {
         o.queues.rabbit_quorum_max_memory_bytes = number<std::uint32_t>(v);
       }},
      {"rabbit_quorum_max_memory_length",
       [](RabbitOptions& o, const std::string& v) {
         o.queues.rabbit_quorum_max_memory_length = number<std::uint32_t>(v);
       }},
      {"rabbit_quorum_queue",
       [](RabbitOptions& o, const std::string& v) { o.queues.rabbit_quorum_queue = truth(v); }},
      {"rabbit_transient_queues_ttl",
       [](RabbitOptions& o, const std::string& v) {
         o.queues.rabbit_transient_queues_ttl = std::chrono::seconds(number<std::uint32_t>(v));
       }},
      {"ssl",
       [](RabbitOptions& o, const std::string& v) {
         if (truth(v)) {
           tls(o);
         } else {
           o.transport.ssl.reset();
         }
       }},
      // Without ssl=true they mean nothing, as upstream.
      {"ssl_ca_file",
       [](RabbitOptions& o, const std::string& v) {
         if (o.transport.ssl) tls(o).ca_file = v;
       }},
      {"ssl_cert_file",
       [](RabbitOptions& o, const std::string& v) {
         if (o.transport.ssl) tls(o).cert_file = v;
       }},
      {"ssl_key_file", [](RabbitOptions& o, const std::string& v) {
         if (o.transport.ssl) tls(o).key_file = v;
       }}};
  return options;
}

/// `; did you mean "ssl"?`, or nothing if no option is near.
std::string suggestion(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [option, set] : known_options()) names.push_back(option);
  // Few letters of "tls" are right, but "ssl" means it.
  const std::string meant = name == "tls" ? "ssl" : nearest(name, names);
  return meant.empty() ? meant : "; did you mean \"" + meant + "\"?";
}

RabbitHost rabbit_host(const TransportHost& host) {
  RabbitHost found;
  found.port = host.port.value_or(found.port);
  if (!host.hostname.empty()) found.hostname = host.hostname;
  if (host.username && !host.username->empty()) {
    found.username = *host.username;
    found.password = host.password.value_or("");
  }
  return found;
}

}  // namespace

RabbitOptions rabbit_options(const TransportURL& url) {
  if (url.driver() != "rabbit" && url.driver() != "kombu")
    throw InvalidTransportURL("transport URL: its scheme is " + url.transport + ", and not rabbit");
  RabbitOptions options;
  // In order, so that ssl is known before the files that depend on it.
  for (const auto& [name, value] : url.query) {
    const auto option = known_options().find(name);
    if (option == known_options().end()) {
      throw InvalidTransportURL("transport URL: there is no option \"" + name + "\"" +
                                suggestion(name));
    }
    try {
      option->second(options, value);
    } catch (const Unfit& unfit) {
      throw InvalidTransportURL("transport URL: option " + name + " is \"" + value +
                                "\", and must be " + unfit.wanted);
    }
  }
  options.transport.virtual_host = url.virtual_host.value_or("").empty() ? "/" : *url.virtual_host;
  if (url.hosts.empty()) return options;
  options.transport.hosts.clear();
  for (const TransportHost& host : url.hosts) options.transport.hosts.push_back(rabbit_host(host));
  return options;
}

}  // namespace castaway
