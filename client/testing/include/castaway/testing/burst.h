#pragma once
// Burst: many messages for many queues, drawn from a seed, and what has to come of each. The
// transport contracts publish one and compare.

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/transport.h"

namespace castaway::testing {

/// The same on every platform for a seed, unlike the standard's distributions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : bits_(seed) {}
  /// From 0 to `sides` - 1.
  std::uint64_t roll(std::uint64_t sides) { return bits_() % sides; }

 private:
  std::mt19937_64 bits_;
};

struct BurstMessage {
  std::size_t publisher = 0;
  std::size_t queue = 0;
  Publication publication = {};
};

struct BurstSettings {
  std::uint64_t seed = 1;
  std::size_t messages = 120;
  std::size_t publishers = 1;
  std::vector<std::string> queues = {};
  /// "" is the default exchange; each queue is bound to the others by its own name.
  std::vector<std::string> exchanges = {""};
};

/// Each message begins with its number, and no two are alike: some are short, some take several
/// frames.
[[nodiscard]] inline std::vector<BurstMessage> burst(const BurstSettings& settings) {
  Dice dice(settings.seed);
  std::vector<BurstMessage> messages;
  for (std::size_t number = 0; number < settings.messages; ++number) {
    BurstMessage message = {.publisher = dice.roll(settings.publishers),
                            .queue = dice.roll(settings.queues.size())};
    const std::size_t length = dice.roll(20) == 0 ? 150'000 + dice.roll(1000) : dice.roll(200);
    std::string body = std::to_string(number) + ' ';
    while (body.size() < length) body.push_back(static_cast<char>(dice.roll(256)));
    Properties properties = {.headers = {{"number", static_cast<std::int64_t>(number)},
                                         {"publisher", "p" + std::to_string(message.publisher)}}};
    if (dice.roll(3) == 0) properties.expiration = std::to_string(60'000 + number);
    if (dice.roll(3) == 0) properties.priority = std::uint8_t{0};
    message.publication = {
        .exchange = settings.exchanges[dice.roll(settings.exchanges.size())],
        .routing_key = settings.queues[message.queue],
        .message = {.properties = std::move(properties), .body = std::move(body)}};
    messages.push_back(std::move(message));
  }
  return messages;
}

/// The number that a message of a burst begins with; one too high if it is none.
[[nodiscard]] inline std::size_t number_of(const Delivery& delivery, std::size_t messages) {
  std::size_t number = 0, digits = 0;
  for (const char c : delivery.message.body) {
    if (c == ' ' && digits > 0) return number;
    if (c < '0' || c > '9' || ++digits > 9) break;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return messages;
}

/// Fails the test unless the delivery is this message as it was published.
inline void expect_as_published(const Delivery& delivery, const BurstMessage& message) {
  const std::string body = delivery.message.body.substr(0, 20);
  EXPECT_EQ(delivery.exchange, message.publication.exchange) << body;
  EXPECT_EQ(delivery.routing_key, message.publication.routing_key) << body;
  EXPECT_TRUE(delivery.message.body == message.publication.message.body)
      << body << ": another body than was published";
  EXPECT_EQ(delivery.message.properties, message.publication.message.properties) << body;
}

/// Fails the test unless each message came to the consumer of its queue, "c0" for the first, once
/// and as it was; and those of one publisher through one exchange to one queue in their order.
/// Source: AMQP 0-9-1, 4.7.
inline void expect_each_once_in_order(const std::vector<BurstMessage>& messages,
                                      const std::vector<Delivery>& deliveries) {
  using Way = std::tuple<std::size_t, std::string, std::string>;  // publisher, exchange, consumer
  std::map<Way, std::vector<std::size_t>> sent, come;
  for (std::size_t number = 0; number < messages.size(); ++number) {
    const BurstMessage& message = messages[number];
    sent[{message.publisher, message.publication.exchange, "c" + std::to_string(message.queue)}]
        .push_back(number);
  }
  for (const Delivery& delivery : deliveries) {
    const std::size_t number = number_of(delivery, messages.size());
    ASSERT_LT(number, messages.size()) << "delivered what was never published";
    const BurstMessage& message = messages[number];
    come[{message.publisher, message.publication.exchange, delivery.consumer_tag}].push_back(
        number);
    EXPECT_FALSE(delivery.redelivered) << number;
    expect_as_published(delivery, message);
  }
  EXPECT_EQ(come, sent) << "by publisher, exchange and consumer: the numbers of the messages";
}

}  // namespace castaway::testing
