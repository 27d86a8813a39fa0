#pragma once
// property_fields: maps rabbitmq-c's properties of class basic to ours. The same lines read and
// write, because `each` carries a property either way, and its flag.

#include "rabbitmq_c.h"

namespace castaway::amqp {

template <class Each, class V, class Raw>
void property_fields(Each& each, V& v, Raw& r) {
  each(AMQP_BASIC_CONTENT_TYPE_FLAG, v.content_type, r.content_type);
  each(AMQP_BASIC_CONTENT_ENCODING_FLAG, v.content_encoding, r.content_encoding);
  each(AMQP_BASIC_HEADERS_FLAG, v.headers, r.headers);
  each(AMQP_BASIC_DELIVERY_MODE_FLAG, v.delivery_mode, r.delivery_mode);
  each(AMQP_BASIC_PRIORITY_FLAG, v.priority, r.priority);
  each(AMQP_BASIC_CORRELATION_ID_FLAG, v.correlation_id, r.correlation_id);
  each(AMQP_BASIC_REPLY_TO_FLAG, v.reply_to, r.reply_to);
  each(AMQP_BASIC_EXPIRATION_FLAG, v.expiration, r.expiration);
  each(AMQP_BASIC_MESSAGE_ID_FLAG, v.message_id, r.message_id);
  each(AMQP_BASIC_TIMESTAMP_FLAG, v.timestamp, r.timestamp);
  each(AMQP_BASIC_TYPE_FLAG, v.type, r.type);
  each(AMQP_BASIC_USER_ID_FLAG, v.user_id, r.user_id);
  each(AMQP_BASIC_APP_ID_FLAG, v.app_id, r.app_id);
  each(AMQP_BASIC_CLUSTER_ID_FLAG, v.cluster_id, r.cluster_id);
}

}  // namespace castaway::amqp
