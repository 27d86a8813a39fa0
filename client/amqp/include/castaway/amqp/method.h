#pragma once
// Method: the commands that two AMQP 0-9-1 peers exchange, as plain values. Build and compare them
// as data; the codec turns them into bytes. The names are the specification's.
//
// Reserved fields are left out: they are written empty, and ignored when read. Class access is left
// out: it means nothing to RabbitMQ.
// Source: AMQP 0-9-1, 1.4 and 1.8; RabbitMQ's extensions of it.

#include <cstdint>
#include <string>
#include <variant>

#include "castaway/amqp/field_table.h"

namespace castaway::amqp {

struct ConnectionStart {
  std::uint8_t version_major = 0;
  std::uint8_t version_minor = 9;
  FieldTable server_properties = {};
  std::string mechanisms = {};  ///< separated by spaces
  std::string locales = "en_US";
  friend bool operator==(const ConnectionStart&, const ConnectionStart&) = default;
};
struct ConnectionStartOk {
  FieldTable client_properties = {};
  std::string mechanism = {};
  std::string response = {};
  std::string locale = "en_US";
  friend bool operator==(const ConnectionStartOk&, const ConnectionStartOk&) = default;
};
struct ConnectionSecure {
  std::string challenge = {};
  friend bool operator==(const ConnectionSecure&, const ConnectionSecure&) = default;
};
struct ConnectionSecureOk {
  std::string response = {};
  friend bool operator==(const ConnectionSecureOk&, const ConnectionSecureOk&) = default;
};
struct ConnectionTune {
  std::uint16_t channel_max = 0;  ///< 0: no limit
  std::uint32_t frame_max = 0;    ///< bytes; 0: no limit
  std::uint16_t heartbeat = 0;    ///< seconds; 0: none
  friend bool operator==(const ConnectionTune&, const ConnectionTune&) = default;
};
struct ConnectionTuneOk {
  std::uint16_t channel_max = 0;
  std::uint32_t frame_max = 0;
  std::uint16_t heartbeat = 0;
  friend bool operator==(const ConnectionTuneOk&, const ConnectionTuneOk&) = default;
};
struct ConnectionOpen {
  std::string virtual_host = "/";
  friend bool operator==(const ConnectionOpen&, const ConnectionOpen&) = default;
};
struct ConnectionOpenOk {
  friend bool operator==(const ConnectionOpenOk&, const ConnectionOpenOk&) = default;
};
struct ConnectionClose {
  std::uint16_t reply_code = 200;
  std::string reply_text = {};
  std::uint16_t class_id = 0;  ///< of the method at fault, if there was one
  std::uint16_t method_id = 0;
  friend bool operator==(const ConnectionClose&, const ConnectionClose&) = default;
};
struct ConnectionCloseOk {
  friend bool operator==(const ConnectionCloseOk&, const ConnectionCloseOk&) = default;
};
struct ConnectionBlocked {
  std::string reason = {};
  friend bool operator==(const ConnectionBlocked&, const ConnectionBlocked&) = default;
};
struct ConnectionUnblocked {
  friend bool operator==(const ConnectionUnblocked&, const ConnectionUnblocked&) = default;
};

struct ChannelOpen {
  friend bool operator==(const ChannelOpen&, const ChannelOpen&) = default;
};
struct ChannelOpenOk {
  friend bool operator==(const ChannelOpenOk&, const ChannelOpenOk&) = default;
};
struct ChannelFlow {
  bool active = true;
  friend bool operator==(const ChannelFlow&, const ChannelFlow&) = default;
};
struct ChannelFlowOk {
  bool active = true;
  friend bool operator==(const ChannelFlowOk&, const ChannelFlowOk&) = default;
};
struct ChannelClose {
  std::uint16_t reply_code = 200;
  std::string reply_text = {};
  std::uint16_t class_id = 0;
  std::uint16_t method_id = 0;
  friend bool operator==(const ChannelClose&, const ChannelClose&) = default;
};
struct ChannelCloseOk {
  friend bool operator==(const ChannelCloseOk&, const ChannelCloseOk&) = default;
};

struct ExchangeDeclare {
  std::string exchange = {};
  std::string type = "direct";
  bool passive = false;  ///< only asks whether it is there
  bool durable = false;
  bool auto_delete = false;
  bool internal = false;  ///< takes messages only from other exchanges
  bool no_wait = false;
  FieldTable arguments = {};
  friend bool operator==(const ExchangeDeclare&, const ExchangeDeclare&) = default;
};
struct ExchangeDeclareOk {
  friend bool operator==(const ExchangeDeclareOk&, const ExchangeDeclareOk&) = default;
};
struct ExchangeDelete {
  std::string exchange = {};
  bool if_unused = false;
  bool no_wait = false;
  friend bool operator==(const ExchangeDelete&, const ExchangeDelete&) = default;
};
struct ExchangeDeleteOk {
  friend bool operator==(const ExchangeDeleteOk&, const ExchangeDeleteOk&) = default;
};
/// What `source` routes by this binding goes to `destination`, another exchange.
struct ExchangeBind {
  std::string destination = {};
  std::string source = {};
  std::string routing_key = {};
  bool no_wait = false;
  FieldTable arguments = {};
  friend bool operator==(const ExchangeBind&, const ExchangeBind&) = default;
};
struct ExchangeBindOk {
  friend bool operator==(const ExchangeBindOk&, const ExchangeBindOk&) = default;
};
struct ExchangeUnbind {
  std::string destination = {};
  std::string source = {};
  std::string routing_key = {};
  bool no_wait = false;
  FieldTable arguments = {};
  friend bool operator==(const ExchangeUnbind&, const ExchangeUnbind&) = default;
};
struct ExchangeUnbindOk {
  friend bool operator==(const ExchangeUnbindOk&, const ExchangeUnbindOk&) = default;
};

struct QueueDeclare {
  std::string queue = {};
  bool passive = false;  ///< only asks whether it is there
  bool durable = false;
  bool exclusive = false;
  bool auto_delete = false;
  bool no_wait = false;
  FieldTable arguments = {};
  friend bool operator==(const QueueDeclare&, const QueueDeclare&) = default;
};
struct QueueDeclareOk {
  std::string queue = {};
  std::uint32_t message_count = 0;
  std::uint32_t consumer_count = 0;
  friend bool operator==(const QueueDeclareOk&, const QueueDeclareOk&) = default;
};
struct QueueBind {
  std::string queue = {};
  std::string exchange = {};
  std::string routing_key = {};
  bool no_wait = false;
  FieldTable arguments = {};
  friend bool operator==(const QueueBind&, const QueueBind&) = default;
};
struct QueueBindOk {
  friend bool operator==(const QueueBindOk&, const QueueBindOk&) = default;
};
struct QueueUnbind {
  std::string queue = {};
  std::string exchange = {};
  std::string routing_key = {};
  FieldTable arguments = {};
  friend bool operator==(const QueueUnbind&, const QueueUnbind&) = default;
};
struct QueueUnbindOk {
  friend bool operator==(const QueueUnbindOk&, const QueueUnbindOk&) = default;
};
struct QueuePurge {
  std::string queue = {};
  bool no_wait = false;
  friend bool operator==(const QueuePurge&, const QueuePurge&) = default;
};
struct QueuePurgeOk {
  std::uint32_t message_count = 0;
  friend bool operator==(const QueuePurgeOk&, const QueuePurgeOk&) = default;
};
struct QueueDelete {
  std::string queue = {};
  bool if_unused = false;
  bool if_empty = false;
  bool no_wait = false;
  friend bool operator==(const QueueDelete&, const QueueDelete&) = default;
};
struct QueueDeleteOk {
  std::uint32_t message_count = 0;
  friend bool operator==(const QueueDeleteOk&, const QueueDeleteOk&) = default;
};

struct BasicQos {
  std::uint32_t prefetch_size = 0;
  std::uint16_t prefetch_count = 0;
  bool global = false;
  friend bool operator==(const BasicQos&, const BasicQos&) = default;
};
struct BasicQosOk {
  friend bool operator==(const BasicQosOk&, const BasicQosOk&) = default;
};
struct BasicConsume {
  std::string queue = {};
  std::string consumer_tag = {};
  bool no_local = false;
  bool no_ack = false;
  bool exclusive = false;
  bool no_wait = false;
  FieldTable arguments = {};
  friend bool operator==(const BasicConsume&, const BasicConsume&) = default;
};
struct BasicConsumeOk {
  std::string consumer_tag = {};
  friend bool operator==(const BasicConsumeOk&, const BasicConsumeOk&) = default;
};
struct BasicCancel {
  std::string consumer_tag = {};
  bool no_wait = false;
  friend bool operator==(const BasicCancel&, const BasicCancel&) = default;
};
struct BasicCancelOk {
  std::string consumer_tag = {};
  friend bool operator==(const BasicCancelOk&, const BasicCancelOk&) = default;
};
/// A content follows.
struct BasicPublish {
  std::string exchange = {};
  std::string routing_key = {};
  bool mandatory = false;
  bool immediate = false;
  friend bool operator==(const BasicPublish&, const BasicPublish&) = default;
};
/// A content follows.
struct BasicReturn {
  std::uint16_t reply_code = 0;
  std::string reply_text = {};
  std::string exchange = {};
  std::string routing_key = {};
  friend bool operator==(const BasicReturn&, const BasicReturn&) = default;
};
/// A content follows.
struct BasicDeliver {
  std::string consumer_tag = {};
  std::uint64_t delivery_tag = 0;
  bool redelivered = false;
  std::string exchange = {};
  std::string routing_key = {};
  friend bool operator==(const BasicDeliver&, const BasicDeliver&) = default;
};
struct BasicGet {
  std::string queue = {};
  bool no_ack = false;
  friend bool operator==(const BasicGet&, const BasicGet&) = default;
};
/// A content follows.
struct BasicGetOk {
  std::uint64_t delivery_tag = 0;
  bool redelivered = false;
  std::string exchange = {};
  std::string routing_key = {};
  std::uint32_t message_count = 0;
  friend bool operator==(const BasicGetOk&, const BasicGetOk&) = default;
};
struct BasicGetEmpty {
  friend bool operator==(const BasicGetEmpty&, const BasicGetEmpty&) = default;
};
struct BasicAck {
  std::uint64_t delivery_tag = 0;
  bool multiple = false;
  friend bool operator==(const BasicAck&, const BasicAck&) = default;
};
struct BasicReject {
  std::uint64_t delivery_tag = 0;
  bool requeue = true;
  friend bool operator==(const BasicReject&, const BasicReject&) = default;
};
struct BasicRecover {
  bool requeue = false;
  friend bool operator==(const BasicRecover&, const BasicRecover&) = default;
};
struct BasicRecoverOk {
  friend bool operator==(const BasicRecoverOk&, const BasicRecoverOk&) = default;
};
struct BasicNack {
  std::uint64_t delivery_tag = 0;
  bool multiple = false;
  bool requeue = true;
  friend bool operator==(const BasicNack&, const BasicNack&) = default;
};

struct ConfirmSelect {
  bool no_wait = false;
  friend bool operator==(const ConfirmSelect&, const ConfirmSelect&) = default;
};
struct ConfirmSelectOk {
  friend bool operator==(const ConfirmSelectOk&, const ConfirmSelectOk&) = default;
};

struct TxSelect {
  friend bool operator==(const TxSelect&, const TxSelect&) = default;
};
struct TxSelectOk {
  friend bool operator==(const TxSelectOk&, const TxSelectOk&) = default;
};
struct TxCommit {
  friend bool operator==(const TxCommit&, const TxCommit&) = default;
};
struct TxCommitOk {
  friend bool operator==(const TxCommitOk&, const TxCommitOk&) = default;
};
struct TxRollback {
  friend bool operator==(const TxRollback&, const TxRollback&) = default;
};
struct TxRollbackOk {
  friend bool operator==(const TxRollbackOk&, const TxRollbackOk&) = default;
};

/// One of them. What copies, moves and destroys it is in method.cc: it is much to compile for each
/// file that has to do with methods.
struct Method
    : std::variant<
          ConnectionStart, ConnectionStartOk, ConnectionSecure, ConnectionSecureOk, ConnectionTune,
          ConnectionTuneOk, ConnectionOpen, ConnectionOpenOk, ConnectionClose, ConnectionCloseOk,
          ConnectionBlocked, ConnectionUnblocked, ChannelOpen, ChannelOpenOk, ChannelFlow,
          ChannelFlowOk, ChannelClose, ChannelCloseOk, ExchangeDeclare, ExchangeDeclareOk,
          ExchangeDelete, ExchangeDeleteOk, ExchangeBind, ExchangeBindOk, ExchangeUnbind,
          ExchangeUnbindOk, QueueDeclare, QueueDeclareOk, QueueBind, QueueBindOk, QueueUnbind,
          QueueUnbindOk, QueuePurge, QueuePurgeOk, QueueDelete, QueueDeleteOk, BasicQos, BasicQosOk,
          BasicConsume, BasicConsumeOk, BasicCancel, BasicCancelOk, BasicPublish, BasicReturn,
          BasicDeliver, BasicGet, BasicGetOk, BasicGetEmpty, BasicAck, BasicReject, BasicRecover,
          BasicRecoverOk, BasicNack, ConfirmSelect, ConfirmSelectOk, TxSelect, TxSelectOk, TxCommit,
          TxCommitOk, TxRollback, TxRollbackOk> {
  using variant::variant;
  using variant::operator=;
  Method();
  Method(const Method&);
  Method(Method&&) noexcept;
  Method& operator=(const Method&);
  Method& operator=(Method&&) noexcept;
  ~Method();
};

/// The method's name as the specification writes it: "queue.declare-ok".
[[nodiscard]] const char* name_of(const Method& method);

/// The numbers of a method, as a close names the one that was at fault.
struct MethodNumber {
  std::uint16_t class_id = 0;
  std::uint16_t method_id = 0;
  friend bool operator==(const MethodNumber&, const MethodNumber&) = default;
};
[[nodiscard]] MethodNumber number_of(const Method& method);

}  // namespace castaway::amqp
