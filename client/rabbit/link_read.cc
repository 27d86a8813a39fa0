// Link: what comes from the broker, and what is told of it.

#include <algorithm>
#include <utility>

#include "castaway/error.h"

#include "link.h"

namespace castaway::rabbit {
namespace {

/// How often one connection may read before others have their turn.
constexpr int reads_in_turn = 16;

}  // namespace

void Link::wait_readable() {
  line_->wait_readable(in_turn([this] { on_readable(); }));
}

/// TLS has something of its own to say first.
void Link::wait_writable_to_read() {
  line_->wait_writable(in_turn([this] { on_readable(); }));
}

void Link::on_readable() {
  const std::uint64_t attempt = attempt_;
  for (int i = 0; i < reads_in_turn; ++i) {
    const Stream::Result result = read();
    if (result.state == Stream::State::over) return lost(result.why);
    if (result.state == Stream::State::wait_readable) return wait_readable();
    if (result.state == Stream::State::wait_writable) return wait_writable_to_read();
    heard_ = shared_->runtime.now();
    reader_->commit(result.size);
    take_frames();
    if (attempt_ != attempt) return;
    if (!result.more) return wait_readable();
  }
  line_->post(in_turn([this] { on_readable(); }));
}

/// OpenSSL reads and writes what it will, so one at a time; a plain socket has two independent
/// ends.
Stream::Result Link::read() {
  if (!shared_->settings.ssl) return stream_->read(reader_->space());
  auto out = out_.lock();
  Stream::Result result = stream_->read(reader_->space());
  flush(*out);
  return result;
}

void Link::take_frames() {
  const std::uint64_t attempt = attempt_;
  try {
    while (const auto frame = reader_->next()) {
      auto arrived = inbox_->take(*frame);
      if (arrived) take(std::move(*arrived));
      if (attempt_ != attempt) return;
    }
  } catch (const DecodeError& error) {
    lost(std::string("what the broker sent is not understood: ") + error.what());
  }
}

void Link::take(Inbox::Arrived arrived) {
  if (const auto* method = std::get_if<amqp::Method>(&arrived))
    return handshake_ ? take_handshake(*method) : take_method(*method);
  if (handshake_) throw DecodeError("a content came during the handshake");
  if (lingering_) return;
  listening_.tell([&](ConnectionEvents& events) {
    if (auto* delivery = std::get_if<Delivery>(&arrived)) {
      events.delivered(std::move(*delivery));
    } else {
      events.returned(std::move(std::get<Returned>(arrived)));
    }
  });
}

void Link::take_method(const amqp::Method& method) {
  if (std::holds_alternative<amqp::ConnectionCloseOk>(method)) {
    if (lingering_) return cut();
    if (!goodbye_) throw DecodeError("connection.close-ok answers nothing that was asked");
    return finish({.code = 200, .text = "closed", .by_us = true});
  }
  if (lingering_) return;
  if (const auto* ack = std::get_if<amqp::BasicAck>(&method))
    return confirmed(ack->delivery_tag, ack->multiple, true);
  if (const auto* nack = std::get_if<amqp::BasicNack>(&method))
    return confirmed(nack->delivery_tag, nack->multiple, false);
  if (const auto* cancel = std::get_if<amqp::BasicCancel>(&method)) {
    return listening_.tell(
        [&](ConnectionEvents& events) { events.cancelled(cancel->consumer_tag); });
  }
  if (const auto* blocked = std::get_if<amqp::ConnectionBlocked>(&method)) {
    block(true);
    return listening_.tell([&](ConnectionEvents& events) { events.blocked(blocked->reason); });
  }
  if (std::holds_alternative<amqp::ConnectionUnblocked>(method)) {
    block(false);
    return listening_.tell([](ConnectionEvents& events) { events.unblocked(); });
  }
  if (const auto* flow = std::get_if<amqp::ChannelFlow>(&method))
    return say_first(amqp::ChannelFlowOk{flow->active});
  if (std::holds_alternative<amqp::ChannelCloseOk>(method)) {
    if (!out_.lock()->closing || std::exchange(goodbye_, true))
      throw DecodeError("channel.close-ok answers nothing that was asked");
    return say_first(amqp::ConnectionClose{});
  }
  if (const auto* close = std::get_if<amqp::ChannelClose>(&method)) {
    stop_writing();
    say_first(amqp::ChannelCloseOk{});
    say_first(amqp::ConnectionClose{});
    return linger({.code = close->reply_code, .text = close->reply_text});
  }
  if (const auto* close = std::get_if<amqp::ConnectionClose>(&method)) {
    stop_writing();
    say_first(amqp::ConnectionCloseOk{});
    return linger({.code = close->reply_code, .text = close->reply_text});
  }
  answered(method);
}

/// A confirm of what the broker cannot have says that nothing it says can be relied on. Source:
/// AMQP 0-9-1, 1.8.3.13: tag 0 means all that is outstanding, but only the broker knows what that
/// was; RabbitMQ never says it.
void Link::confirmed(std::uint64_t delivery_tag, bool multiple, bool ack) {
  std::uint64_t before = 0;  // confirm.select
  std::uint64_t sent = 0;
  {
    auto out = out_.lock();
    before = out->unconfirmable.value_or(out->publications);
    sent = out->outbox.sent_through();
  }
  if (delivery_tag == 0 || sent <= before || delivery_tag > sent - before) {
    throw DecodeError("a confirm of publication " + std::to_string(delivery_tag) + ", and " +
                      std::to_string(sent - std::min(before, sent)) + " were sent");
  }
  listening_.tell(
      [&](ConnectionEvents& events) { events.confirmed(before + delivery_tag, multiple, ack); });
}

void Link::answered(const amqp::Method& method) {
  Requests::Range completed;
  {
    auto out = out_.lock();
    completed = out->requests.answered(method);
    if (std::holds_alternative<amqp::BasicConsumeOk>(method)) {
      // Consumes behind a cancel that is held have not gone yet.
      out->outbox.release(out->requests.unanswered_consume());
      flush(*out);
    }
  }
  for (RequestNumber number = completed.first; number <= completed.last; ++number)
    listening_.tell([&](ConnectionEvents& events) { events.completed(number); });
}

void Link::block(bool blocked) {
  auto out = out_.lock();
  out->outbox.block(blocked);
  flush(*out);
}

void Link::stop_writing() {
  auto out = out_.lock();
  out->over = true;
  out->outbox.drop_the_rest();
}

}  // namespace castaway::rabbit
