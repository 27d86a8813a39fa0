// Link, from the first host to the open channel.

#include <utility>

#include "castaway/amqp/codec.h"
#include "castaway/envelope.h"

#include "link.h"

namespace castaway::rabbit {

const RabbitHost& Link::host() const {
  const auto& hosts = shared_->settings.hosts;
  return hosts[(first_host_ + tried_) % hosts.size()];
}

std::string Link::host_name() const {
  const std::string& name = host().hostname;
  const bool bare_ipv6 = name.find(':') != std::string::npos;
  return (bare_ipv6 ? "[" + name + "]" : name) + ":" + std::to_string(host().port);
}

void Link::try_next_host() {
  ++attempt_;
  after(shared_->settings.connect_timeout, &Link::no_answer);
  line_->connect(host(), in_turn([this](Line::Connected result) { connected(std::move(result)); }));
}

void Link::connected(Line::Connected connected) {
  if (!connected.stream) return host_failed(connected.why_not);
  stream_ = std::move(connected.stream);
  shake_hands();
}

void Link::shake_hands() {
  const Stream::Result result = stream_->shake_hands();
  if (result.state == Stream::State::ok) return introduce();
  if (result.state == Stream::State::over) return host_failed(result.why);
  auto again = in_turn([this] { shake_hands(); });
  result.state == Stream::State::wait_readable ? line_->wait_readable(std::move(again))
                                               : line_->wait_writable(std::move(again));
}

void Link::introduce() {
  const std::uint64_t high = shared_->runtime.random_bits("connection name");
  const std::uint64_t low = shared_->runtime.random_bits("connection name");
  handshake_.emplace(shared_->settings, host(), name_ + ":" + make_id(high, low));
  reader_.emplace(longest_frame);
  inbox_.emplace(shared_->settings.longest_body);
  {
    auto out = out_.lock();
    out->stream = stream_.get();
    out->outbox.add_first(std::string(amqp::protocol_header));
    flush(*out);
  }
  wait_readable();
}

void Link::take_handshake(const amqp::Method& method) {
  const Handshake::Step step = handshake_->take(method);
  for (const amqp::Method& answer : step.answers) say_first(answer);
  if (step.refused) return host_failed(step.refused->text, step.refused->code);
  if (step.open) opened();
}

void Link::opened() {
  shared_->preferred_host = (first_host_ + tried_) % shared_->settings.hosts.size();
  heartbeat_ = handshake_->heartbeat();
  frame_max_ = handshake_->frame_max();
  reader_->limit(handshake_->frame_max());
  handshake_.reset();
  opened_ = true;
  begin_heartbeats();
  {
    auto out = out_.lock();
    out->open = true;
    out->outbox.open();
    flush(*out);
  }
  listening_.tell([](ConnectionEvents& events) { events.opened(); });
}

void Link::no_answer() {
  if (opened_) return;
  host_failed("no answer within " + to_string(shared_->settings.connect_timeout));
}

void Link::host_failed(const std::string& why, std::uint16_t code) {
  failures_ += (failures_.empty() ? "" : "; ") + host_name() + ": " + why;
  last_code_ = code;
  handshake_.reset();
  drop_stream();
  out_.lock()->outbox.forget_first();
  ++tried_;
  shared_->preferred_host = (first_host_ + tried_) % shared_->settings.hosts.size();
  if (tried_ < shared_->settings.hosts.size()) return try_next_host();
  finish({.code = last_code_, .text = failures_});
}

}  // namespace castaway::rabbit
