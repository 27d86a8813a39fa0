#include "outbox.h"

#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "castaway/error.h"

#include "inbox.h"
#include "requests.h"

namespace castaway::rabbit {
namespace {

/// All that may be written now.
std::string offered(const Outbox& outbox) {
  std::string text;
  for (const iovec& piece : outbox.next())
    text.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  return text;
}

TEST(Outbox, KeepsTheOrderAndCountsAPublicationFromItsFirstByte) {
  Outbox outbox;
  outbox.open();
  outbox.add("declare ");
  outbox.add("one ", 1);
  outbox.add("two", 2);
  EXPECT_EQ(offered(outbox), "declare one two");
  outbox.written(8);
  EXPECT_EQ(outbox.sent_through(), 0U);
  outbox.written(1);
  EXPECT_EQ(outbox.sent_through(), 1U);
  EXPECT_EQ(offered(outbox), "ne two");
  outbox.written(3);
  EXPECT_EQ(outbox.sent_through(), 1U);
  outbox.written(3);
  EXPECT_EQ(outbox.sent_through(), 2U);
  EXPECT_EQ(offered(outbox), "");
  EXPECT_EQ(outbox.total(), 15U);
}

TEST(Outbox, WhatWasTriedMayHaveLeft) {
  Outbox outbox;
  outbox.open();
  outbox.add("one ", 1);
  outbox.add("two", 2);
  outbox.tried();
  EXPECT_EQ(outbox.sent_through(), 1U);
  outbox.add_first("heartbeat ");
  EXPECT_EQ(offered(outbox), "one heartbeat two");
}

TEST(Outbox, OffersOnlyWhatWasAddedFirstUntilItIsOpen) {
  Outbox outbox;
  outbox.add("publication", 1);
  outbox.add_first("hello ");
  EXPECT_EQ(offered(outbox), "hello ");
  outbox.written(3);
  outbox.forget_first();
  EXPECT_EQ(offered(outbox), "");
  outbox.add_first("hello again ");
  outbox.open();
  EXPECT_EQ(offered(outbox), "hello again publication");
}

TEST(Outbox, HoldsPublicationsBackWhileBlockedAndWhatIsBehindThem) {
  Outbox outbox;
  outbox.open();
  outbox.add("begun ", 1);
  outbox.written(2);
  outbox.add("ack ");
  outbox.add("held ", 2);
  outbox.add("ack");
  outbox.block(true);
  EXPECT_EQ(offered(outbox), "gun ack ");
  outbox.add_first("heartbeat ");
  EXPECT_EQ(offered(outbox), "gun heartbeat ack ");
  outbox.block(false);
  EXPECT_EQ(offered(outbox), "gun heartbeat ack held ack");
}

TEST(Outbox, HoldsWhatIsHeldAndAllBehindItUntilItIsReleased) {
  Outbox outbox;
  outbox.open();
  outbox.add("consume ");
  outbox.add_held("cancel ", 2);
  outbox.add("ack ");
  outbox.add_held("another", 4);
  EXPECT_EQ(offered(outbox), "consume ");
  outbox.release(2);
  EXPECT_EQ(offered(outbox), "consume ");
  outbox.release(3);
  EXPECT_EQ(offered(outbox), "consume cancel ack ");
  outbox.release(5);
  EXPECT_EQ(offered(outbox), "consume cancel ack another");
}

TEST(Outbox, EndsWhatHasBegunWhenTheRestIsDropped) {
  Outbox outbox;
  outbox.open();
  outbox.add("begun ", 1);
  outbox.add("not", 2);
  outbox.written(1);
  outbox.drop_the_rest();
  outbox.add_first("goodbye");
  EXPECT_EQ(offered(outbox), "egun goodbye");
  outbox.written(12);
  EXPECT_EQ(outbox.sent_through(), 1U);
}

TEST(Outbox, OffersALimitedNumberOfPieces) {
  Outbox outbox;
  outbox.open();
  for (int i = 0; i < 1000; ++i) outbox.add("x");
  EXPECT_EQ(outbox.next().size(), 64U);
}

Answer answer(const amqp::Method& method, const std::string& tag = {}) {
  return {.method = method.index(), .consumer_tag = tag};
}

TEST(Requests, AreCompletedInOrderWhateverIsAnsweredFirst) {
  Requests requests;
  EXPECT_EQ(requests.add(answer(amqp::QueueDeclareOk{})), 1U);
  EXPECT_EQ(requests.add(answer(amqp::BasicConsumeOk{}, "a")), 2U);
  EXPECT_EQ(requests.add(answer(amqp::BasicConsumeOk{}, "b")), 3U);
  EXPECT_EQ(requests.add(answer(amqp::QueueDeclareOk{})), 4U);
  EXPECT_EQ(requests.add(answer(amqp::BasicCancelOk{}, "a")), 5U);
  const auto completed = [&](const amqp::Method& method) {
    const Requests::Range range = requests.answered(method);
    return std::pair(range.first, range.last);
  };
  using Pair = std::pair<RequestNumber, RequestNumber>;
  EXPECT_EQ(completed(amqp::QueueDeclareOk{}), Pair(1, 1));
  EXPECT_EQ(completed(amqp::QueueDeclareOk{}), Pair(2, 1));
  EXPECT_EQ(completed(amqp::BasicConsumeOk{"b"}), Pair(2, 1));
  EXPECT_EQ(requests.unanswered_consume(), 2U);
  EXPECT_EQ(completed(amqp::BasicConsumeOk{"a"}), Pair(2, 4));
  EXPECT_EQ(requests.unanswered_consume(), Requests::none);
  EXPECT_EQ(completed(amqp::BasicCancelOk{"a"}), Pair(5, 5));
  EXPECT_THROW(completed(amqp::BasicCancelOk{"a"}), DecodeError);
}

TEST(Inbox, RefusesFramesOutOfTheirOrder) {
  using amqp::FrameType;
  const auto takes = [](const std::vector<amqp::Frame>& frames) {
    Inbox inbox(10);
    for (const amqp::Frame& frame : frames) static_cast<void>(inbox.take(frame));
  };
  const std::string deliver("\0\x3C\0\x3C\1t\0\0\0\0\0\0\0\1\0\0\0", 17);
  const std::string header("\0\x3C\0\0\0\0\0\0\0\0\0\2\0\0", 14);
  const amqp::Frame begin = {FrameType::method, 1, deliver};
  const amqp::Frame size = {FrameType::header, 1, header};
  const amqp::Frame body = {FrameType::body, 1, "ab"};
  EXPECT_NO_THROW(takes({begin, size, {FrameType::heartbeat, 0, ""}, body, begin}));
  EXPECT_THROW(takes({size}), DecodeError);
  EXPECT_THROW(takes({body}), DecodeError);
  EXPECT_THROW(takes({begin, body}), DecodeError);
  EXPECT_THROW(takes({begin, begin}), DecodeError);
  EXPECT_THROW(takes({begin, size, size}), DecodeError);
  EXPECT_THROW(takes({begin, size, {FrameType::body, 1, "abc"}}), DecodeError);
  EXPECT_THROW(takes({begin, size, body, body}), DecodeError);
  EXPECT_THROW(takes({{FrameType::method, 2, deliver}}), DecodeError);
  EXPECT_THROW(takes({{FrameType::method, 0, deliver}}), DecodeError);
  EXPECT_THROW(takes({begin, {FrameType::header, 0, header}}), DecodeError);
  EXPECT_THROW(takes({begin, size, {FrameType::body, 0, "ab"}}), DecodeError);
  const std::string close_ok("\0\x0A\0\x33", 4);
  EXPECT_NO_THROW(takes({begin, {FrameType::method, 0, close_ok}, size, body}));
  EXPECT_THROW(takes({{FrameType::method, 1, close_ok}}), DecodeError);
}

}  // namespace
}  // namespace castaway::rabbit
