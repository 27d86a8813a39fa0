#include "server_handshake.h"

#include <algorithm>

#include "castaway/amqp/frame.h"

#include "login.h"
#include "refusals.h"

namespace castaway::sim::server {
namespace {

/// What RabbitMQ 3.10.8 says of itself, and who we are. Clients look at the product and its version
/// (kombu), and at the capabilities (pika, bunny).
amqp::FieldTable server_properties(const std::string& cluster_name) {
  return {{"capabilities", amqp::FieldTable{{"publisher_confirms", true},
                                            {"exchange_exchange_bindings", true},
                                            {"basic.nack", true},
                                            {"consumer_cancel_notify", true},
                                            {"connection.blocked", true},
                                            {"consumer_priorities", true},
                                            {"authentication_failure_close", true},
                                            {"per_consumer_qos", true},
                                            {"direct_reply_to", true}}},
          {"cluster_name", cluster_name},
          {"copyright", "Copyright (c) 2007-2022 VMware, Inc. or its affiliates."},
          {"information", "Licensed under the MPL 2.0. Website: https://rabbitmq.com"},
          {"platform", "Erlang/OTP 25.2.3"},
          {"product", "RabbitMQ"},
          {"version", "3.10.8"},
          {"simulator", "castaway"}};
}

/// Whether both can live with a limit. Source: rabbit_reader.erl,
/// validate_negotiated_integer_value.
bool is_agreed(std::uint32_t ours, std::uint32_t theirs, std::uint32_t least) {
  if (theirs != 0 && theirs < least) return false;
  return ours == 0 || (theirs != 0 && theirs <= ours);
}

}  // namespace

amqp::ConnectionStart Handshake::start() const {
  return {.server_properties = server_properties(settings_.cluster_name),
          .mechanisms = std::string(mechanisms)};
}

const char* Handshake::state() const {
  switch (turn_) {
    case Turn::start_ok:
      return "starting";
    case Turn::tune_ok:
      return "tuning";
    case Turn::open:
      return "opening";
    case Turn::done:
      break;
  }
  return "running";
}

std::optional<amqp::Method> Handshake::take(const Command& command) {
  const auto said = [&]<class Value>(Turn turn, const Value*) {
    return turn_ == turn && command.method ? std::get_if<Value>(&*command.method) : nullptr;
  };
  constexpr const amqp::ConnectionStartOk* a_start_ok = nullptr;
  constexpr const amqp::ConnectionTuneOk* a_tune_ok = nullptr;
  constexpr const amqp::ConnectionOpen* an_open = nullptr;
  if (const auto* method = said(Turn::start_ok, a_start_ok)) return start_ok(*method);
  if (const auto* method = said(Turn::tune_ok, a_tune_ok)) {
    tune_ok(*method);
    return std::nullopt;
  }
  if (const auto* method = said(Turn::open, an_open)) {
    open(*method, command.number);
    return std::nullopt;
  }
  if (!is_opening()) throw SilentRefusal();
  throw unexpected_method(state(), command.number);
}

amqp::Method Handshake::start_ok(const amqp::ConnectionStartOk& said) {
  const amqp::FieldValue* const value = said.client_properties.find("capabilities");
  const auto* const table = value == nullptr ? nullptr : value->get<amqp::FieldTable>();
  const auto can = [table](std::string_view name) {
    const amqp::FieldValue* const found = table == nullptr ? nullptr : table->find(name);
    const bool* const flag = found == nullptr ? nullptr : found->get<bool>();
    return flag != nullptr && *flag;
  };
  capabilities_ = {.authentication_failure_close = can("authentication_failure_close"),
                   .consumer_cancel_notify = can("consumer_cancel_notify"),
                   .connection_blocked = can("connection.blocked")};
  const amqp::FieldValue* const name = said.client_properties.find("connection_name");
  const auto* const text = name == nullptr ? nullptr : name->get<std::string>();
  if (text != nullptr) login_.connection_name = *text;
  try {
    login_.user = log_in(settings_.users, said.mechanism, said.response);
  } catch (const LoginRefused&) {
    if (capabilities_.authentication_failure_close) throw;
    throw SilentRefusal();
  }
  turn_ = Turn::tune_ok;
  return amqp::ConnectionTune{.channel_max = settings_.channel_max,
                              .frame_max = settings_.frame_max,
                              .heartbeat = settings_.heartbeat};
}

void Handshake::tune_ok(const amqp::ConnectionTuneOk& said) {
  if (!is_agreed(settings_.frame_max, said.frame_max, amqp::frame_min_size) ||
      !is_agreed(settings_.channel_max, said.channel_max, 1))
    throw SilentRefusal();
  frame_max_ = said.frame_max;
  channel_max_ = said.channel_max;
  heartbeat_ = said.heartbeat;
  turn_ = Turn::open;
}

void Handshake::open(const amqp::ConnectionOpen& said, amqp::MethodNumber number) {
  const std::string& wanted = said.virtual_host;
  if (std::ranges::count(settings_.virtual_hosts, wanted) == 0)
    throw no_virtual_host(wanted, number);
  const auto user = std::ranges::find(settings_.users, login_.user, &SessionUser::name);
  if (user->virtual_hosts.has_value() && !user->virtual_hosts->contains(wanted))
    throw no_access_to_virtual_host(wanted, login_.user, number);
  login_.virtual_host = wanted;
  turn_ = Turn::done;
}

}  // namespace castaway::sim::server
