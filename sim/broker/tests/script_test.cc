// The broker beside a real one: the model answers the scripts of sim/broker/scripts as
// RabbitMQ 3.10 did. ci/real_brokers/check proves that RabbitMQ still says it.

#include <functional>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/sim/broker.h"

#include "script_fixture.h"

namespace castaway::sim {
namespace {

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
    std::vector<std::string> all;
    for (auto& [name, lines] : heard_) {
      for (const std::string& line : std::exchange(lines, {})) all.push_back(name + " " + line);
    }
    return all;
  }

 private:
  using Act = std::function<void(ScriptWorld&, ConnectionId, const ScriptStep&)>;

  void operate(const ScriptStep& step) {
    if (step.verb == "wait") return pass(std::chrono::milliseconds(std::stoll(step.word(0))));
    if (step.verb == "block") return broker_.block("low on memory", now_);
    if (step.verb == "unblock") return broker_.unblock(now_);
    if (step.verb == "restart") return void(broker_.restart(true, now_));
    if (step.verb == "delete") return broker_.delete_queue(step.word(0), now_);
    throw std::invalid_argument("no such verb: " + step.line);
  }

  void speak(const ScriptStep& step) {
    auto who = connected_.find(step.who);
    if (who == connected_.end()) {
      who = connected_.emplace(step.who, broker_.open(step.who, now_)).first;
      names_[who->second] = step.who;
    }
    const auto act = acts().find(step.verb);
    if (act == acts().end()) throw std::invalid_argument("no such verb: " + step.line);
    act->second(*this, who->second, step);
  }

  static const std::map<std::string, Act>& acts();
  static std::map<std::string, Act> topology_acts();
  static std::map<std::string, Act> message_acts();

  void pass(Duration length) {
    const TimePoint end = now_ + length;
    while (wake_ <= end) {
      now_ = std::exchange(wake_, never);
      broker_.advance(now_);
    }
    now_ = end;
  }

  [[nodiscard]] std::uint64_t tag(ConnectionId id, const ScriptStep& step) const {
    const std::string what = step.word(0);
    return what.starts_with('#') ? std::stoull(what.substr(1)) : tags_.at({id, what});
  }

  void say(ConnectionId to, const std::string& line) { heard_[names_.at(to)].push_back(line); }

  void forget(ConnectionId id) { connected_.erase(names_.at(id)); }

  /// Publications are counted from confirm.select on.
  std::uint64_t next_tag(ConnectionId id) {
    const auto count = published_.find(id);
    return count == published_.end() ? 0 : ++count->second;
  }

  void completed(ConnectionId to, RequestNumber /*request*/) override {
    const std::string counted = std::exchange(counted_, {});
    say(to, counted.empty() ? "ok" : fmt::format("counts {}", broker_.ready(counted)));
  }
  void confirmed(ConnectionId to, std::uint64_t tag, bool /*multiple*/, bool ack,
                 MessageId /*message*/) override {
    say(to, (ack ? "confirmed " : "refused ") + std::to_string(tag));
  }
  void returned(ConnectionId to, Returned returned) override {
    say(to, fmt::format("returned {} {} {}", returned.message.body, returned.reply_code,
                        returned.reply_text));
  }
  void deliver(ConnectionId to, BrokerDelivery given) override;
  void cancelled(ConnectionId to, const std::string& consumer_tag) override {
    say(to, "cancelled " + consumer_tag);
  }
  void blocked(ConnectionId to, const std::string& reason) override {
    say(to, "blocked " + reason);
  }
  void unblocked(ConnectionId to) override { say(to, "unblocked"); }
  void closed(ConnectionId to, Closed closed) override {
    say(to, closed.by_us ? "goodbye" : fmt::format("closed {} {}", closed.code, closed.text));
    counted_.clear();
    forget(to);
  }
  void accepted(ConnectionId /*from*/, MessageId /*message*/, const Publication& /*publication*/,
                std::size_t /*queues*/) override {}
  void settled(ConnectionId /*from*/, MessageId /*message*/, std::uint32_t /*copy*/, bool /*ack*/,
               bool /*requeue*/) override {}
  void wake_at(TimePoint when) override { wake_ = when; }

  Broker broker_{*this, *this};
  TimePoint now_ = TimePoint(1s);
  TimePoint wake_ = never;
  MessageId messages_ = 0;
  std::string counted_ = {};  ///< the queue whose messages are asked for
  std::map<std::string, ConnectionId> connected_ = {};
  std::map<ConnectionId, std::string> names_ = {};
  std::map<ConnectionId, std::uint64_t> published_ = {};
  std::map<std::pair<ConnectionId, std::string>, std::uint64_t> tags_ = {};
  std::map<std::string, std::vector<std::string>> heard_ = {};
};

void ScriptWorld::deliver(ConnectionId to, BrokerDelivery given) {
  const Delivery& delivery = given.delivery;
  tags_[{to, delivery.message.body}] = delivery.delivery_tag;
  std::string line = "got " + delivery.message.body;
  if (delivery.consumer_tag != "c") line += " as " + delivery.consumer_tag;
  if (delivery.redelivered) line += " redelivered";
  if (!delivery.exchange.empty()) {
    const std::string& key = delivery.routing_key;
    line += fmt::format(" from {} {}", delivery.exchange, key.empty() ? "''" : key);
  }
  const Properties& properties = delivery.message.properties;
  if (!properties.expiration.empty()) line += " expiration=" + properties.expiration;
  for (const auto& [name, header] : properties.headers) {
    const auto* const text = std::get_if<std::string>(&header);
    line += fmt::format(" {}={}", name,
                        text != nullptr ? *text : std::to_string(std::get<std::int64_t>(header)));
  }
  say(to, line);
}

std::map<std::string, ScriptWorld::Act> ScriptWorld::topology_acts() {
  return {
      {"declare",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.declare_queue(id, 0,
                                 {.queue = step.word(0),
                                  .passive = step.has("passive"),
                                  .durable = step.has("durable"),
                                  .exclusive = step.has("exclusive"),
                                  .auto_delete = step.has("auto_delete"),
                                  .arguments = step.arguments},
                                 w.now_);
       }},
      {"count",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.counted_ = step.word(0);
         w.broker_.declare_queue(id, 0, {.queue = step.word(0), .passive = true}, w.now_);
       }},
      {"exchange",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.declare_exchange(id, 0,
                                    {.exchange = step.word(0),
                                     .type = step.word(1),
                                     .passive = step.has("passive"),
                                     .durable = step.has("durable"),
                                     .auto_delete = step.has("auto_delete"),
                                     .internal = step.has("internal"),
                                     .arguments = step.arguments},
                                    w.now_);
       }},
      {"bind",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.bind_queue(id, 0, step.word(0), step.word(1), step.word(2), w.now_);
       }},
      {"unbind",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.unbind_queue(id, 0, step.word(0), step.word(1), step.word(2), w.now_);
       }},
      {"delete",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.delete_queue(id, 0, step.word(0), w.now_);
       }},
      {"delete-exchange",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.delete_exchange(id, 0, step.word(0), w.now_);
       }},
  };
}

std::map<std::string, ScriptWorld::Act> ScriptWorld::message_acts() {
  return {
      {"prefetch",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.prefetch(id, 0, static_cast<std::uint16_t>(std::stoul(step.word(0))), w.now_);
       }},
      {"consume",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         const std::string tag = step.words.size() > 1 ? step.words[1] : "c";
         w.broker_.consume(id, 0, step.word(0), tag, w.now_);
       }},
      {"cancel", [](ScriptWorld& w, ConnectionId id,
                    const ScriptStep& step) { w.broker_.cancel(id, 0, step.word(0), w.now_); }},
      {"confirm",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& /*step*/) {
         w.published_.try_emplace(id, 0);
         w.broker_.confirm_select(id, 0, w.now_);
       }},
      {"publish",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         Publication publication = {.exchange = step.word(0),
                                    .routing_key = step.word(1),
                                    .mandatory = step.has("mandatory"),
                                    .message = {.body = step.word(2)}};
         Properties& properties = publication.message.properties;
         properties.expiration = step.text("expiration");
         if (step.has("persistent")) properties.delivery_mode = std::uint8_t{2};
         w.broker_.publish(id, w.next_tag(id), ++w.messages_, std::move(publication), w.now_);
       }},
      {"ack",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.acknowledge(id, w.tag(id, step), step.has("multiple"), w.now_);
       }},
      {"nack",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.nack(id, w.tag(id, step), step.has("multiple"), step.has("requeue"), w.now_);
       }},
      {"reject",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.reject(id, w.tag(id, step), step.has("requeue"), w.now_);
       }},
      {"recover",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& step) {
         w.broker_.recover(id, 0, step.has("requeue"), w.now_);
       }},
      {"close", [](ScriptWorld& w, ConnectionId id,
                   const ScriptStep& /*step*/) { w.broker_.close(id, w.now_); }},
      {"lose",
       [](ScriptWorld& w, ConnectionId id, const ScriptStep& /*step*/) {
         w.broker_.lost(id, w.now_);
         w.forget(id);
       }},
  };
}

const std::map<std::string, ScriptWorld::Act>& ScriptWorld::acts() {
  static const std::map<std::string, Act> all = [] {
    std::map<std::string, Act> joined = topology_acts();
    joined.merge(message_acts());
    return joined;
  }();
  return all;
}

class BrokerScript : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokerScript, TheModelSaysWhatRabbitMQSays) {
  ScriptWorld world;
  for (const ScriptStep& step : read_script(script_folder() / (GetParam() + ".txt"))) {
    EXPECT_EQ(world.play(step), step.heard) << GetParam() << ": " << step.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BrokerScript, ::testing::ValuesIn(script_names()),
                         [](const auto& info) { return info.param; });

// What is there to be compared at all: a folder that is read wrongly has nothing to say.
TEST(BrokerScripts, AllAreFoundAndSayWhatIsHeard) {
  const std::vector<std::string> names = script_names();
  EXPECT_GE(names.size(), 60u);
  for (const std::string& name : names) {
    const std::vector<ScriptStep> steps = read_script(script_folder() / (name + ".txt"));
    EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const ScriptStep& step) {
      return !step.heard.empty();
    })) << name;
  }
}

TEST(BrokerScripts, AStepThatMeansNothingIsRefused) {
  ScriptWorld world;
  for (const std::string line : {"a dance q", "broker dance", "a declare"}) {
    EXPECT_THROW((void)world.play(read_step(line)), std::invalid_argument) << line;
  }
}

}  // namespace
}  // namespace castaway::sim
