#pragma once
// ScriptWorld: a broker that is told the steps of a script, and what it says to whom.
//
// What a step asks of the broker is in script_words.h.

#include <functional>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "castaway/sim/broker.h"

#include "script_fixture.h"

namespace castaway::sim {

/// The broker, and what it says to whom.
class ScriptWorld final : public BrokerOutput, public QueueFaults {
 public:
  std::vector<std::string> play(const ScriptStep& step) {
    if (step.who == "broker") {
      operate(step);
    } else {
      speak(step);
    }
    while (wake_ <= now_) broker_.advance(std::exchange(wake_, never));
    for (const auto& answer : std::exchange(answers_, {})) answer();
    std::vector<std::string> all;
    for (auto& [name, lines] : heard_) {
      for (const std::string& line : std::exchange(lines, {})) all.push_back(name + " " + line);
    }
    return all;
  }

 private:
  using Act = std::function<void(ScriptWorld&, ChannelId, const ScriptStep&)>;
  using Make = std::function<amqp::Method(ScriptWorld&, ChannelId, const ScriptStep&)>;
  struct Client {
    ConnectionId id = 0;
    std::set<ChannelNumber> channels = {};
    bool has_several = false;  ///< or had: an error of one leaves the others
  };

  void operate(const ScriptStep& step) {
    if (step.verb == "wait") return pass(std::chrono::milliseconds(std::stoll(step.word(0))));
    if (step.verb == "block") return broker_.block("low on memory", now_);
    if (step.verb == "unblock") return broker_.unblock(now_);
    if (step.verb == "restart") return void(broker_.restart(true, now_));
    if (step.verb == "delete") return broker_.delete_queue(step.word(0), now_);
    if (step.verb == "rights") {
      return broker_.set_rights(
          "guest", {.configure = step.word(0), .write = step.word(1), .read = step.word(2)});
    }
    if (step.verb == "consumer_timeout") {
      return broker_.set_consumer_timeout(
          {.age = std::chrono::milliseconds(std::stoll(step.word(0))),
           .tick = std::chrono::milliseconds(std::stoll(step.word(1)))});
    }
    throw std::invalid_argument("no such verb: " + step.line);
  }

  void speak(const ScriptStep& step) {
    const auto method = methods().find(step.verb);
    const auto act = acts().find(step.verb);
    const bool known = method != methods().end() || act != acts().end();
    if (!known) throw std::invalid_argument("no such verb: " + step.line);
    const ChannelId channel = open(step.who);
    if (act != acts().end()) return act->second(*this, channel, step);
    broker_.take(channel, method->second(*this, channel, step), now_);
  }

  /// Who speaks, connected now if it is not yet: "client", or "client.2" for its second channel.
  ChannelId open(const std::string& who) {
    const std::size_t dot = std::min(who.find('.'), who.size());
    const std::string name = who.substr(0, dot);
    const auto number = dot == who.size()
                            ? ChannelNumber{1}
                            : static_cast<ChannelNumber>(std::stoul(who.substr(dot + 1)));
    Client& client = clients_[name];
    if (client.id == 0) {
      client.id = broker_.open({.name = name}, now_);
      names_[client.id] = name;
    }
    const ChannelId channel = {client.id, number};
    if (client.channels.insert(number).second) broker_.take(channel, amqp::ChannelOpen{}, now_);
    client.has_several = client.has_several || client.channels.size() > 1;
    return channel;
  }

  static const std::map<std::string, Make>& methods();
  static const std::map<std::string, Act>& acts();

  void pass(Duration length) {
    const TimePoint end = now_ + length;
    while (wake_ <= end) {
      now_ = std::exchange(wake_, never);
      broker_.advance(now_);
    }
    now_ = end;
  }

  [[nodiscard]] std::uint64_t tag(ChannelId id, const ScriptStep& step) const {
    const std::string what = step.word(0);
    return what.starts_with('#') ? std::stoull(what.substr(1)) : tags_.at({id, what});
  }

  void tell(ChannelId to, const std::string& line) {
    const std::string channel = to.number < 2 ? "" : "." + std::to_string(to.number);
    heard_[names_.at(to.connection) + channel].push_back(line);
  }

  void forget(ConnectionId id) { clients_.erase(names_.at(id)); }

  void say(ChannelId to, const amqp::Method& method) override {
    if (const auto* close = std::get_if<amqp::ChannelClose>(&method))
      return channel_closed(to, *close);
    if (const auto* end = std::get_if<amqp::ConnectionClose>(&method)) {
      tell(to, fmt::format("closed {} {}", end->reply_code, end->reply_text));
      return forget(to.connection);
    }
    if (std::holds_alternative<amqp::ConnectionCloseOk>(method)) {
      if (goodbyes_.erase(to.connection) > 0) tell(to, "goodbye");
      return forget(to.connection);
    }
    if (const auto* cancel = std::get_if<amqp::BasicCancel>(&method))
      return tell(to, "cancelled " + shortened(cancel->consumer_tag));
    if (const auto* blocked = std::get_if<amqp::ConnectionBlocked>(&method))
      return tell(to, "blocked " + blocked->reason);
    if (std::holds_alternative<amqp::ConnectionUnblocked>(method)) return tell(to, "unblocked");
    if (std::holds_alternative<amqp::ChannelOpenOk>(method)) return;
    if (std::holds_alternative<amqp::BasicGetEmpty>(method)) return tell(to, "empty");
    answered(to, method);
  }
  void answered(ChannelId to, const amqp::Method& method) {
    const bool counting = std::exchange(counting_, false);
    if (const auto* declared = std::get_if<amqp::QueueDeclareOk>(&method); declared && counting)
      return tell(to, fmt::format("counts {}", declared->message_count));
    if (const auto* purged = std::get_if<amqp::QueuePurgeOk>(&method))
      return tell(to, fmt::format("dropped {}", purged->message_count));
    tell(to, "ok");
  }
  void channel_closed(ChannelId to, const amqp::ChannelClose& close) {
    tell(to, fmt::format("closed {} {}", close.reply_code, close.reply_text));
    counting_ = false;
    Client& client = clients_.at(names_.at(to.connection));
    client.channels.erase(to.number);
    const amqp::Method answer = client.has_several ? amqp::Method(amqp::ChannelCloseOk{})
                                                   : amqp::Method(amqp::ConnectionClose{});
    answers_.emplace_back([this, to, answer] { broker_.take(to, answer, now_); });
  }
  void confirmed(ChannelId to, std::uint64_t tag, bool /*multiple*/, bool ack,
                 const CarriedPtr& /*message*/) override {
    tell(to, (ack ? "confirmed " : "refused ") + std::to_string(tag));
  }
  void returned(ChannelId to, BrokerReturn returned) override {
    tell(to, fmt::format("returned {} {} {}", returned.content->body, returned.method.reply_code,
                         returned.method.reply_text));
  }
  void deliver(ChannelId to, BrokerDelivery given) override;
  void consumes(ConnectionId /*from*/, const std::string& /*queue*/) override {}
  void lapsed(const std::string& /*queue*/) override {}
  void dropped(const CarriedPtr& /*message*/, const std::string& /*queue*/,
               std::string_view /*why*/) override {}
  void removed(const std::string& /*queue*/) override {}
  void accepted(ConnectionId /*from*/, const CarriedPtr& /*message*/,
                const amqp::Publication& /*publication*/, std::size_t /*queues*/) override {}
  void settled(ConnectionId /*from*/, const CarriedPtr& /*message*/, std::uint32_t /*copy*/,
               bool /*ack*/, bool /*requeue*/) override {}
  void wake_at(TimePoint when) override { wake_ = when; }

  Broker broker_{*this, *this};
  TimePoint now_ = TimePoint(1s);
  TimePoint wake_ = never;
  MessageId messages_ = 0;
  bool counting_ = false;  ///< the next answer is to say how many messages there are
  std::map<std::string, Client> clients_ = {};
  std::map<ConnectionId, std::string> names_ = {};
  std::set<ConnectionId> goodbyes_ = {};
  std::vector<std::function<void()>> answers_ = {};  ///< to what was closed in this step
  std::map<std::pair<ChannelId, std::string>, std::uint64_t> tags_ = {};
  std::map<std::pair<ChannelId, std::string>, std::string> reply_to_ =
      {};  ///< by body, as the tags
  std::map<std::string, std::vector<std::string>> heard_ = {};
};

}  // namespace castaway::sim
