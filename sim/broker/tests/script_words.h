#pragma once
// The words of a script, as sim/broker/scripts/README.md lists them, and the line that tells of a
// delivery.

#include "script_values.h"
#include "script_world.h"

namespace castaway::sim {

inline void ScriptWorld::deliver(ChannelId to, BrokerDelivery given) {
  const amqp::BasicDeliver& method = given.method;
  const amqp::Message& message = *given.content;
  tags_[{to, message.body}] = method.delivery_tag;
  std::string line = "got " + message.body;
  if (given.left) {
    line += fmt::format(" left={}", *given.left);
  } else if (method.consumer_tag != "c") {
    line += " as " + shortened(method.consumer_tag);
  }
  if (method.redelivered) line += " redelivered";
  if (!method.exchange.empty()) {
    const std::string& key = method.routing_key;
    line += fmt::format(" from {} {}", method.exchange, key.empty() ? "''" : key);
  }
  const amqp::Properties& properties = message.properties;
  if (properties.expiration) line += " expiration=" + *properties.expiration;
  if (properties.reply_to) {
    reply_to_[{to, message.body}] = *properties.reply_to;
    line += " reply_to=" + shortened(*properties.reply_to);
  }
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : properties.headers.value_or(amqp::FieldTable())) {
    headers[name] = shown(value);
  }
  for (const auto& [name, value] : headers) line += fmt::format(" {}={}", name, value);
  tell(to, line);
}

/// The arguments of a publication that are no properties are headers.
inline void set_properties(amqp::Properties& properties, const ScriptStep& step) {
  if (step.has("persistent")) properties.delivery_mode = std::uint8_t{2};
  for (const auto& [name, value] : step.arguments) {
    if (name == "expiration") {
      properties.expiration = step.text(name);
    } else if (name == "user_id") {
      properties.user_id = step.text(name);
    } else if (name == "reply_to") {
      properties.reply_to = step.text(name);
    } else if (name == "correlation_id") {
      properties.correlation_id = step.text(name);
    } else if (name == "priority") {
      properties.priority = static_cast<std::uint8_t>(value.integer().value());
    } else {
      if (!properties.headers.has_value()) properties.headers.emplace();
      properties.headers->set(name, value);
    }
  }
}

inline const std::map<std::string, ScriptWorld::Make>& ScriptWorld::methods() {
  using World = ScriptWorld;
  using Step = ScriptStep;
  static const std::map<std::string, Make> all = {
      {"declare",
       [](World&, ChannelId, const Step& step) {
         return amqp::QueueDeclare{.queue = step.word(0),
                                   .passive = step.has("passive"),
                                   .durable = step.has("durable"),
                                   .exclusive = step.has("exclusive"),
                                   .auto_delete = step.has("auto_delete"),
                                   .arguments = step.arguments};
       }},
      {"count",
       [](World& world, ChannelId, const Step& step) {
         world.counting_ = true;
         return amqp::QueueDeclare{.queue = step.word(0), .passive = true};
       }},
      {"exchange",
       [](World&, ChannelId, const Step& step) {
         return amqp::ExchangeDeclare{.exchange = step.word(0),
                                      .type = step.word(1),
                                      .passive = step.has("passive"),
                                      .durable = step.has("durable"),
                                      .auto_delete = step.has("auto_delete"),
                                      .internal = step.has("internal"),
                                      .arguments = step.arguments};
       }},
      {"bind",
       [](World&, ChannelId, const Step& step) {
         return amqp::QueueBind{.queue = step.word(0),
                                .exchange = step.word(1),
                                .routing_key = step.word(2),
                                .arguments = step.arguments};
       }},
      {"unbind",
       [](World&, ChannelId, const Step& step) {
         return amqp::QueueUnbind{.queue = step.word(0),
                                  .exchange = step.word(1),
                                  .routing_key = step.word(2),
                                  .arguments = step.arguments};
       }},
      {"bind-exchange",
       [](World&, ChannelId, const Step& step) {
         return amqp::ExchangeBind{.destination = step.word(0),
                                   .source = step.word(1),
                                   .routing_key = step.word(2),
                                   .arguments = step.arguments};
       }},
      {"unbind-exchange",
       [](World&, ChannelId, const Step& step) {
         return amqp::ExchangeUnbind{.destination = step.word(0),
                                     .source = step.word(1),
                                     .routing_key = step.word(2),
                                     .arguments = step.arguments};
       }},
      {"purge",
       [](World&, ChannelId, const Step& step) { return amqp::QueuePurge{.queue = step.word(0)}; }},
      {"delete",
       [](World&, ChannelId, const Step& step) {
         return amqp::QueueDelete{.queue = step.word(0),
                                  .if_unused = step.has("if_unused"),
                                  .if_empty = step.has("if_empty")};
       }},
      {"delete-exchange",
       [](World&, ChannelId, const Step& step) {
         return amqp::ExchangeDelete{.exchange = step.word(0), .if_unused = step.has("if_unused")};
       }},
      {"prefetch",
       [](World&, ChannelId, const Step& step) {
         return amqp::BasicQos{
             .prefetch_count = static_cast<std::uint16_t>(std::stoul(step.word(0))),
             .global = step.has("global")};
       }},
      {"consume",
       [](World&, ChannelId, const Step& step) {
         const std::string tag = step.tag_word(1);
         return amqp::BasicConsume{.queue = step.word(0),
                                   .consumer_tag = tag,
                                   .no_ack = step.has("no_ack"),
                                   .exclusive = step.has("exclusive"),
                                   .arguments = step.arguments};
       }},
      {"get",
       [](World&, ChannelId, const Step& step) {
         return amqp::BasicGet{.queue = step.word(0), .no_ack = step.has("no_ack")};
       }},
      {"cancel", [](World&, ChannelId,
                    const Step& step) { return amqp::BasicCancel{.consumer_tag = step.word(0)}; }},
      {"select-tx", [](World&, ChannelId, const Step&) { return amqp::TxSelect{}; }},
      {"commit", [](World&, ChannelId, const Step&) { return amqp::TxCommit{}; }},
      {"rollback", [](World&, ChannelId, const Step&) { return amqp::TxRollback{}; }},
      {"confirm", [](World&, ChannelId, const Step&) { return amqp::ConfirmSelect{}; }},
      {"ack",
       [](World& world, ChannelId id, const Step& step) {
         return amqp::BasicAck{world.tag(id, step), step.has("multiple")};
       }},
      {"nack",
       [](World& world, ChannelId id, const Step& step) {
         return amqp::BasicNack{world.tag(id, step), step.has("multiple"), step.has("requeue")};
       }},
      {"reject",
       [](World& world, ChannelId id, const Step& step) {
         return amqp::BasicReject{world.tag(id, step), step.has("requeue")};
       }},
      {"recover",
       [](World&, ChannelId, const Step& step) { return amqp::BasicRecover{step.has("requeue")}; }},
  };
  return all;
}

inline const std::map<std::string, ScriptWorld::Act>& ScriptWorld::acts() {
  using World = ScriptWorld;
  using Step = ScriptStep;
  static const std::map<std::string, Act> all = {
      {"publish",
       [](World& world, ChannelId id, const Step& step) {
         amqp::Publication publication = {.exchange = step.word(0),
                                          .routing_key = step.word(1),
                                          .mandatory = step.has("mandatory"),
                                          .message = {.body = step.word(2)}};
         set_properties(publication.message.properties, step);
         world.broker_.publish(id, std::make_shared<Carried>(++world.messages_),
                               std::move(publication), world.now_);
       }},
      {"reply",
       [](World& world, ChannelId id, const Step& step) {
         amqp::Publication publication = {.routing_key = world.reply_to_.at({id, step.word(0)}),
                                          .mandatory = step.has("mandatory"),
                                          .message = {.body = step.word(1)}};
         world.broker_.publish(id, std::make_shared<Carried>(++world.messages_),
                               std::move(publication), world.now_);
       }},
      {"close-channel",
       [](World& world, ChannelId id, const Step&) {
         world.clients_.at(world.names_.at(id.connection)).channels.erase(id.number);
         world.broker_.take(id, amqp::ChannelClose{}, world.now_);
       }},
      {"close",
       [](World& world, ChannelId id, const Step&) {
         world.goodbyes_.insert(id.connection);
         world.broker_.take({id.connection, 0}, amqp::ConnectionClose{}, world.now_);
       }},
      {"lose",
       [](World& world, ChannelId id, const Step&) {
         world.broker_.lost(id.connection, world.now_);
         world.forget(id.connection);
       }},
  };
  return all;
}

}  // namespace castaway::sim
