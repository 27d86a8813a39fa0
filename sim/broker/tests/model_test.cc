// The broker against a naive model of one queue and its consumers: thousands of command sequences,
// each from its seed, after every command of which both must have said the same.

#include <cstdint>
#include <list>
#include <optional>

#include "broker_fixture.h"
#include "draws_fixture.h"
#include "queue_model_fixture.h"

namespace castaway::sim {
namespace {

Rules draw_rules(Draws& chance) {
  Rules rules;
  rules.may_requeue = !chance.one_in(3);
  if (chance.one_in(2)) rules.max_length = 1 + chance.below(5);
  rules.refuses = rules.max_length > 0 && chance.one_in(2);
  if (chance.one_in(3)) rules.max_priority = 1 + static_cast<int>(chance.below(2));
  rules.one_active = chance.one_in(4);
  return rules;
}

/// One sequence of commands, done to the broker and to the model.
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : chance_(seed), rules_(draw_rules(chance_)) {
    Table arguments;
    if (rules_.max_length > 0) {
      arguments["x-max-length"] = static_cast<std::int64_t>(rules_.max_length);
      arguments["x-overflow"] = rules_.refuses ? "reject-publish" : "drop-head";
    }
    if (rules_.max_priority > 0) {
      arguments["x-max-priority"] = static_cast<std::int64_t>(rules_.max_priority);
    }
    if (rules_.one_active) arguments["x-single-active-consumer"] = true;
    world_.broker.remember_settled(1s);
    publisher_.declare({.queue = "q", .durable = true, .arguments = arguments});
    publisher_.confirm_select();
    begin_transactions();
  }

  void run(int commands) {
    for (int i = 0; i < commands && !::testing::Test::HasFailure(); ++i) {
      step();
      const std::vector<std::string> heard = world_.heard();
      ASSERT_EQ(heard, model_.said());
      ASSERT_EQ(world_.broker.ready("q"), model_.ready());
      ASSERT_EQ(world_.broker.unacknowledged("q"), model_.unacknowledged());
      // Nothing is lost that was not dropped, and nothing is there twice.
      ASSERT_EQ(model_.ready() + model_.unacknowledged() + settled_ + model_.dropped() +
                    uncommitted_.size() + rolled_back_,
                published_);
      if (is_fifo_) in_order_once(heard);
    }
  }

 private:
  /// The deliveries are the published messages in order, each once.
  void in_order_once(const std::vector<std::string>& heard) {
    for (const std::string& line : heard) {
      if (line.starts_with("publisher ")) continue;
      ASSERT_THAT(line, testing::HasSubstr(" got m" + std::to_string(++delivered_)));
    }
  }

  void step() {
    const std::uint64_t choice = chance_.below(32);
    if (choice < 10) return publish();
    if (!is_fifo_ && choice == 24) return purge();
    if (!is_fifo_ && !rules_.refuses && choice > 28) return transact();
    if (choice < 12) return add_consumer();
    if (rules_.may_requeue && choice == 12 && chance_.one_in(4)) return restart();
    const std::optional<std::string> name = some_consumer();
    if (!name.has_value()) return publish();
    if (rules_.may_requeue && choice < 15) return lose(*name);
    if (rules_.may_requeue && choice == 15) return recover(*name);
    if (choice == 16 && !model_.consumer(*name).cancelled) return cancel(*name);
    if (choice == 25 || choice == 26) return get(*name);
    settle(*name);
  }

  /// Publishes the next message; which that is.
  int publish_by(Peer& publisher) {
    const int message = static_cast<int>(++published_);
    amqp::Publication publication = {.routing_key = "q",
                                     .message = {.body = "m" + std::to_string(message)}};
    amqp::Properties& properties = publication.message.properties;
    if (is_persistent(message)) properties.delivery_mode = std::uint8_t{2};
    properties.priority = static_cast<std::uint8_t>(priority_of(message));
    publisher.send(std::move(publication));
    return message;
  }
  void publish() { model_.publish(publish_by(publisher_), ++tags_); }

  /// Another publisher, whose messages come all at once or not at all.
  void begin_transactions() { transactor_.say(amqp::TxSelect{}); }
  void transact() {
    const std::uint64_t choice = chance_.below(6);
    if (choice < 4) {
      uncommitted_.push_back(publish_by(transactor_));
    } else if (choice == 4) {
      transactor_.say(amqp::TxCommit{});
      for (const int message : std::exchange(uncommitted_, {})) model_.publish(message);
    } else {
      transactor_.say(amqp::TxRollback{});
      rolled_back_ += std::exchange(uncommitted_, {}).size();
    }
  }
  void purge() {
    publisher_.say(amqp::QueuePurge{.queue = "q"});
    model_.purge();
  }
  void get(const std::string& name) {
    peers_.at(name).say(amqp::BasicGet{.queue = "q"});
    model_.get(name);
  }

  void add_consumer() {
    if (model_.consumers().size() == 4) return publish();
    const std::string name = "s" + std::to_string(++names_);
    const auto prefetch = static_cast<std::uint16_t>(chance_.below(4));
    Peer& peer = peers_.emplace(name, world_.open(name)).first->second;
    peer.prefetch(prefetch);
    const int priority = static_cast<int>(chance_.below(2));
    peer.say(amqp::BasicConsume{
        .queue = "q", .consumer_tag = "c", .arguments = {{"x-priority", std::int32_t{priority}}}});
    model_.add({.name = name, .prefetch = prefetch, .priority = priority});
  }

  void lose(const std::string& name) {
    peers_.at(name).lose();
    model_.lose(name);
  }

  void cancel(const std::string& name) {
    peers_.at(name).cancel();
    model_.cancel(name);
  }

  void recover(const std::string& name) {
    peers_.at(name).recover();
    const std::vector<int> all = model_.consumer(name).unacknowledged;
    model_.settle(name, all, true);
  }

  void restart() {
    const bool forgets = chance_.one_in(2);
    const auto again = world_.broker.restart(true, world_.now, forgets ? 1s : 0s);
    if (!forgets) unwritten_.clear();
    ASSERT_EQ(again.size(), unwritten_.size());
    settled_ -= unwritten_.size();
    const std::vector<std::string> closed = world_.heard();
    ASSERT_EQ(closed.size(), 2 + model_.consumers().size());
    for (const std::string& line : closed) ASSERT_THAT(line, testing::HasSubstr(" closed: 320 "));
    model_.restart(std::exchange(unwritten_, {}));
    publisher_ = world_.open("publisher");
    publisher_.confirm_select();
    tags_ = 0;
    transactor_ = world_.open("transactor");
    begin_transactions();
    rolled_back_ += std::exchange(uncommitted_, {}).size();
  }

  void settle(const std::string& name) {
    const std::vector<int> held = model_.consumer(name).unacknowledged;
    if (held.empty()) return publish();
    // What is held is in the order of delivery, hence of tags.
    const std::size_t place = chance_.below(held.size());
    const bool multiple = chance_.one_in(3);
    const bool requeue = rules_.may_requeue && chance_.one_in(2);
    const auto begin = held.begin() + static_cast<std::ptrdiff_t>(multiple ? 0 : place);
    const std::vector<int> settled(begin, held.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    Peer& peer = peers_.at(name);
    const std::uint64_t tag = peer.tag("m" + std::to_string(held[place]));
    if (requeue || chance_.one_in(4)) {
      peer.nack(tag, multiple, requeue);
    } else {
      peer.ack(tag, multiple);
    }
    settled_ += requeue ? 0 : settled.size();
    for (const int message : settled) {
      if (!requeue && is_persistent(message)) unwritten_.push_back(message);
    }
    model_.settle(name, settled, requeue);
  }

  std::optional<std::string> some_consumer() {
    if (model_.consumers().empty()) return std::nullopt;
    const auto place = static_cast<std::ptrdiff_t>(chance_.below(model_.consumers().size()));
    return std::next(model_.consumers().begin(), place)->name;
  }

  Draws chance_;
  Rules rules_;
  BrokerWorld world_ = {};
  /// What is published comes to the consumers in its order, each once.
  const bool is_fifo_ = !rules_.may_requeue && rules_.max_length == 0 && rules_.max_priority == 0;
  QueueModel model_{rules_};
  Peer publisher_ = world_.open("publisher");
  Peer transactor_ = world_.open("transactor");
  std::map<std::string, Peer> peers_ = {};
  int names_ = 0;
  std::uint64_t tags_ = 0;
  std::size_t published_ = 0;
  std::vector<int> uncommitted_ = {};
  std::size_t rolled_back_ = 0;
  std::size_t settled_ = 0;
  std::vector<int> unwritten_ = {};  ///< what would survive, and was settled since the last restart
  std::size_t delivered_ = 0;
};

TEST(BrokerModel, TheBrokerSaysWhatANaiveQueueWouldSay) {
  for (std::uint64_t seed = 1; seed <= 4000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Sequence(seed).run(60);
  }
}

}  // namespace
}  // namespace castaway::sim
