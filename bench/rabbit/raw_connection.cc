#include "raw_connection.h"

#include <stdexcept>
#include <utility>

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>

namespace castaway::bench {
namespace {

constexpr amqp_channel_t channel = 1;

amqp_bytes_t bytes(const std::string& text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};
}

std::string text(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port) : connection_(amqp_new_connection()) {
  amqp_socket_t* socket = amqp_tcp_socket_new(connection_);
  check("connect", amqp_socket_open(socket, "127.0.0.1", port));
  // Without heartbeats: while others are measured nobody is there to send any.
  check("login",
        amqp_login(connection_, "/", 0, 131'072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"));
  amqp_channel_open(connection_, channel);
  check("channel.open", amqp_get_rpc_reply(connection_));
  amqp_confirm_select(connection_, channel);
  check("confirm.select", amqp_get_rpc_reply(connection_));
}

RawConnection::~RawConnection() {
  amqp_connection_close(connection_, AMQP_REPLY_SUCCESS);
  amqp_destroy_connection(connection_);
}

void RawConnection::check(const char* what, const amqp_rpc_reply_t& reply) const {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) throw std::runtime_error(what);
}

void RawConnection::check(const char* what, int status) const {
  if (status != AMQP_STATUS_OK)
    throw std::runtime_error(std::string(what) + ": " + amqp_error_string2(status));
}

void RawConnection::declare_exchange(const std::string& name, const std::string& type,
                                     bool auto_delete) {
  amqp_exchange_declare(connection_, channel, bytes(name), bytes(type), 0, 0, auto_delete ? 1 : 0,
                        0, amqp_empty_table);
  check("exchange.declare", amqp_get_rpc_reply(connection_));
}

void RawConnection::consume(const std::string& queue, const std::string& exchange,
                            const std::string& routing_key) {
  amqp_queue_declare(connection_, channel, bytes(queue), 0, 0, 0, 0, amqp_empty_table);
  check("queue.declare", amqp_get_rpc_reply(connection_));
  if (!exchange.empty()) {
    amqp_queue_bind(connection_, channel, bytes(queue), bytes(exchange), bytes(routing_key),
                    amqp_empty_table);
    check("queue.bind", amqp_get_rpc_reply(connection_));
  }
  amqp_basic_consume(connection_, channel, bytes(queue), amqp_empty_bytes, 0, 0, 0,
                     amqp_empty_table);
  check("basic.consume", amqp_get_rpc_reply(connection_));
}

void RawConnection::prefetch(std::uint16_t count) {
  amqp_basic_qos(connection_, channel, 0, count, 0);
  check("basic.qos", amqp_get_rpc_reply(connection_));
}

void RawConnection::barrier(const std::string& queue) {
  amqp_queue_declare_t declare = {};
  declare.queue = bytes(queue);
  declare.passive = 1;
  declared_ = false;
  check("queue.declare",
        amqp_send_method(connection_, channel, AMQP_QUEUE_DECLARE_METHOD, &declare));
  while (!declared_) read();
}

void RawConnection::publish(const std::string& exchange, const std::string& routing_key,
                            const std::string& body, bool mandatory, bool expires) {
  amqp_basic_properties_t properties = {};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG |
                      AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                      AMQP_BASIC_PRIORITY_FLAG | (expires ? AMQP_BASIC_EXPIRATION_FLAG : 0);
  properties.content_type = amqp_cstring_bytes("application/json");
  properties.content_encoding = amqp_cstring_bytes("utf-8");
  properties.headers = amqp_empty_table;
  properties.delivery_mode = 2;
  properties.priority = 0;
  properties.expiration = amqp_cstring_bytes("60000");
  check("basic.publish",
        amqp_basic_publish(connection_, channel, bytes(exchange), bytes(routing_key),
                           mandatory ? 1 : 0, 0, &properties, bytes(body)));
  ++published_;
  while (confirmed_ < published_) read();
}

RawDelivery RawConnection::next() {
  while (deliveries_.empty()) read();
  RawDelivery delivery = std::move(deliveries_.front());
  deliveries_.pop_front();
  return delivery;
}

void RawConnection::acknowledge(std::uint64_t tag) {
  check("basic.ack", amqp_basic_ack(connection_, channel, tag, 0));
}

void RawConnection::read() {
  amqp_maybe_release_buffers(connection_);
  amqp_frame_t frame;
  check("read", amqp_simple_wait_frame(connection_, &frame));
  if (frame.frame_type != AMQP_FRAME_METHOD) return;  // a heartbeat
  const amqp_method_t& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_ACK_METHOD:
      confirmed_ = static_cast<const amqp_basic_ack_t*>(method.decoded)->delivery_tag;
      break;
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto tag = static_cast<const amqp_basic_deliver_t*>(method.decoded)->delivery_tag;
      amqp_message_t message;
      check("basic.deliver", amqp_read_message(connection_, channel, &message, 0));
      deliveries_.push_back({.tag = tag, .body = text(message.body)});
      amqp_destroy_message(&message);
      break;
    }
    case AMQP_QUEUE_DECLARE_OK_METHOD:
      declared_ = true;
      break;
    case AMQP_CONNECTION_CLOSE_METHOD:
      throw std::runtime_error(
          text(static_cast<const amqp_connection_close_t*>(method.decoded)->reply_text));
    case AMQP_CHANNEL_CLOSE_METHOD:
      throw std::runtime_error(
          text(static_cast<const amqp_channel_close_t*>(method.decoded)->reply_text));
    default:
      throw std::runtime_error(std::string("unexpected: ") + amqp_method_name(method.id));
  }
}

}  // namespace castaway::bench
