#pragma once
// fields: maps rabbitmq-c's fields to ours. The same lines read and write, because `each` carries a
// value either way.

#include <type_traits>

#include "rabbitmq_c.h"

namespace castaway::amqp {

/// Methods that say nothing but their name.
template <class Each, class V, class Raw>
void fields(Each&, V&, Raw&) {
  static_assert(std::is_empty_v<V>, "a method with fields needs a function of its own");
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_start_t& r) {
  each(v.version_major, r.version_major);
  each(v.version_minor, r.version_minor);
  each(v.server_properties, r.server_properties);
  each(v.mechanisms, r.mechanisms);
  each(v.locales, r.locales);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_start_ok_t& r) {
  each(v.client_properties, r.client_properties);
  each(v.mechanism, r.mechanism);
  each(v.response, r.response);
  each(v.locale, r.locale);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_secure_t& r) {
  each(v.challenge, r.challenge);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_secure_ok_t& r) {
  each(v.response, r.response);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_tune_t& r) {
  each(v.channel_max, r.channel_max);
  each(v.frame_max, r.frame_max);
  each(v.heartbeat, r.heartbeat);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_tune_ok_t& r) {
  each(v.channel_max, r.channel_max);
  each(v.frame_max, r.frame_max);
  each(v.heartbeat, r.heartbeat);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_open_t& r) {
  each(v.virtual_host, r.virtual_host);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_close_t& r) {
  each(v.reply_code, r.reply_code);
  each(v.reply_text, r.reply_text);
  each(v.class_id, r.class_id);
  each(v.method_id, r.method_id);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_connection_blocked_t& r) {
  each(v.reason, r.reason);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_channel_flow_t& r) {
  each(v.active, r.active);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_channel_flow_ok_t& r) {
  each(v.active, r.active);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_channel_close_t& r) {
  each(v.reply_code, r.reply_code);
  each(v.reply_text, r.reply_text);
  each(v.class_id, r.class_id);
  each(v.method_id, r.method_id);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_exchange_declare_t& r) {
  each(v.exchange, r.exchange);
  each(v.type, r.type);
  each(v.passive, r.passive);
  each(v.durable, r.durable);
  each(v.auto_delete, r.auto_delete);
  each(v.internal, r.internal);
  each(v.arguments, r.arguments);
  each(v.no_wait, r.nowait);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_exchange_delete_t& r) {
  each(v.exchange, r.exchange);
  each(v.if_unused, r.if_unused);
  each(v.no_wait, r.nowait);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_exchange_bind_t& r) {
  each(v.destination, r.destination);
  each(v.source, r.source);
  each(v.routing_key, r.routing_key);
  each(v.no_wait, r.nowait);
  each(v.arguments, r.arguments);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_exchange_unbind_t& r) {
  each(v.destination, r.destination);
  each(v.source, r.source);
  each(v.routing_key, r.routing_key);
  each(v.no_wait, r.nowait);
  each(v.arguments, r.arguments);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_declare_t& r) {
  each(v.queue, r.queue);
  each(v.passive, r.passive);
  each(v.durable, r.durable);
  each(v.exclusive, r.exclusive);
  each(v.auto_delete, r.auto_delete);
  each(v.arguments, r.arguments);
  each(v.no_wait, r.nowait);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_declare_ok_t& r) {
  each(v.queue, r.queue);
  each(v.message_count, r.message_count);
  each(v.consumer_count, r.consumer_count);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_bind_t& r) {
  each(v.queue, r.queue);
  each(v.exchange, r.exchange);
  each(v.routing_key, r.routing_key);
  each(v.no_wait, r.nowait);
  each(v.arguments, r.arguments);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_unbind_t& r) {
  each(v.queue, r.queue);
  each(v.exchange, r.exchange);
  each(v.routing_key, r.routing_key);
  each(v.arguments, r.arguments);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_purge_t& r) {
  each(v.queue, r.queue);
  each(v.no_wait, r.nowait);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_purge_ok_t& r) {
  each(v.message_count, r.message_count);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_delete_t& r) {
  each(v.queue, r.queue);
  each(v.if_unused, r.if_unused);
  each(v.if_empty, r.if_empty);
  each(v.no_wait, r.nowait);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_queue_delete_ok_t& r) {
  each(v.message_count, r.message_count);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_qos_t& r) {
  each(v.prefetch_size, r.prefetch_size);
  each(v.prefetch_count, r.prefetch_count);
  each(v.global, r.global);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_consume_t& r) {
  each(v.queue, r.queue);
  each(v.consumer_tag, r.consumer_tag);
  each(v.no_local, r.no_local);
  each(v.no_ack, r.no_ack);
  each(v.exclusive, r.exclusive);
  each(v.no_wait, r.nowait);
  each(v.arguments, r.arguments);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_consume_ok_t& r) {
  each(v.consumer_tag, r.consumer_tag);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_cancel_t& r) {
  each(v.consumer_tag, r.consumer_tag);
  each(v.no_wait, r.nowait);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_cancel_ok_t& r) {
  each(v.consumer_tag, r.consumer_tag);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_publish_t& r) {
  each(v.exchange, r.exchange);
  each(v.routing_key, r.routing_key);
  each(v.mandatory, r.mandatory);
  each(v.immediate, r.immediate);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_return_t& r) {
  each(v.reply_code, r.reply_code);
  each(v.reply_text, r.reply_text);
  each(v.exchange, r.exchange);
  each(v.routing_key, r.routing_key);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_deliver_t& r) {
  each(v.consumer_tag, r.consumer_tag);
  each(v.delivery_tag, r.delivery_tag);
  each(v.redelivered, r.redelivered);
  each(v.exchange, r.exchange);
  each(v.routing_key, r.routing_key);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_get_t& r) {
  each(v.queue, r.queue);
  each(v.no_ack, r.no_ack);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_get_ok_t& r) {
  each(v.delivery_tag, r.delivery_tag);
  each(v.redelivered, r.redelivered);
  each(v.exchange, r.exchange);
  each(v.routing_key, r.routing_key);
  each(v.message_count, r.message_count);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_ack_t& r) {
  each(v.delivery_tag, r.delivery_tag);
  each(v.multiple, r.multiple);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_reject_t& r) {
  each(v.delivery_tag, r.delivery_tag);
  each(v.requeue, r.requeue);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_recover_t& r) {
  each(v.requeue, r.requeue);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_basic_nack_t& r) {
  each(v.delivery_tag, r.delivery_tag);
  each(v.multiple, r.multiple);
  each(v.requeue, r.requeue);
}
template <class Each, class V>
void fields(Each& each, V& v, amqp_confirm_select_t& r) {
  each(v.no_wait, r.nowait);
}

}  // namespace castaway::amqp
