// What a client says on a channel.
// Source: rabbit_reader.erl, process_frame; rabbit_channel.erl, handle_method.

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "method_shapes.h"
#include "session_state.h"

namespace castaway::sim {

using server::Command;
using server::SessionChannel;

namespace {

constexpr amqp::MethodNumber access_request{30, 10};
constexpr amqp::MethodNumber access_request_ok{30, 11};
constexpr amqp::MethodNumber recover_async{60, 100};

}  // namespace

void Session::State::take_for_channel(const server::RawFrame& frame) {
  const server::Frame what = server::analyzed(frame);
  if (std::holds_alternative<server::UnknownFrame>(what)) throw server::unknown_frame(frame);
  if (std::holds_alternative<server::HeartbeatFrame>(what)) throw server::unexpected_frame(frame);
  auto found = channels_.find(frame.channel);
  if (found == channels_.end()) {
    const std::uint16_t most = handshake_.channel_max();
    if (most != 0 && channels_.size() >= most)
      throw server::too_many_channels(channels_.size(), most);
    found = channels_
                .emplace(frame.channel,
                         SessionChannel{.contents = server::Contents(settings_.max_message_size)})
                .first;
  }
  auto complete = found->second.contents.take(what);
  if (complete) command(frame.channel, found->second, *std::move(complete));
}

void Session::State::command(ChannelNumber number, SessionChannel& channel, Command command) {
  if (channel.deaf) return hear_nothing_but_close(number, command);
  const amqp::Method* const method = command.method ? &*command.method : nullptr;
  if (method != nullptr && std::holds_alternative<amqp::ChannelOpen>(*method)) {
    channel.open = true;
    channel.leaving = false;
    return end_->say(number, *method);
  }
  if (!channel.open) throw server::channel_not_open(command.number);
  if (channel.closed_by_broker) {
    // The broker reads nothing from it but its end.
    if (method != nullptr) end_->say(number, *method);
    if (method != nullptr && std::holds_alternative<amqp::ChannelCloseOk>(*method))
      channels_.erase(number);
    return;
  }
  if (!server::is_request(command.number)) throw server::unimplemented_method(command.number);
  if (method != nullptr && std::holds_alternative<amqp::BasicPublish>(*method))
    return publish(number, channel, std::move(command));
  request(number, channel, command);
}

void Session::State::request(ChannelNumber number, SessionChannel& channel,
                             const Command& command) {
  if (command.number == access_request) return say(number, access_request_ok, {"\0\1", 2});
  if (command.number == recover_async) {
    if (command.arguments.front() == 0)
      throw server::not_implemented("requeue=false", command.number);
    ++channel.silent_recovers;
    return end_->say(number, amqp::BasicRecover{.requeue = true});
  }
  if (const auto* flow = std::get_if<amqp::ChannelFlow>(&*command.method)) {
    if (!flow->active) throw server::not_implemented("active=false", command.number);
    return say(number, amqp::ChannelFlowOk{.active = true});
  }
  if (std::holds_alternative<amqp::ChannelClose>(*command.method)) channel.leaving = true;
  end_->say(number, *command.method);
}

void Session::State::publish(ChannelNumber number, SessionChannel& channel, Command command) {
  auto& [exchange, routing_key, mandatory, immediate] =
      std::get<amqp::BasicPublish>(*command.method);
  const auto refuse = [&](const std::string& why) {
    close_channel(number, channel,
                  {.reply_code = 406,
                   .reply_text = "PRECONDITION_FAILED - " + why,
                   .class_id = command.number.class_id,
                   .method_id = command.number.method_id});
  };
  if (command.body_size > settings_.max_message_size) {
    return refuse(fmt::format("message size {} is larger than configured max size {}",
                              command.body_size, settings_.max_message_size));
  }
  if (command.content_is_broken) throw server::internal_error();
  end_->publish(number, {.exchange = std::move(exchange),
                         .routing_key = std::move(routing_key),
                         .mandatory = mandatory,
                         .immediate = immediate,
                         .message = std::move(command.content)});
}

void Session::State::close_channel(ChannelNumber number, SessionChannel& channel,
                                   amqp::ChannelClose why) {
  why.reply_text = server::reply_text(std::move(why.reply_text));
  say(number, why);
  channel.open = false;
  channel.deaf = channel.muted = true;
  end_->say(number, amqp::ChannelClose());
}

void Session::State::hear_nothing_but_close(ChannelNumber number, const Command& command) {
  if (!command.method) return;
  if (std::holds_alternative<amqp::ChannelOpen>(*command.method))
    throw server::channel_opened_twice(command.number);
  if (std::holds_alternative<amqp::ChannelClose>(*command.method))
    return say(number, amqp::ChannelCloseOk());
  if (!std::holds_alternative<amqp::ChannelCloseOk>(*command.method)) return;
  const auto found = channels_.find(number);
  found->second.deaf = false;
  if (!found->second.muted) channels_.erase(found);
}

}  // namespace castaway::sim
