// The broker against a naive model of one queue: thousands of command sequences, each from its
// seed, after every command of which both must have said the same.

#include <cstdint>
#include <list>
#include <optional>

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

/// SplitMix64: small, and the same everywhere.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % bound;
  }
  bool one_in(std::uint64_t bound) { return below(bound) == 0; }

 private:
  std::uint64_t state_;
};

struct ModelConsumer {
  std::string name = {};
  std::size_t prefetch = 0;
  std::vector<int> unacknowledged = {};

  [[nodiscard]] bool has_credit() const {
    return prefetch == 0 || unacknowledged.size() < prefetch;
  }
};

/// What a queue is, written for reading: sorted lists, and a walk over all consumers for each turn.
/// A consumer that has no credit when its turn comes stands aside until it has.
class Model {
 public:
  void publish(int message) {
    waiting_.push_back(message);
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
      if (!in_turn(name) && owner.has_credit()) turns_.push_back(name);
    }
    std::sort(waiting_.begin(), waiting_.end());
    deliver();
  }
  void lose(const std::string& name) {
    const std::vector<int> left = consumer(name).unacknowledged;
    waiting_.insert(waiting_.end(), left.begin(), left.end());
    std::sort(waiting_.begin(), waiting_.end());
    std::erase(turns_, name);
    consumers_.remove_if([&](const ModelConsumer& each) { return each.name == name; });
    deliver();
  }

  ModelConsumer& consumer(const std::string& name) {
    return *std::find_if(consumers_.begin(), consumers_.end(),
                         [&](const ModelConsumer& each) { return each.name == name; });
  }
  [[nodiscard]] const std::list<ModelConsumer>& consumers() const { return consumers_; }
  [[nodiscard]] std::size_t ready() const { return waiting_.size(); }
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
  }

  std::vector<int> waiting_ = {};
  std::list<ModelConsumer> consumers_ = {};
  std::vector<std::string> turns_ = {};
  std::map<int, int> attempts_ = {};
  std::vector<std::string> said_ = {};
};

/// One sequence of commands, done to the broker and to the model.
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : chance_(seed) {
    publisher_.declare({.queue = "q"});
    may_requeue_ = !chance_.one_in(3);
  }

  void run(int commands) {
    for (int i = 0; i < commands && !::testing::Test::HasFailure(); ++i) {
      step();
      const std::vector<std::string> heard = world_.heard();
      ASSERT_EQ(heard, model_.said());
      ASSERT_EQ(world_.broker.ready("q"), model_.ready());
      ASSERT_EQ(world_.broker.unacknowledged("q"), model_.unacknowledged());
      // Nothing is lost and nothing is there twice.
      ASSERT_EQ(model_.ready() + model_.unacknowledged() + settled_, published_);
      if (!may_requeue_) {
        // Then deliveries are the published messages in order, each once.
        for (const std::string& line : heard) {
          ASSERT_TRUE(line.ends_with(" got m" + std::to_string(++delivered_))) << line;
        }
      }
    }
  }

 private:
  void step() {
    const std::uint64_t choice = chance_.below(10);
    if (choice < 4) return publish();
    if (choice < 5) return add_consumer();
    const std::optional<std::string> name = some_consumer();
    if (!name.has_value()) return publish();
    if (may_requeue_ && choice == 5) return lose(*name);
    settle(*name);
  }

  void publish() {
    ++published_;
    publisher_.publish("q", "m" + std::to_string(published_));
    model_.publish(static_cast<int>(published_));
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

  void settle(const std::string& name) {
    const std::vector<int> held = model_.consumer(name).unacknowledged;
    if (held.empty()) return publish();
    const std::size_t place = chance_.below(held.size());
    const std::string body = "m" + std::to_string(held[place]);
    Peer& peer = peers_.at(name);
    if (chance_.one_in(3)) {
      peer.ack_through(body);  // what is held is in the order of delivery, hence of tags
      settled_ += place + 1;
      return model_.settle(
          name, {held.begin(), held.begin() + static_cast<std::ptrdiff_t>(place) + 1}, false);
    }
    const bool requeue = may_requeue_ && chance_.one_in(2);
    if (requeue || chance_.one_in(4)) {
      peer.reject(body, requeue);
    } else {
      peer.ack(body);
    }
    settled_ += requeue ? 0 : 1;
    model_.settle(name, {held[place]}, requeue);
  }

  std::optional<std::string> some_consumer() {
    if (model_.consumers().empty()) return std::nullopt;
    const auto place = static_cast<std::ptrdiff_t>(chance_.below(model_.consumers().size()));
    return std::next(model_.consumers().begin(), place)->name;
  }

  Chance chance_;
  BrokerWorld world_ = {};
  Model model_ = {};
  Peer publisher_ = world_.open("publisher");
  std::map<std::string, Peer> peers_ = {};
  bool may_requeue_ = true;
  int names_ = 0;
  std::size_t published_ = 0;
  std::size_t settled_ = 0;
  std::size_t delivered_ = 0;
};

TEST(BrokerModel, TheBrokerSaysWhatANaiveQueueWouldSay) {
  for (std::uint64_t seed = 1; seed <= 3000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Sequence(seed).run(60);
  }
}

}  // namespace
}  // namespace castaway::sim
