#include "publisher.h"

#include <fmt/format.h>

namespace castaway::load {
namespace {

std::string id_of(std::uint64_t publisher, std::uint64_t message) {
  return fmt::format("{:016x}{:016x}", publisher + 1, message);
}

/// Nothing but its ids is different from one to the next.
std::string cast(const std::string& unique_id, const std::string& instance) {
  return fmt::format(
      R"({{"oslo.version": "2.0", "oslo.message": "{{\"method\": \"build_and_run_instance\", )"
      R"(\"args\": {{\"instance\": \"{}\", \"flavor\": \"m1.small\"}}, \"version\": \"5.0\", )"
      R"(\"_context_project_name\": \"demo\", \"_context_user_name\": \"admin\", )"
      R"(\"_unique_id\": \"{}\"}}"}})",
      instance, unique_id);
}

}  // namespace

Publisher::Publisher(Transport& transport, Flow& flow, std::uint64_t number, std::uint64_t first)
    : flow_(flow), number_(number), first_(first) {
  connection_ = transport.connect(Purpose::send, topic_of(number), *this);
  const std::string reply_queue = "reply_" + id_of(number, first);
  connection_->declare_queue({.queue = reply_queue, .exclusive = true, .auto_delete = true});
  connection_->consume(reply_queue, "replies");
  connection_->confirm_select();
}

std::uint64_t Publisher::publish(std::uint64_t count, const std::atomic<bool>& stop) {
  for (std::uint64_t sent = 0; sent < count; ++sent) {
    if (stop) return sent;
    flow_.wait_for_room();
    flow_.published();
    const std::string id = id_of(number_, first_ + sent);
    connection_->publish({.exchange = exchange,
                          .routing_key = topic_of(number_),
                          .message = {.properties = {.content_type = "application/json",
                                                     .content_encoding = "utf-8",
                                                     .delivery_mode = std::uint8_t{2},
                                                     .priority = std::uint8_t{0}},
                                      .body = cast(id, id)}});
  }
  return count;
}

void Publisher::confirmed(std::uint64_t tag, bool multiple, bool ack) {
  if (!ack) return flow_.broken("a message was refused");
  flow_.confirmed(multiple ? tag - confirmed_ : 1);
  confirmed_ = tag;
}

}  // namespace castaway::load
