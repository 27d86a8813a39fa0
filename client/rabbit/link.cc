#include "link.h"

#include <algorithm>
#include <utility>

#include "castaway/amqp/codec.h"

namespace castaway::rabbit {
namespace {

std::string encoded(const amqp::Method& method) {
  std::string bytes;
  amqp::append_method(bytes, channel_of(method), method);
  return bytes;
}

}  // namespace

Link::Link(std::shared_ptr<Shared> shared, std::unique_ptr<Line> line, std::string name,
           ConnectionEvents& events)
    : shared_(std::move(shared)),
      name_(std::move(name)),
      line_(std::move(line)),
      out_(shared_->runtime, "rabbit-out"),
      listening_(shared_->runtime, events),
      first_host_(shared_->preferred_host) {}

void Link::start() {
  line_->post(in_turn([this] { try_next_host(); }));
}

void Link::abandon() {
  out_.lock()->over = true;
  listening_.stop(line_->inside());
  line_->post([self = shared_from_this()] {
    if (!self->lingering_) self->cut();
  });
}

RequestNumber Link::request(const amqp::Method& method, Answer answer) {
  std::string bytes = encoded(method);
  auto out = out_.lock();
  // RabbitMQ 3.10 ends the channel with 541 when it gets the one before it has answered the other.
  const bool hold = std::holds_alternative<amqp::BasicCancel>(method) &&
                    out->requests.unanswered_consume() != Requests::none;
  const RequestNumber number = out->requests.add(std::move(answer));
  if (!usable(*out)) return number;
  if (std::holds_alternative<amqp::ConfirmSelect>(method) && !out->unconfirmable)
    out->unconfirmable = out->publications;
  if (hold) {
    out->outbox.add_held(std::move(bytes), number);
  } else {
    hand_over(*out, std::move(bytes));
  }
  return number;
}

std::uint64_t Link::publish(const amqp::Publication& publication) {
  std::string bytes = encoded(amqp::BasicPublish{.exchange = publication.exchange,
                                                 .routing_key = publication.routing_key,
                                                 .mandatory = publication.mandatory,
                                                 .immediate = publication.immediate});
  amqp::append_content(bytes, our_channel, publication.message, frame_max_);
  auto out = out_.lock();
  const std::uint64_t tag = ++out->publications;
  if (usable(*out)) hand_over(*out, std::move(bytes), tag);
  return tag;
}

void Link::say(const amqp::Method& method) {
  std::string bytes = encoded(method);
  auto out = out_.lock();
  if (usable(*out)) hand_over(*out, std::move(bytes));
}

/// The channel first, then the connection, as oslo.messaging does.
void Link::close() {
  std::string bytes = encoded(amqp::ChannelClose{});
  auto out = out_.lock();
  if (!usable(*out)) return;
  out->closing = true;
  if (out->open) return hand_over(*out, std::move(bytes));
  line_->post([self = shared_from_this()] {
    self->finish({.code = 200, .text = "closed before it opened", .by_us = true});
  });
}

void Link::hand_over(Out& out, std::string bytes, std::uint64_t publication) {
  out.outbox.add(std::move(bytes), publication);
  flush(out);
}

void Link::say_first(const amqp::Method& method) {
  std::string bytes = encoded(method);
  auto out = out_.lock();
  out->outbox.add_first(std::move(bytes));
  flush(*out);
}

void Link::flush(Out& out) {
  while (out.stream != nullptr && !out.waiting_writable) {
    const std::vector<iovec> pieces = out.outbox.next();
    if (pieces.empty()) return;
    const Stream::Result result = out.stream->write(pieces);
    if (result.tried) out.outbox.tried();
    switch (result.state) {
      case Stream::State::ok:
        out.outbox.written(result.size);
        break;
      case Stream::State::wait_readable:
        return;  // whoever reads goes on
      case Stream::State::wait_writable:
        out.waiting_writable = true;
        line_->post(in_turn([this] { wait_writable(); }));
        return;
      case Stream::State::over:
        out.stream = nullptr;
        line_->post(in_turn([this, why = result.why] { lost(why); }));
        return;
    }
  }
}

void Link::wait_writable() {
  line_->wait_writable(in_turn([this] {
    auto out = out_.lock();
    out->waiting_writable = false;
    flush(*out);
  }));
}

void Link::begin_heartbeats() {
  line_->cancel_timer();
  if (heartbeat_ <= Duration::zero()) return;
  heard_ = shared_->runtime.now();
  after(heartbeat_ / 3, &Link::beat);
}

/// Three times in the time after which a peer counts as gone: so it hears of us at least every two
/// thirds of it.
void Link::beat() {
  if (lingering_) return;
  if (shared_->runtime.now() - heard_ > heartbeat_)
    return lost("no sign of life for " + to_string(heartbeat_));
  {
    auto out = out_.lock();
    if (out->outbox.total() == written_before_) {
      std::string bytes;
      amqp::append_heartbeat(bytes);
      out->outbox.add_first(std::move(bytes));
      flush(*out);
    }
    written_before_ = out->outbox.total();
  }
  after(heartbeat_ / 3, &Link::beat);
}

void Link::lost(const std::string& why) {
  if (handshake_) return host_failed(why);
  if (lingering_) return cut();
  finish({.text = host_name() + ": " + why});
}

void Link::finish(Closed closed) {
  if (std::exchange(ended_, true)) return;
  cut();
  listening_.tell([&](ConnectionEvents& events) { events.closed(std::move(closed)); });
}

/// For us it is over; but the broker should hear what we said last, or it complains of us.
void Link::linger(Closed closed) {
  ended_ = lingering_ = true;
  after(1s, &Link::cut);
  listening_.tell([&](ConnectionEvents& events) { events.closed(std::move(closed)); });
}

void Link::drop_stream() {
  {
    auto out = out_.lock();
    out->stream = nullptr;
    out->waiting_writable = false;
  }
  stream_.reset();
  line_->close();
}

void Link::cut() {
  ++attempt_;
  out_.lock()->over = true;
  drop_stream();
  line_->cancel_timer();
}

void Link::after(Duration length, void (Link::*act)()) {
  line_->start_timer(length, in_turn([this, act] { (this->*act)(); }));
}

}  // namespace castaway::rabbit
