// A broker that speaks out of turn is not believed: least of all that the channel is open before
// anything was agreed on.

#include "handshake.h"

#include <gtest/gtest.h>

namespace castaway::rabbit {
namespace {

using amqp::Method;

/// What a broker says, in its order.
const std::vector<Method> words = {amqp::ConnectionStart{.mechanisms = "AMQPLAIN"},
                                   amqp::ConnectionTune{.frame_max = 4096},
                                   amqp::ConnectionOpenOk{}, amqp::ChannelOpenOk{}};

/// What comes of that many honest words and one more.
Handshake::Step after(std::size_t honest, const Method& word) {
  const RabbitSettings settings;
  const RabbitHost host;
  Handshake handshake(settings, host, "test");
  for (std::size_t i = 0; i < honest; ++i) {
    const Handshake::Step step = handshake.take(words[i]);
    EXPECT_FALSE(step.refused) << i;
    EXPECT_EQ(step.open, i + 1 == words.size());
  }
  return handshake.take(word);
}

TEST(Handshake, OpensWithEveryWordInItsTurn) { EXPECT_TRUE(after(3, words[3]).open); }

TEST(Handshake, SaysWhoItIsAndAtLastWhatItCan) {
  const Handshake::Step step = after(0, words[0]);
  ASSERT_EQ(step.answers.size(), 1U);
  const auto& said = std::get<amqp::ConnectionStartOk>(step.answers[0]);
  ASSERT_TRUE(said.client_properties.contains("product_version"));
  EXPECT_EQ(
      said.client_properties,
      (amqp::FieldTable{{"connection_name", "test"},
                        {"product", "castaway"},
                        {"product_version", *said.client_properties.find("product_version")},
                        {"capabilities", amqp::FieldTable{{"authentication_failure_close", true},
                                                          {"connection.blocked", true},
                                                          {"consumer_cancel_notify", true}}}}));
}

TEST(Handshake, RefusesEveryWordOutOfItsTurn) {
  for (std::size_t honest = 0; honest <= words.size(); ++honest) {
    for (std::size_t next = 0; next < words.size(); ++next) {
      if (next == honest) continue;
      const Handshake::Step step = after(honest, words[next]);
      ASSERT_TRUE(step.refused) << honest << " " << next;
      EXPECT_EQ(step.refused->text,
                std::string(amqp::name_of(words[next])) + " came out of turn during the handshake");
      EXPECT_TRUE(step.answers.empty() && !step.open);
    }
  }
}

TEST(Handshake, RefusesWhatHasNoPlaceInIt) {
  for (const Method& word :
       std::vector<Method>{amqp::ConnectionSecure{}, amqp::ConnectionCloseOk{}, amqp::ChannelFlow{},
                           amqp::ChannelClose{}, amqp::BasicAck{}, amqp::ConfirmSelectOk{}}) {
    for (std::size_t honest = 0; honest <= words.size(); ++honest)
      EXPECT_TRUE(after(honest, word).refused) << amqp::name_of(word);
  }
}

}  // namespace
}  // namespace castaway::rabbit
