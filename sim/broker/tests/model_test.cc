// The broker against a naive model of one queue: thousands of command sequences, each from its
// seed, after every command of which both must have said the same.

#include <cstdint>
#include <list>
#include <optional>

#include "broker_fixture.h"
#include "chance_fixture.h"

namespace castaway::sim {
namespace {

/// Which queue is played with: what it holds when full, and what it does then.
struct Rules {
  std::size_t max_length = 0;  ///< 0 is no limit
  bool refuses = false;
  bool may_requeue = true;
};

struct ModelConsumer {
  std::string name = {};
  std::size_t prefetch = 0;
  bool cancelled = false;
  std::vector<int> unacknowledged = {};

  [[nodiscard]] bool has_credit() const {
    return prefetch == 0 || unacknowledged.size() < prefetch;
  }
};

bool is_persistent(int message) { return message % 2 == 0; }

/// What a queue is, written for reading: sorted lists, and a walk over all consumers for each turn.
/// A consumer that has no credit when its turn comes stands aside until it has.
class Model {
 public:
  explicit Model(Rules rules) : rules_(rules) {}

  void publish(int message, std::uint64_t tag) {
    const bool refused = rules_.refuses && waiting_.size() >= rules_.max_length;
    said_.push_back((refused ? "publisher refused " : "publisher confirmed ") +
                    std::to_string(tag));
    if (refused) {
      ++dropped_;
    } else {
      waiting_.push_back(message);
    }
    deliver();
  }
  void add(const std::string& name, std::size_t prefetch) {
    consumers_.push_back({.name = name, .prefetch = prefetch});
    turns_.push_back(name);
    deliver();
  }
  /// The consumer's outstanding messages in `messages` are done with, or wait again.
  void settle(const std::string& name, const std::vector<int>& messages, bool requeue) {
    ModelConsumer& owner = consumer(name);
    for (const int message : messages) {
      std::erase(owner.unacknowledged, message);
      if (requeue) waiting_.push_back(message);
      if (!owner.cancelled && !in_turn(name) && owner.has_credit()) turns_.push_back(name);
    }
    if (requeue) come_back();
    deliver();
  }
  /// It gets nothing more, and keeps what it has.
  void cancel(const std::string& name) {
    consumer(name).cancelled = true;
    std::erase(turns_, name);
  }
  void lose(const std::string& name) {
    give_back(consumer(name));
    std::erase(turns_, name);
    consumers_.remove_if([&](const ModelConsumer& each) { return each.name == name; });
    come_back();
    deliver();
  }
  /// What it has `forgotten` was settled waits again.
  void restart(const std::vector<int>& forgotten) {
    for (const ModelConsumer& each : consumers_) give_back(each);
    turns_.clear();
    consumers_.clear();
    dropped_ += std::erase_if(waiting_, [](int message) { return !is_persistent(message); });
    waiting_.insert(waiting_.end(), forgotten.begin(), forgotten.end());
    come_back();
  }

  ModelConsumer& consumer(const std::string& name) {
    return *std::find_if(consumers_.begin(), consumers_.end(),
                         [&](const ModelConsumer& each) { return each.name == name; });
  }
  [[nodiscard]] const std::list<ModelConsumer>& consumers() const { return consumers_; }
  [[nodiscard]] std::size_t ready() const { return waiting_.size(); }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }
  [[nodiscard]] std::size_t unacknowledged() const {
    std::size_t sum = 0;
    for (const ModelConsumer& each : consumers_) sum += each.unacknowledged.size();
    return sum;
  }
  std::vector<std::string> said() { return std::exchange(said_, {}); }

 private:
  [[nodiscard]] bool in_turn(const std::string& name) const {
    return std::find(turns_.begin(), turns_.end(), name) != turns_.end();
  }
  void give_back(const ModelConsumer& from) {
    waiting_.insert(waiting_.end(), from.unacknowledged.begin(), from.unacknowledged.end());
  }
  void come_back() {
    std::sort(waiting_.begin(), waiting_.end());
    trim();
  }
  void trim() {
    if (rules_.max_length == 0 || rules_.refuses) return;
    while (waiting_.size() > rules_.max_length) {
      waiting_.erase(waiting_.begin());
      ++dropped_;
    }
  }
  void deliver() {
    while (!waiting_.empty() && !turns_.empty()) {
      const std::string name = turns_.front();
      turns_.erase(turns_.begin());
      if (!consumer(name).has_credit()) continue;
      const int message = waiting_.front();
      waiting_.erase(waiting_.begin());
      const int attempt = ++attempts_[message];
      said_.push_back(name + " got m" + std::to_string(message) +
                      (attempt == 1 ? "" : " attempt " + std::to_string(attempt) + " redelivered"));
      consumer(name).unacknowledged.push_back(message);
      turns_.push_back(name);
    }
    trim();
  }

  Rules rules_;
  std::vector<int> waiting_ = {};
  std::list<ModelConsumer> consumers_ = {};
  std::vector<std::string> turns_ = {};
  std::map<int, int> attempts_ = {};
  std::vector<std::string> said_ = {};
  std::size_t dropped_ = 0;
};

Rules draw_rules(Chance& chance) {
  Rules rules;
  rules.may_requeue = !chance.one_in(3);
  if (chance.one_in(2)) rules.max_length = 1 + chance.below(5);
  rules.refuses = rules.max_length > 0 && chance.one_in(2);
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
    world_.broker.remember_settled(1s);
    publisher_.declare({.queue = "q", .durable = true, .arguments = arguments});
    publisher_.confirm_select();
  }

  void run(int commands) {
    for (int i = 0; i < commands && !::testing::Test::HasFailure(); ++i) {
      step();
      const std::vector<std::string> heard = world_.heard();
      ASSERT_EQ(heard, model_.said());
      ASSERT_EQ(world_.broker.ready("q"), model_.ready());
      ASSERT_EQ(world_.broker.unacknowledged("q"), model_.unacknowledged());
      // Nothing is lost that was not dropped, and nothing is there twice.
      ASSERT_EQ(model_.ready() + model_.unacknowledged() + settled_ + model_.dropped(), published_);
      if (!rules_.may_requeue && rules_.max_length == 0) in_order_once(heard);
    }
  }

 private:
  /// The deliveries are the published messages in order, each once.
  void in_order_once(const std::vector<std::string>& heard) {
    for (const std::string& line : heard) {
      if (line.starts_with("publisher ")) continue;
      ASSERT_TRUE(line.ends_with(" got m" + std::to_string(++delivered_))) << line;
    }
  }

  void step() {
    const std::uint64_t choice = chance_.below(24);
    if (choice < 10) return publish();
    if (choice < 12) return add_consumer();
    if (rules_.may_requeue && choice == 12 && chance_.one_in(4)) return restart();
    const std::optional<std::string> name = some_consumer();
    if (!name.has_value()) return publish();
    if (rules_.may_requeue && choice < 15) return lose(*name);
    if (rules_.may_requeue && choice == 15) return recover(*name);
    if (choice == 16 && !model_.consumer(*name).cancelled) return cancel(*name);
    settle(*name);
  }

  void publish() {
    const int message = static_cast<int>(++published_);
    Publication publication = {.routing_key = "q",
                               .message = {.body = "m" + std::to_string(message)}};
    if (is_persistent(message)) publication.message.properties.delivery_mode = std::uint8_t{2};
    publisher_.publish(std::move(publication));
    model_.publish(message, ++tags_);
  }

  void add_consumer() {
    if (model_.consumers().size() == 4) return publish();
    const std::string name = "s" + std::to_string(++names_);
    const auto prefetch = static_cast<std::uint16_t>(chance_.below(4));
    Peer& peer = peers_.emplace(name, world_.open(name)).first->second;
    peer.prefetch(prefetch);
    peer.consume("q");
    model_.add(name, prefetch);
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
    ASSERT_EQ(closed.size(), 1 + model_.consumers().size());
    for (const std::string& line : closed) ASSERT_THAT(line, testing::HasSubstr(" closed: 320 "));
    model_.restart(std::exchange(unwritten_, {}));
    publisher_ = world_.open("publisher");
    publisher_.confirm_select();
    tags_ = 0;
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

  Chance chance_;
  Rules rules_;
  BrokerWorld world_ = {};
  Model model_{rules_};
  Peer publisher_ = world_.open("publisher");
  std::map<std::string, Peer> peers_ = {};
  int names_ = 0;
  std::uint64_t tags_ = 0;
  std::size_t published_ = 0;
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
