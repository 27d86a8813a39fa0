#include "castaway/amqp/method.h"

#include <array>

#include "wire.h"

namespace castaway::amqp {

Method::Method() = default;
Method::Method(const Method&) = default;
Method::Method(Method&&) noexcept = default;
Method& Method::operator=(const Method&) = default;
Method& Method::operator=(Method&&) noexcept = default;
Method::~Method() = default;

const char* name_of(const Method& method) {
  static constexpr std::array<const char*, std::variant_size_v<Method::variant>> names = {
      "connection.start", "connection.start-ok", "connection.secure",  "connection.secure-ok",
      "connection.tune",  "connection.tune-ok",  "connection.open",    "connection.open-ok",
      "connection.close", "connection.close-ok", "connection.blocked", "connection.unblocked",
      "channel.open",     "channel.open-ok",     "channel.flow",       "channel.flow-ok",
      "channel.close",    "channel.close-ok",    "exchange.declare",   "exchange.declare-ok",
      "exchange.delete",  "exchange.delete-ok",  "exchange.bind",      "exchange.bind-ok",
      "exchange.unbind",  "exchange.unbind-ok",  "queue.declare",      "queue.declare-ok",
      "queue.bind",       "queue.bind-ok",       "queue.unbind",       "queue.unbind-ok",
      "queue.purge",      "queue.purge-ok",      "queue.delete",       "queue.delete-ok",
      "basic.qos",        "basic.qos-ok",        "basic.consume",      "basic.consume-ok",
      "basic.cancel",     "basic.cancel-ok",     "basic.publish",      "basic.return",
      "basic.deliver",    "basic.get",           "basic.get-ok",       "basic.get-empty",
      "basic.ack",        "basic.reject",        "basic.recover",      "basic.recover-ok",
      "basic.nack",       "confirm.select",      "confirm.select-ok",  "tx.select",
      "tx.select-ok",     "tx.commit",           "tx.commit-ok",       "tx.rollback",
      "tx.rollback-ok",
  };
  return names[method.index()];
}

MethodNumber number_of(const Method& method) {
  return std::visit(
      []<class Value>(const Value&) {
        constexpr std::uint32_t number = Wire<Value>::number;
        return MethodNumber{.class_id = number >> 16, .method_id = number & 0xFFFF};
      },
      method);
}

}  // namespace castaway::amqp
