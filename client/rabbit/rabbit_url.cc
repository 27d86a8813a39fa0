#include "castaway/rabbit_url.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

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

/// How many letters of `a` differ from a beginning of `b`: these names are long, and people stop
/// early. Source: Levenshtein's distance.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return *std::min_element(row.begin(), row.end());
}

/// `; did you mean "ssl"?`, or nothing if no option is near.
std::string suggestion(const std::string& name) {
  const auto& options = known_options();
  const auto nearest =
      std::min_element(options.begin(), options.end(), [&](const auto& a, const auto& b) {
        return distance(name, a.first) < distance(name, b.first);
      });
  const std::size_t away = distance(name, nearest->first);
  if (away >= name.size() || away > (name.size() + 1) / 2) return {};
  return "; did you mean \"" + nearest->first + "\"?";
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
