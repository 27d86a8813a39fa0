#pragma once
// Wire: which of rabbitmq-c's structures, and which number, a method has.

#include "castaway/amqp/method.h"

#include "rabbitmq_c.h"

namespace castaway::amqp {

template <class RawStruct, amqp_method_number_t id>
struct WireAs {
  using Raw = RawStruct;
  static constexpr amqp_method_number_t number = id;
};

template <class Value>
struct Wire;
template <>
struct Wire<ConnectionStart> : WireAs<amqp_connection_start_t, AMQP_CONNECTION_START_METHOD> {};
template <>
struct Wire<ConnectionStartOk>
    : WireAs<amqp_connection_start_ok_t, AMQP_CONNECTION_START_OK_METHOD> {};
template <>
struct Wire<ConnectionSecure> : WireAs<amqp_connection_secure_t, AMQP_CONNECTION_SECURE_METHOD> {};
template <>
struct Wire<ConnectionSecureOk>
    : WireAs<amqp_connection_secure_ok_t, AMQP_CONNECTION_SECURE_OK_METHOD> {};
template <>
struct Wire<ConnectionTune> : WireAs<amqp_connection_tune_t, AMQP_CONNECTION_TUNE_METHOD> {};
template <>
struct Wire<ConnectionTuneOk> : WireAs<amqp_connection_tune_ok_t, AMQP_CONNECTION_TUNE_OK_METHOD> {
};
template <>
struct Wire<ConnectionOpen> : WireAs<amqp_connection_open_t, AMQP_CONNECTION_OPEN_METHOD> {};
template <>
struct Wire<ConnectionOpenOk> : WireAs<amqp_connection_open_ok_t, AMQP_CONNECTION_OPEN_OK_METHOD> {
};
template <>
struct Wire<ConnectionClose> : WireAs<amqp_connection_close_t, AMQP_CONNECTION_CLOSE_METHOD> {};
template <>
struct Wire<ConnectionCloseOk>
    : WireAs<amqp_connection_close_ok_t, AMQP_CONNECTION_CLOSE_OK_METHOD> {};
template <>
struct Wire<ConnectionBlocked> : WireAs<amqp_connection_blocked_t, AMQP_CONNECTION_BLOCKED_METHOD> {
};
template <>
struct Wire<ConnectionUnblocked>
    : WireAs<amqp_connection_unblocked_t, AMQP_CONNECTION_UNBLOCKED_METHOD> {};
template <>
struct Wire<ChannelOpen> : WireAs<amqp_channel_open_t, AMQP_CHANNEL_OPEN_METHOD> {};
template <>
struct Wire<ChannelOpenOk> : WireAs<amqp_channel_open_ok_t, AMQP_CHANNEL_OPEN_OK_METHOD> {};
template <>
struct Wire<ChannelFlow> : WireAs<amqp_channel_flow_t, AMQP_CHANNEL_FLOW_METHOD> {};
template <>
struct Wire<ChannelFlowOk> : WireAs<amqp_channel_flow_ok_t, AMQP_CHANNEL_FLOW_OK_METHOD> {};
template <>
struct Wire<ChannelClose> : WireAs<amqp_channel_close_t, AMQP_CHANNEL_CLOSE_METHOD> {};
template <>
struct Wire<ChannelCloseOk> : WireAs<amqp_channel_close_ok_t, AMQP_CHANNEL_CLOSE_OK_METHOD> {};
template <>
struct Wire<ExchangeDeclare> : WireAs<amqp_exchange_declare_t, AMQP_EXCHANGE_DECLARE_METHOD> {};
template <>
struct Wire<ExchangeDeclareOk>
    : WireAs<amqp_exchange_declare_ok_t, AMQP_EXCHANGE_DECLARE_OK_METHOD> {};
template <>
struct Wire<ExchangeDelete> : WireAs<amqp_exchange_delete_t, AMQP_EXCHANGE_DELETE_METHOD> {};
template <>
struct Wire<ExchangeDeleteOk> : WireAs<amqp_exchange_delete_ok_t, AMQP_EXCHANGE_DELETE_OK_METHOD> {
};
template <>
struct Wire<ExchangeBind> : WireAs<amqp_exchange_bind_t, AMQP_EXCHANGE_BIND_METHOD> {};
template <>
struct Wire<ExchangeBindOk> : WireAs<amqp_exchange_bind_ok_t, AMQP_EXCHANGE_BIND_OK_METHOD> {};
template <>
struct Wire<ExchangeUnbind> : WireAs<amqp_exchange_unbind_t, AMQP_EXCHANGE_UNBIND_METHOD> {};
template <>
struct Wire<ExchangeUnbindOk> : WireAs<amqp_exchange_unbind_ok_t, AMQP_EXCHANGE_UNBIND_OK_METHOD> {
};
template <>
struct Wire<QueueDeclare> : WireAs<amqp_queue_declare_t, AMQP_QUEUE_DECLARE_METHOD> {};
template <>
struct Wire<QueueDeclareOk> : WireAs<amqp_queue_declare_ok_t, AMQP_QUEUE_DECLARE_OK_METHOD> {};
template <>
struct Wire<QueueBind> : WireAs<amqp_queue_bind_t, AMQP_QUEUE_BIND_METHOD> {};
template <>
struct Wire<QueueBindOk> : WireAs<amqp_queue_bind_ok_t, AMQP_QUEUE_BIND_OK_METHOD> {};
template <>
struct Wire<QueueUnbind> : WireAs<amqp_queue_unbind_t, AMQP_QUEUE_UNBIND_METHOD> {};
template <>
struct Wire<QueueUnbindOk> : WireAs<amqp_queue_unbind_ok_t, AMQP_QUEUE_UNBIND_OK_METHOD> {};
template <>
struct Wire<QueuePurge> : WireAs<amqp_queue_purge_t, AMQP_QUEUE_PURGE_METHOD> {};
template <>
struct Wire<QueuePurgeOk> : WireAs<amqp_queue_purge_ok_t, AMQP_QUEUE_PURGE_OK_METHOD> {};
template <>
struct Wire<QueueDelete> : WireAs<amqp_queue_delete_t, AMQP_QUEUE_DELETE_METHOD> {};
template <>
struct Wire<QueueDeleteOk> : WireAs<amqp_queue_delete_ok_t, AMQP_QUEUE_DELETE_OK_METHOD> {};
template <>
struct Wire<BasicQos> : WireAs<amqp_basic_qos_t, AMQP_BASIC_QOS_METHOD> {};
template <>
struct Wire<BasicQosOk> : WireAs<amqp_basic_qos_ok_t, AMQP_BASIC_QOS_OK_METHOD> {};
template <>
struct Wire<BasicConsume> : WireAs<amqp_basic_consume_t, AMQP_BASIC_CONSUME_METHOD> {};
template <>
struct Wire<BasicConsumeOk> : WireAs<amqp_basic_consume_ok_t, AMQP_BASIC_CONSUME_OK_METHOD> {};
template <>
struct Wire<BasicCancel> : WireAs<amqp_basic_cancel_t, AMQP_BASIC_CANCEL_METHOD> {};
template <>
struct Wire<BasicCancelOk> : WireAs<amqp_basic_cancel_ok_t, AMQP_BASIC_CANCEL_OK_METHOD> {};
template <>
struct Wire<BasicPublish> : WireAs<amqp_basic_publish_t, AMQP_BASIC_PUBLISH_METHOD> {};
template <>
struct Wire<BasicReturn> : WireAs<amqp_basic_return_t, AMQP_BASIC_RETURN_METHOD> {};
template <>
struct Wire<BasicDeliver> : WireAs<amqp_basic_deliver_t, AMQP_BASIC_DELIVER_METHOD> {};
template <>
struct Wire<BasicGet> : WireAs<amqp_basic_get_t, AMQP_BASIC_GET_METHOD> {};
template <>
struct Wire<BasicGetOk> : WireAs<amqp_basic_get_ok_t, AMQP_BASIC_GET_OK_METHOD> {};
template <>
struct Wire<BasicGetEmpty> : WireAs<amqp_basic_get_empty_t, AMQP_BASIC_GET_EMPTY_METHOD> {};
template <>
struct Wire<BasicAck> : WireAs<amqp_basic_ack_t, AMQP_BASIC_ACK_METHOD> {};
template <>
struct Wire<BasicReject> : WireAs<amqp_basic_reject_t, AMQP_BASIC_REJECT_METHOD> {};
template <>
struct Wire<BasicRecover> : WireAs<amqp_basic_recover_t, AMQP_BASIC_RECOVER_METHOD> {};
template <>
struct Wire<BasicRecoverOk> : WireAs<amqp_basic_recover_ok_t, AMQP_BASIC_RECOVER_OK_METHOD> {};
template <>
struct Wire<BasicNack> : WireAs<amqp_basic_nack_t, AMQP_BASIC_NACK_METHOD> {};
template <>
struct Wire<ConfirmSelect> : WireAs<amqp_confirm_select_t, AMQP_CONFIRM_SELECT_METHOD> {};
template <>
struct Wire<ConfirmSelectOk> : WireAs<amqp_confirm_select_ok_t, AMQP_CONFIRM_SELECT_OK_METHOD> {};
template <>
struct Wire<TxSelect> : WireAs<amqp_tx_select_t, AMQP_TX_SELECT_METHOD> {};
template <>
struct Wire<TxSelectOk> : WireAs<amqp_tx_select_ok_t, AMQP_TX_SELECT_OK_METHOD> {};
template <>
struct Wire<TxCommit> : WireAs<amqp_tx_commit_t, AMQP_TX_COMMIT_METHOD> {};
template <>
struct Wire<TxCommitOk> : WireAs<amqp_tx_commit_ok_t, AMQP_TX_COMMIT_OK_METHOD> {};
template <>
struct Wire<TxRollback> : WireAs<amqp_tx_rollback_t, AMQP_TX_ROLLBACK_METHOD> {};
template <>
struct Wire<TxRollbackOk> : WireAs<amqp_tx_rollback_ok_t, AMQP_TX_ROLLBACK_OK_METHOD> {};

}  // namespace castaway::amqp
