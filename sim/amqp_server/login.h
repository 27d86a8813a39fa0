#pragma once
// Login: who a client is, by the mechanism that it chose.
//
// Source: rabbit_auth_mechanism_plain.erl and rabbit_auth_mechanism_amqplain.erl.

#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/session.h"

namespace castaway::sim::server {

/// In the order in which RabbitMQ offers them.
inline constexpr std::string_view mechanisms = "PLAIN AMQPLAIN";

/// The name of the user.
/// Throws: LoginRefused if it is no user, or the password is another; SilentRefusal if there is no
/// such mechanism, or the response is none of it.
[[nodiscard]] std::string log_in(const std::vector<SessionUser>& users, std::string_view mechanism,
                                 std::string_view response);

}  // namespace castaway::sim::server
