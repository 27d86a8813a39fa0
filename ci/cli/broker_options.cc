#include "broker_options.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "usage_error.h"

namespace castaway::ci {

namespace {

constexpr std::string_view nats_port = ":4222";

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lowered;
}

/// Without its scheme, if something before "//" looks like one.
std::string_view without_scheme(std::string_view typed) {
  const std::size_t slashes = typed.find("//");
  if (slashes == std::string_view::npos) return typed;
  if (slashes != 0 && typed[slashes - 1] != ':') return typed;
  return typed.substr(slashes + 2);
}

/// Everything between the first colon and the last @ may be a password: a slash in one is usual.
std::string without_passwords(std::string_view typed) {
  const std::string_view rest = without_scheme(typed);
  const std::size_t colon = rest.find(':');
  const std::size_t at = rest.rfind('@');
  if (at == std::string_view::npos || colon >= at) return std::string(typed);
  return fmt::format("{}{}:***{}", typed.substr(0, typed.size() - rest.size()),
                     rest.substr(0, colon), rest.substr(at));
}

std::string in_full(const std::string& typed, const std::vector<std::string>& schemes) {
  std::string_view rest = without_scheme(typed);
  // As in rabbit:localhost.
  for (const std::string& scheme : schemes) {
    if (lower(rest).starts_with(scheme + ':')) rest.remove_prefix(scheme.size() + 1);
  }
  std::string host(rest.substr(0, rest.find_first_of("/?")));
  if (host.empty()) return "";
  std::string after(rest.substr(host.size()));
  if (!after.starts_with('/')) after.insert(0, "/");
  if (lower(typed).starts_with("amqps:") && after.find('?') == std::string::npos)
    after += "?ssl=true";
  const bool is_nats = std::ranges::count(schemes, "nats") != 0 &&
                       (host.ends_with(nats_port) || lower(typed).starts_with("nats:"));
  return fmt::format("{}://{}{}", is_nats ? "nats" : "rabbit", host, after);
}

}  // namespace

Option url_option(std::string* into) {
  return {"URL", "of the broker, as in rabbit://localhost/", into};
}

Option server_option(Target* into) { return {"--server NAME", "the server's name", &into->server}; }

Option exchange_option(Target* into) {
  return {"--exchange NAME", "openstack if not given", &into->exchange};
}

bool has_scheme(std::string_view typed, const std::vector<std::string>& schemes) {
  const std::size_t colon = typed.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string scheme = lower(typed.substr(0, colon));
  const std::string_view rest = typed.substr(colon + 1);
  return std::ranges::count(schemes, scheme.substr(0, scheme.find('+'))) != 0 &&
         (rest.empty() || rest.front() == '/' || rest.front() == '?');
}

std::string misspelled(std::string_view typed, const std::vector<std::string>& schemes) {
  const std::string shown = without_passwords(typed);
  const std::string meant = in_full(shown, schemes);
  return fmt::format("\"{}\": a broker's URL begins with {}://{}", shown,
                     fmt::join(schemes, ":// or "),
                     meant.empty() ? ", as in " + schemes.front() + "://localhost/"
                                   : "; did you mean " + meant + "?");
}

RabbitOptions broker_at(const std::string& url) {
  if (!has_scheme(url, {"rabbit", "kombu"})) throw UsageError(misspelled(url, {"rabbit"}));
  try {
    return rabbit_options(parse_transport_url(url));
  } catch (const InvalidTransportURL& error) {
    throw UsageError(error.what());
  }
}

}  // namespace castaway::ci
