#include "castaway/transport_url.h"

#include <algorithm>
#include <charconv>

namespace castaway {
namespace {

constexpr std::string_view hexadecimal = "0123456789ABCDEF";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Reads one text, of which all pieces are views, so that a piece knows its place.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] TransportURL read() const {
    TransportURL url;
    std::string_view rest = text_.substr(0, std::min(text_.find('#'), text_.size()));
    url.transport = scheme(rest);
    const std::size_t question = std::min(rest.find('?'), rest.size());
    if (question < rest.size()) url.query = query(rest.substr(question + 1));
    rest = rest.substr(0, question);
    if (rest.starts_with("//")) {
      rest.remove_prefix(2);
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      url.hosts = hosts(rest.substr(0, slash));
      rest.remove_prefix(slash);
    }
    if (rest.starts_with('/')) url.virtual_host = unquoted(rest.substr(1));
    return url;
  }

 private:
  [[noreturn]] void refuse(std::string_view at, const std::string& what) const {
    throw InvalidTransportURL("transport URL, character " +
                              std::to_string(at.data() - text_.data() + 1) + ": " + what);
  }

  /// Takes it off, with its colon.
  std::string scheme(std::string_view& rest) const {
    const std::size_t colon = rest.find(':');
    const std::string_view scheme = rest.substr(0, std::min(colon, rest.size()));
    const bool named = colon != std::string_view::npos && !scheme.empty() &&
                       is_letter(scheme.front()) &&
                       std::all_of(scheme.begin(), scheme.end(), [](char c) {
                         return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                       });
    if (!named) refuse(rest, "it begins with a scheme, as in rabbit://host/");
    rest.remove_prefix(colon + 1);
    std::string lowered(scheme);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
    return lowered;
  }

  /// The pieces between commas that are not empty.
  [[nodiscard]] std::vector<TransportHost> hosts(std::string_view text) const {
    std::vector<TransportHost> hosts;
    for (const std::string_view piece : split(text, ',')) {
      if (!piece.empty()) hosts.push_back(host(piece));
    }
    return hosts;
  }

  [[nodiscard]] TransportHost host(std::string_view text) const {
    TransportHost host;
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
      const std::string_view credentials = text.substr(0, at);
      text.remove_prefix(at + 1);
      const std::size_t colon = credentials.find(':');
      host.username = unquoted(credentials.substr(0, colon));
      if (colon != std::string_view::npos) host.password = unquoted(credentials.substr(colon + 1));
    }
    std::size_t end = 0;
    if (text.starts_with('[')) {
      end = text.find(']');
      if (end == std::string_view::npos) refuse(text, "this bracket is not closed");
      host.hostname = text.substr(1, end - 1);
      ++end;
      if (end < text.size() && text[end] != ':')
        refuse(text.substr(end), "a port, or nothing, follows an address in brackets");
    } else {
      end = std::min(text.find(':'), text.size());
      if (std::count(text.begin(), text.end(), ':') > 1)
        refuse(text, "an IPv6 address stands in brackets, as in [::1]:5672");
      host.hostname = text.substr(0, end);
    }
    if (end < text.size()) host.port = port(text.substr(end + 1));
    return host;
  }

  /// What is none is not shown: where an @ is missing, it is a password.
  [[nodiscard]] std::optional<std::uint16_t> port(std::string_view text) const {
    if (text.empty()) return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
      refuse(text, "a port is a number from 1 to 65535");
    return port;
  }

  /// A key that is said again adds to its value; one without a value does not count.
  [[nodiscard]] std::map<std::string, std::string> query(std::string_view text) const {
    std::map<std::string, std::string> query;
    for (const std::string_view piece : split(text, '&')) {
      const std::size_t equals = piece.find('=');
      if (equals == std::string_view::npos || equals + 1 == piece.size()) continue;
      std::string& value = query[unquoted(piece.substr(0, equals), true)];
      if (!value.empty()) value += ',';
      value += unquoted(piece.substr(equals + 1), true);
    }
    return query;
  }

  static std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
      const std::size_t end = text.find(separator);
      pieces.push_back(text.substr(0, end));
      if (end == std::string_view::npos) return pieces;
      text.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] std::string unquoted(std::string_view text, bool plus_is_space = false) const {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        plain += plus_is_space && text[i] == '+' ? ' ' : text[i];
        continue;
      }
      const std::string_view digits = text.substr(i + 1, 2);
      unsigned byte = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
      if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
        refuse(text.substr(i), "two hexadecimal digits follow a %");
      plain += static_cast<char>(byte);
      i += 2;
    }
    return plain;
  }

  std::string_view text_;
};

std::string percent_encoded(std::string_view text, std::string_view left_bare = "") {
  std::string out;
  for (const char c : text) {
    const bool plain = is_letter(c) || is_digit(c) ||
                       std::string_view("_.-~").find(c) != std::string_view::npos ||
                       left_bare.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out.append(1, '%').append(1, hexadecimal[byte >> 4]).append(1, hexadecimal[byte & 15]);
    }
  }
  return out;
}

std::string written(const TransportURL& url, bool with_passwords) {
  std::string out = url.transport + "://";
  for (const TransportHost& host : url.hosts) {
    if (&host != &url.hosts.front()) out += ',';
    if (host.username) out += percent_encoded(*host.username);
    if (host.password) out += ":" + (with_passwords ? percent_encoded(*host.password) : "***");
    if (host.username || host.password) out += '@';
    const bool ipv6 = host.hostname.find(':') != std::string::npos;
    out += ipv6 ? "[" + host.hostname + "]" : host.hostname;
    if (host.port) out += ":" + std::to_string(*host.port);
  }
  out += "/" + percent_encoded(url.virtual_host.value_or(""), "/");
  for (const auto& [key, value] : url.query) {
    out += &key == &url.query.begin()->first ? '?' : '&';
    out += percent_encoded(key) + "=" + percent_encoded(value);
  }
  return out;
}

}  // namespace

TransportURL parse_transport_url(std::string_view text) { return Reader(text).read(); }

std::string to_string(const TransportURL& url) { return written(url, false); }

std::string to_string_with_passwords(const TransportURL& url) { return written(url, true); }

}  // namespace castaway
