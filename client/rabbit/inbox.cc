#include "inbox.h"

#include <utility>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/transport_words.h"
#include "castaway/error.h"

#include "handshake.h"

namespace castaway::rabbit {

using amqp::FrameType;

std::optional<Inbox::Arrived> Inbox::take(const amqp::Frame& frame) {
  if (frame.channel > our_channel)
    throw DecodeError("a frame on channel " + std::to_string(frame.channel) +
                      ", which is not open");
  switch (frame.type) {
    case FrameType::heartbeat:
      return std::nullopt;
    case FrameType::method: {
      amqp::Method method = amqp::decode_method(frame.payload);
      if (frame.channel != channel_of(method))
        throw DecodeError(std::string(amqp::name_of(method)) + " came on channel " +
                          std::to_string(frame.channel));
      // Methods of the connection itself may come in between.
      if (frame.channel == 0) return method;
      if (content_) throw DecodeError("a method came where a content was to go on");
      return begin(std::move(method));
    }
    case FrameType::header: {
      if (frame.channel != our_channel || !content_ || missing_)
        throw DecodeError("a content header came unannounced");
      amqp::ContentHeader header = amqp::decode_content_header(frame.payload);
      if (header.body_size > longest_body_)
        throw DecodeError("a body of " + std::to_string(header.body_size) + " bytes, and at most " +
                          std::to_string(longest_body_) + " are taken");
      missing_ = header.body_size;
      message() = amqp::to_transport(amqp::Message{.properties = std::move(header.properties)});
      return end_if_whole();
    }
    case FrameType::body:
      if (frame.channel != our_channel || !missing_)
        throw DecodeError("a body came without its header");
      if (frame.payload.size() > *missing_) throw DecodeError("a body longer than its header says");
      message().body += frame.payload;
      *missing_ -= frame.payload.size();
      return end_if_whole();
  }
  return std::nullopt;
}

std::optional<Inbox::Arrived> Inbox::begin(amqp::Method method) {
  if (auto* deliver = std::get_if<amqp::BasicDeliver>(&method)) {
    content_ = Delivery{.consumer_tag = std::move(deliver->consumer_tag),
                        .delivery_tag = deliver->delivery_tag,
                        .redelivered = deliver->redelivered,
                        .exchange = std::move(deliver->exchange),
                        .routing_key = std::move(deliver->routing_key)};
    return std::nullopt;
  }
  if (auto* returned = std::get_if<amqp::BasicReturn>(&method)) {
    content_ = Returned{.reply_code = returned->reply_code,
                        .reply_text = std::move(returned->reply_text),
                        .exchange = std::move(returned->exchange),
                        .routing_key = std::move(returned->routing_key)};
    return std::nullopt;
  }
  return method;
}

std::optional<Inbox::Arrived> Inbox::end_if_whole() {
  if (*missing_ > 0) return std::nullopt;
  missing_.reset();
  std::optional<Arrived> whole =
      std::visit([](auto& content) -> Arrived { return std::move(content); }, *content_);
  content_.reset();
  return whole;
}

Message& Inbox::message() {
  return std::visit([](auto& content) -> Message& { return content.message; }, *content_);
}

}  // namespace castaway::rabbit
