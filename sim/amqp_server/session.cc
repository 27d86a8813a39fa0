#include "castaway/sim/session.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"

#include "session_state.h"

namespace castaway::sim {

using server::ProtocolError;

namespace {

/// How long RabbitMQ waits before it closes the socket of a client that it does not trust.
/// Source: rabbit_reader.erl, SILENT_CLOSE_DELAY.
constexpr Duration silence = 3s;

}  // namespace

Session::Session(SessionSettings settings, Connect connect, std::function<void()> has_output,
                 TimePoint now)
    : state_(std::make_unique<State>(std::move(settings), std::move(connect), std::move(has_output),
                                     now)) {}

Session::~Session() = default;

std::size_t Session::receive(std::string_view bytes, TimePoint now) {
  return state_->receive(bytes, now);
}
bool Session::wants_bytes() const { return state_->wants_bytes(); }
void Session::ended() { state_->ended(); }
void Session::advance(TimePoint now) { state_->advance(now); }
TimePoint Session::next() const { return state_->next(); }
std::string Session::take_output() { return state_->take_output(); }
bool Session::was_cut() const { return state_->was_cut(); }
bool Session::over() const { return state_->over(); }

Session::State::State(SessionSettings settings, Connect connect, std::function<void()> has_output,
                      TimePoint now)
    : settings_(std::move(settings)),
      connect_(std::move(connect)),
      has_output_(std::move(has_output)),
      handshake_(settings_) {
  handshake_timer_.start(settings_.handshake_timeout, now);
}

void Session::State::ended() {
  leave();
  finish();
}

void Session::State::advance(TimePoint now) {
  if (over()) return;
  if (close_timer_.passes(now) || handshake_timer_.passes(now)) return ended();
  const auto due = heartbeats_.advance(now, sent_, received_);
  if (due.is_silent) return ended();
  if (!due.send) return;
  amqp::append_heartbeat(output_);
  has_output_();
}

TimePoint Session::State::next() const {
  return std::min({heartbeats_.next(), handshake_timer_.due(), close_timer_.due()});
}

std::string Session::State::take_output() { return std::exchange(output_, {}); }

void Session::State::say(ChannelNumber channel, const amqp::Method& method) {
  const std::size_t before = output_.size();
  amqp::append_method(output_, channel, method);
  sent_ += output_.size() - before;
  has_output_();
}

void Session::State::say(ChannelNumber channel, const amqp::Method& method,
                         const amqp::Message& content) {
  const std::size_t before = output_.size();
  try {
    const std::uint32_t frame_max = handshake_.frame_max();
    amqp::append_method(output_, channel, method);
    amqp::append_content(output_, channel, content,
                         frame_max == 0 ? SessionSettings().frame_max : frame_max);
  } catch (const std::invalid_argument&) {
    // Properties that another connection could send in its longer frames.
    output_.resize(before);
    return refuse(server::internal_error());
  }
  sent_ += output_.size() - before;
  has_output_();
}

void Session::State::say(ChannelNumber channel, amqp::MethodNumber number,
                         std::string_view arguments) {
  const auto append = [this](std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
      output_ += static_cast<char>(value >> shift & 0xFF);
  };
  const std::size_t before = output_.size();
  append(static_cast<std::uint64_t>(amqp::FrameType::method), 1);
  append(channel, 2);
  append(4 + arguments.size(), 4);
  append(number.class_id, 2);
  append(number.method_id, 2);
  output_ += arguments;
  append(0xCE, 1);
  sent_ += output_.size() - before;
  has_output_();
}

void Session::State::refuse(const ProtocolError& error) {
  say(0, amqp::ConnectionClose{.reply_code = error.code,
                               .reply_text = server::reply_text(error.text),
                               .class_id = error.at_fault.class_id,
                               .method_id = error.at_fault.method_id});
  if (end_ != nullptr) end_->hang_up(error.text);
  if (error.fatal) return fall_silent();
  wait_for_close(settings_.close_timeout);
}

/// Source: rabbit_reader.erl, close_connection.
void Session::State::wait_for_close(Duration at_most) {
  const Duration heartbeat = std::chrono::seconds(handshake_.heartbeat());
  phase_ = Phase::closed;
  heartbeats_.stop();
  handshake_timer_.stop();
  close_timer_.start(heartbeat > Duration::zero() ? std::min(heartbeat, at_most) : at_most);
  // The client's answer is read.
  if (std::exchange(blocked_, false)) has_output_();
}

void Session::State::fall_silent() {
  phase_ = Phase::silent;
  input_.clear();
  heartbeats_.stop();
  handshake_timer_.stop();
  close_timer_.start(silence);
}

void Session::State::leave() { end_.reset(); }

void Session::State::finish() {
  if (std::exchange(phase_, Phase::over) == Phase::over) return;
  input_.clear();
  channels_.clear();
  heartbeats_.stop();
  handshake_timer_.stop();
  close_timer_.stop();
  has_output_();
}

}  // namespace castaway::sim
