// What the network says to the client becomes frames.

#include <utility>
#include <variant>

#include "session_state.h"

namespace castaway::sim {

void Session::State::opened() {
  if (phase_ == Phase::running || phase_ == Phase::closing) say(0, amqp::ConnectionOpenOk());
}

void Session::State::said(ChannelNumber channel, const amqp::Method& method) {
  if (phase_ != Phase::running && phase_ != Phase::closing) return;
  if (channel == 0) return said_of_connection(method);
  said_of_channel(channel, method);
}

void Session::State::said_of_connection(const amqp::Method& method) {
  const server::Capabilities& can = handshake_.capabilities();
  if (std::holds_alternative<amqp::ConnectionBlocked>(method)) {
    // As in RabbitMQ, which then reads nothing from the socket, not even heartbeats.
    heartbeats_.pause();
    blocked_ = true;
    unread_ = 0;
    if (can.connection_blocked) say(0, method);
    return;
  }
  if (std::holds_alternative<amqp::ConnectionUnblocked>(method)) {
    heartbeats_.resume();
    blocked_ = false;
    if (can.connection_blocked) say(0, method);
    return has_output_();
  }
  if (const auto* close = std::get_if<amqp::ConnectionClose>(&method)) {
    amqp::ConnectionClose cut = *close;
    cut.reply_text = server::reply_text(std::move(cut.reply_text));
    say(0, cut);
    return wait_for_close(settings_.close_timeout);
  }
  say(0, method);
  if (std::holds_alternative<amqp::ConnectionCloseOk>(method))
    wait_for_close(settings_.close_timeout);
}

bool Session::State::hears(ChannelNumber number) const {
  if (phase_ != Phase::running && phase_ != Phase::closing) return false;
  const auto channel = channels_.find(number);
  return channel != channels_.end() && !channel->second.muted;
}

void Session::State::said_of_channel(ChannelNumber number, amqp::Method method) {
  const auto found = channels_.find(number);
  if (found == channels_.end()) return;
  server::SessionChannel& channel = found->second;
  const bool is_close_ok = std::holds_alternative<amqp::ChannelCloseOk>(method);
  if (channel.muted) {
    if (is_close_ok) channel.muted = false;
    if (is_close_ok && !channel.deaf && !channel.open) channels_.erase(found);
    return;
  }
  if (auto* close = std::get_if<amqp::ChannelClose>(&method)) {
    close->reply_text = server::reply_text(std::move(close->reply_text));
    channel.closed_by_broker = true;
  }
  if (auto* cancel = std::get_if<amqp::BasicCancel>(&method)) {
    if (!handshake_.capabilities().consumer_cancel_notify) return;
    cancel->no_wait = true;  // no answer is expected
  }
  if (std::holds_alternative<amqp::BasicRecoverOk>(method) && channel.silent_recovers > 0) {
    --channel.silent_recovers;
    return;
  }
  say(number, method);
  // If both have said channel.close, the client's answer to ours is still to come.
  if (is_close_ok && channel.leaving && !channel.closed_by_broker) channels_.erase(found);
}

void Session::State::delivered(ChannelNumber channel, BrokerDelivery delivery) {
  if (!hears(channel)) return;
  const amqp::BasicDeliver& method = delivery.method;
  if (!delivery.left) return say(channel, method, *delivery.content);
  say(channel,
      amqp::BasicGetOk{.delivery_tag = method.delivery_tag,
                       .redelivered = method.redelivered,
                       .exchange = method.exchange,
                       .routing_key = method.routing_key,
                       .message_count = *delivery.left},
      *delivery.content);
}

void Session::State::returned(ChannelNumber channel, BrokerReturn returned) {
  if (hears(channel)) say(channel, returned.method, *returned.content);
}

// The link is gone, and not by our own doing: so is the socket, without a goodbye.
void Session::State::lost(const std::string& /*why*/) {
  was_cut_ = true;
  finish();
}

}  // namespace castaway::sim
