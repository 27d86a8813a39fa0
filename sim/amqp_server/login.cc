#include "login.h"

#include <algorithm>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/error.h"

#include "refusals.h"

namespace castaway::sim::server {
namespace {

/// NUL, name, NUL, password. Source: RFC 4616, without an authorization identity.
SessionUser plain(std::string_view response) {
  const std::size_t second = response.find('\0', 1);
  if (response.empty() || response.front() != '\0' || second == std::string_view::npos)
    throw SilentRefusal();
  const std::string_view password = response.substr(second + 1);
  if (password.find('\0') != std::string_view::npos) throw SilentRefusal();
  return {.name = std::string(response.substr(1, second - 1)), .password = std::string(password)};
}

/// A table without its length in front. It is read as that of a method that has nothing else.
amqp::FieldTable bare_table(std::string_view response) {
  std::string payload("\0\x0A\0\x0B", 4);
  for (int shift = 24; shift >= 0; shift -= 8)
    payload += static_cast<char>(response.size() >> shift & 0xFF);
  payload += response;
  payload.append(6, '\0');  // no mechanism, no response, no locale
  try {
    return std::get<amqp::ConnectionStartOk>(amqp::decode_method(payload)).client_properties;
  } catch (const DecodeError&) {
    throw SilentRefusal();
  }
}

SessionUser amqplain(std::string_view response) {
  const amqp::FieldTable table = bare_table(response);
  const auto text = [&](std::string_view key) {
    const amqp::FieldValue* const value = table.find(key);
    const std::string* const found = value == nullptr ? nullptr : value->get<std::string>();
    if (found == nullptr) throw SilentRefusal();
    return *found;
  };
  return {.name = text("LOGIN"), .password = text("PASSWORD")};
}

}  // namespace

std::string log_in(const std::vector<SessionUser>& users, std::string_view mechanism,
                   std::string_view response) {
  if (mechanism != "PLAIN" && mechanism != "AMQPLAIN") throw SilentRefusal();
  const SessionUser who = mechanism == "PLAIN" ? plain(response) : amqplain(response);
  const bool is_known = std::ranges::any_of(users, [&](const SessionUser& user) {
    return user.name == who.name && user.password == who.password;
  });
  if (!is_known) throw login_refused(mechanism);
  return who.name;
}

}  // namespace castaway::sim::server
