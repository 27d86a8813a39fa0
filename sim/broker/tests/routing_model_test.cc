// The broker against a naive model of routing: exchanges of every type, bound to queues and to each
// other, with alternates, deletions, and keys in the headers; thousands of sequences, each from its
// seed.

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker_fixture.h"
#include "draws_fixture.h"

namespace castaway::sim {
namespace {

using Headers = std::map<std::string, int>;

struct Exchange {
  std::string type = {};
  bool auto_delete = false;
  std::string alternate = {};
};

struct Bound {
  std::string source = {};
  bool to_exchange = false;
  std::string destination = {};
  std::string key = {};
  Headers wanted = {};
  bool any = false;  ///< of the headers that are wanted, one is enough
  friend auto operator<=>(const Bound&, const Bound&) = default;
};

std::vector<std::string> words_of(const std::string& key) {
  std::vector<std::string> words(1);
  for (const char c : key) {
    if (c == '.') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return key.empty() ? std::vector<std::string>() : words;
}

bool describes(const std::vector<std::string>& pattern, const std::vector<std::string>& words) {
  if (pattern.empty()) return words.empty();
  const std::vector<std::string> rest(pattern.begin() + 1, pattern.end());
  if (pattern.front() == "#") {
    for (std::size_t skipped = 0; skipped <= words.size(); ++skipped) {
      if (describes(rest, {words.begin() + static_cast<std::ptrdiff_t>(skipped), words.end()}))
        return true;
    }
    return false;
  }
  if (words.empty() || (pattern.front() != "*" && pattern.front() != words.front())) return false;
  return describes(rest, {words.begin() + 1, words.end()});
}

/// What is bound to what, and a walk over all of it for each message.
class RoutingModel {
 public:
  std::map<std::string, Exchange> exchanges = {};
  std::set<std::string> queues = {};
  std::set<Bound> bindings = {};

  [[nodiscard]] std::set<std::string> route(const std::string& exchange,
                                            const std::vector<std::string>& keys,
                                            const Headers& headers) const {
    std::set<std::string> found;
    if (exchange.empty()) {
      for (const std::string& key : keys) {
        if (queues.contains(key)) found.insert(key);
      }
      return found;
    }
    std::set<std::string> passed;
    walk(exchange, keys, headers, passed, found);
    return found;
  }
  void unbind(const Bound& gone) {
    if (bindings.erase(gone) > 0) after_unbinding(gone.source);
  }
  void remove_queue(const std::string& queue) {
    queues.erase(queue);
    unbind_all([&](const Bound& each) { return !each.to_exchange && each.destination == queue; });
  }
  void remove_exchange(const std::string& exchange) {
    exchanges.erase(exchange);
    std::erase_if(bindings, [&](const Bound& each) { return each.source == exchange; });
    unbind_all([&](const Bound& each) { return each.to_exchange && each.destination == exchange; });
  }

 private:
  void walk(const std::string& name, const std::vector<std::string>& keys, const Headers& headers,
            std::set<std::string>& passed, std::set<std::string>& found) const {
    if (!exchanges.contains(name) || !passed.insert(name).second) return;
    const Exchange& exchange = exchanges.at(name);
    bool nowhere = true;
    for (const Bound& each : bindings) {
      if (each.source != name || !wants(exchange.type, each, keys, headers)) continue;
      nowhere = false;
      if (each.to_exchange) {
        walk(each.destination, keys, headers, passed, found);
      } else {
        found.insert(each.destination);
      }
    }
    if (nowhere) walk(exchange.alternate, keys, headers, passed, found);
  }
  static bool wants(const std::string& type, const Bound& binding,
                    const std::vector<std::string>& keys, const Headers& headers) {
    if (type == "fanout") return true;
    if (type == "headers") {
      const auto matching =
          std::count_if(binding.wanted.begin(), binding.wanted.end(), [&](const auto& wanted) {
            const auto header = headers.find(wanted.first);
            return header != headers.end() && header->second == wanted.second;
          });
      return binding.any ? matching > 0 : matching == std::ssize(binding.wanted);
    }
    return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
      return type == "topic" ? describes(words_of(binding.key), words_of(key)) : binding.key == key;
    });
  }
  /// An exchange that is to go with its last binding goes.
  void after_unbinding(const std::string& source) {
    const auto exchange = exchanges.find(source);
    if (exchange == exchanges.end() || !exchange->second.auto_delete) return;
    const bool is_bound = std::any_of(bindings.begin(), bindings.end(),
                                      [&](const Bound& each) { return each.source == source; });
    if (!is_bound) remove_exchange(source);
  }
  template <class Predicate>
  void unbind_all(Predicate which) {
    std::vector<Bound> gone;
    std::copy_if(bindings.begin(), bindings.end(), std::back_inserter(gone), which);
    for (const Bound& each : gone) unbind(each);
  }
};

class RoutingSequence {
 public:
  explicit RoutingSequence(std::uint64_t seed) : chance_(seed) {
    world_.keep(peer_.id());
    for (const char* queue : {"a", "b", "a.b"}) declare(queue);
    for (const char* exchange : {"x", "y", "z"}) declare_exchange(exchange);
  }

  /// How many times a message found a queue.
  std::size_t run(int commands) {
    for (int i = 0; i < commands && !::testing::Test::HasFailure(); ++i) step();
    return routed_;
  }

 private:
  template <std::size_t N>
  std::string one_of(const std::array<const char*, N>& all) {
    return all[chance_.below(N)];
  }
  std::string any_queue() { return one_of<3>({"a", "b", "a.b"}); }
  std::string any_exchange() { return one_of<4>({"x", "y", "z", "w"}); }
  std::string routing_key() { return one_of<7>({"a", "b", "a.b", "a.b.b", "", "b.a", "a."}); }
  std::string binding_key() {
    return one_of<12>(
        {"a", "b", "a.b", "", "#", "*", "a.#", "*.b", "#.b", "a.*.b", "#.a.#", "*.#"});
  }

  void step() {
    const std::uint64_t choice = chance_.below(32);
    if (choice < 12) return publish();
    if (choice < 22) return bind();
    if (choice < 26) return unbind();
    if (choice == 26) return declare(any_queue());
    if (choice == 27) return remove_queue(any_queue());
    if (choice < 31) return declare_exchange(any_exchange());
    remove_exchange(any_exchange());
  }

  void declare(const std::string& queue) {
    peer_.say(amqp::QueueDeclare{.queue = queue});
    model_.queues.insert(queue);
  }
  void remove_queue(const std::string& queue) {
    peer_.remove(queue);
    model_.remove_queue(queue);
    expect_the_same_things();
  }
  void declare_exchange(const std::string& name) {
    if (model_.exchanges.contains(name)) return;
    const Exchange made{.type = one_of<4>({"direct", "fanout", "topic", "headers"}),
                        .auto_delete = chance_.one_in(4),
                        .alternate = chance_.one_in(3) ? any_exchange() : ""};
    amqp::FieldTable arguments;
    if (!made.alternate.empty()) arguments.set("alternate-exchange", made.alternate);
    peer_.say(amqp::ExchangeDeclare{.exchange = name,
                                    .type = made.type,
                                    .auto_delete = made.auto_delete,
                                    .arguments = arguments});
    model_.exchanges[name] = made;
  }
  void remove_exchange(const std::string& name) {
    peer_.remove_exchange(name);
    model_.remove_exchange(name);
    expect_the_same_things();
  }

  void bind() {
    Bound bound{.source = any_exchange(),
                .to_exchange = chance_.one_in(2),
                .key = binding_key(),
                .wanted = headers(),
                .any = chance_.one_in(2)};
    bound.destination = bound.to_exchange ? any_exchange() : any_queue();
    if (!is_there(bound)) return;
    say<amqp::ExchangeBind, amqp::QueueBind>(bound);
    model_.bindings.insert(bound);
  }
  void unbind() {
    if (model_.bindings.empty()) return;
    const auto place = static_cast<std::ptrdiff_t>(chance_.below(model_.bindings.size()));
    const Bound gone = *std::next(model_.bindings.begin(), place);
    say<amqp::ExchangeUnbind, amqp::QueueUnbind>(gone);
    model_.unbind(gone);
    expect_the_same_things();
  }
  [[nodiscard]] bool is_there(const Bound& bound) const {
    if (!model_.exchanges.contains(bound.source)) return false;
    return bound.to_exchange ? model_.exchanges.contains(bound.destination)
                             : model_.queues.contains(bound.destination);
  }
  template <class OfExchange, class OfQueue>
  void say(const Bound& bound) {
    amqp::FieldTable arguments;
    for (const auto& [name, value] : bound.wanted) arguments.set(name, std::int32_t{value});
    arguments.set("x-match", bound.any ? "any" : "all");
    if (bound.to_exchange) {
      peer_.say(OfExchange{.destination = bound.destination,
                           .source = bound.source,
                           .routing_key = bound.key,
                           .arguments = arguments});
    } else {
      peer_.say(OfQueue{.queue = bound.destination,
                        .exchange = bound.source,
                        .routing_key = bound.key,
                        .arguments = arguments});
    }
  }
  Headers headers() {
    Headers drawn;
    for (const char* name : {"g", "h"}) {
      if (chance_.one_in(2)) drawn[name] = static_cast<int>(chance_.below(2));
    }
    return drawn;
  }

  void publish() {
    const std::string exchange = chance_.one_in(6) ? "" : any_exchange();
    if (!exchange.empty() && !model_.exchanges.contains(exchange)) return;
    const Headers headers = this->headers();
    std::vector<std::string> keys{routing_key()};
    amqp::Publication publication{
        .exchange = exchange, .routing_key = keys.front(), .message = {.body = "m"}};
    amqp::FieldTable table;
    for (const auto& [name, value] : headers) table.set(name, std::int32_t{value});
    for (const char* list : {"CC", "BCC"}) {
      if (!chance_.one_in(5)) continue;
      keys.push_back(routing_key());
      table.set(list, amqp::FieldArray{keys.back()});
    }
    publication.message.properties.headers = table;
    const std::map<std::string, std::size_t> before = ready();
    peer_.send(std::move(publication));
    std::set<std::string> got;
    for (const auto& [queue, count] : ready()) {
      if (count != before.at(queue)) got.insert(queue);
      ASSERT_LE(count, before.at(queue) + 1);
    }
    ASSERT_EQ(got, model_.route(exchange, keys, headers));
    routed_ += got.size();
  }

  [[nodiscard]] std::map<std::string, std::size_t> ready() const {
    std::map<std::string, std::size_t> counts;
    for (const std::string& queue : world_.broker.queues())
      counts[queue] = world_.broker.ready(queue);
    return counts;
  }
  void expect_the_same_things() {
    for (const char* exchange : {"x", "y", "z", "w"}) {
      ASSERT_EQ(world_.broker.has_exchange(exchange), model_.exchanges.contains(exchange));
    }
    ASSERT_THAT(world_.heard(), testing::IsEmpty());  // nothing was refused
  }

  Draws chance_;
  BrokerWorld world_ = {};
  Peer peer_ = world_.open("client");
  RoutingModel model_ = {};
  std::size_t routed_ = 0;
};

TEST(RoutingModel, TheBrokerRoutesAsANaiveWalkWould) {
  constexpr std::uint64_t sequences = 3000;
  std::size_t routed = 0;
  for (std::uint64_t seed = 1; seed <= sequences && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    routed += RoutingSequence(seed).run(60);
  }
  EXPECT_GT(routed, 4 * sequences);
}

}  // namespace
}  // namespace castaway::sim
