#pragma once
// QueueModel: what a queue is, written for reading: sorted lists, and a walk over all consumers for
// each turn. The broker has to say what it says.
//
// Messages are numbers. One with an even number is persistent, and its priority is its number
// modulo three.

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace castaway::sim {

/// Which queue is played with: what it holds when full, and what it does then; who gets what.
struct Rules {
  std::size_t max_length = 0;  ///< 0 is no limit
  bool refuses = false;
  bool may_requeue = true;
  int max_priority = 0;     ///< of messages
  bool one_active = false;  ///< of its consumers, as long as it is there
};

struct ModelConsumer {
  std::string name = {};
  std::size_t prefetch = 0;
  int priority = 0;
  bool cancelled = false;
  std::vector<int> unacknowledged = {};  ///< in the order of delivery
  std::size_t fetched = 0;               ///< of them, how many it asked for one by one

  [[nodiscard]] bool has_credit() const {
    return prefetch == 0 || unacknowledged.size() - fetched < prefetch;
  }
};

inline bool is_persistent(int message) { return message % 2 == 0; }
inline int priority_of(int message) { return message % 3; }

/// A consumer that has no credit when its turn comes stands aside until it has.
class QueueModel {
 public:
  explicit QueueModel(Rules rules) : rules_(rules) {}

  void publish(int message) {
    place_[message] = ++last_place_;
    waiting_.push_back(message);
    sort();
    deliver();
  }
  /// The same, if the queue takes it; and the publisher is told.
  void publish(int message, std::uint64_t tag) {
    const bool refused = rules_.refuses && waiting_.size() >= rules_.max_length;
    said_.push_back((refused ? "publisher refused " : "publisher confirmed ") +
                    std::to_string(tag));
    if (refused) {
      ++dropped_;
      deliver();
    } else {
      publish(message);
    }
  }
  void add(const ModelConsumer& added) {
    consumers_.push_back(added);
    take_turn(added);
    if (!active_.has_value()) active_ = added.name;
    deliver();
  }
  /// Somebody asks for one message.
  void get(const std::string& name) {
    if (!waiting_.empty()) {
      hand_out(consumer(name), " as ");
      got_.insert({consumer(name).unacknowledged.back(), name});
      ++consumer(name).fetched;
    }
    deliver();
  }
  /// The consumer's outstanding messages in `messages` are done with, or wait again.
  void settle(const std::string& name, const std::vector<int>& messages, bool requeue) {
    ModelConsumer& owner = consumer(name);
    for (const int message : messages) {
      std::erase(owner.unacknowledged, message);
      if (requeue) waiting_.push_back(message);
      if (got_.erase({message, name}) > 0) {
        --owner.fetched;
      } else if (!owner.cancelled && !in_turn(name) && owner.has_credit()) {
        take_turn(owner);
      }
    }
    if (requeue) come_back();
    deliver();
  }
  /// It gets nothing more, and keeps what it has.
  void cancel(const std::string& name) {
    consumer(name).cancelled = true;
    leave(name);
    deliver();
  }
  void lose(const std::string& name) {
    give_back(consumer(name));
    leave(name);
    consumers_.remove_if([&](const ModelConsumer& each) { return each.name == name; });
    come_back();
    deliver();
  }
  void purge() {
    dropped_ += waiting_.size();
    waiting_.clear();
  }
  /// What it has `forgotten` was settled waits again.
  void restart(const std::vector<int>& forgotten) {
    for (const ModelConsumer& each : consumers_) give_back(each);
    turns_.clear();
    active_.reset();
    consumers_.clear();
    got_.clear();
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
  /// Behind those of its priority and of higher ones.
  void take_turn(const ModelConsumer& taker) {
    const auto behind = std::find_if(turns_.begin(), turns_.end(), [&](const std::string& other) {
      return consumer(other).priority < taker.priority;
    });
    turns_.insert(behind, taker.name);
  }
  void leave(const std::string& name) {
    std::erase(turns_, name);
    if (active_ == name) active_ = turns_.empty() ? std::nullopt : std::optional(turns_.front());
  }
  void give_back(const ModelConsumer& from) {
    waiting_.insert(waiting_.end(), from.unacknowledged.begin(), from.unacknowledged.end());
    std::erase_if(got_, [&](const auto& each) { return each.second == from.name; });
  }
  void come_back() {
    sort();
    trim();
  }
  void sort() {
    const auto level = [this](int message) {
      return std::min(priority_of(message), rules_.max_priority);
    };
    std::sort(waiting_.begin(), waiting_.end(), [&](int a, int b) {
      return std::pair(-level(a), place_.at(a)) < std::pair(-level(b), place_.at(b));
    });
  }
  void trim() {
    if (rules_.max_length == 0 || rules_.refuses) return;
    while (waiting_.size() > rules_.max_length) {
      waiting_.erase(waiting_.begin());
      ++dropped_;
    }
  }
  void hand_out(ModelConsumer& to, const std::string& how) {
    const int message = waiting_.front();
    waiting_.erase(waiting_.begin());
    const int attempt = ++attempts_[message];
    said_.push_back(to.name + " got m" + std::to_string(message) + how +
                    (attempt == 1 ? "" : " attempt " + std::to_string(attempt) + " redelivered"));
    to.unacknowledged.push_back(message);
  }
  void deliver() {
    while (rules_.one_active && !waiting_.empty() && active_ && consumer(*active_).has_credit())
      hand_out(consumer(*active_), "");
    while (!rules_.one_active && !waiting_.empty() && !turns_.empty()) {
      const std::string name = turns_.front();
      turns_.erase(turns_.begin());
      if (!consumer(name).has_credit()) continue;
      hand_out(consumer(name), "");
      take_turn(consumer(name));
    }
    trim();
  }

  Rules rules_;
  std::map<int, int> place_ = {};  ///< in which order the messages came to the queue
  int last_place_ = 0;
  std::vector<int> waiting_ = {};
  std::list<ModelConsumer> consumers_ = {};
  std::vector<std::string> turns_ = {};
  std::optional<std::string> active_ = {};
  std::set<std::pair<int, std::string>> got_ = {};  ///< what somebody has asked for, and who
  std::map<int, int> attempts_ = {};
  std::vector<std::string> said_ = {};
  std::size_t dropped_ = 0;
};

}  // namespace castaway::sim
