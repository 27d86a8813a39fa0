#include "handshake.h"

#include <algorithm>
#include <string_view>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"

namespace castaway::rabbit {
namespace {

const char* name_of_mechanism(LoginMethod method) {
  switch (method) {
    case LoginMethod::amqplain:
      return "AMQPLAIN";
    case LoginMethod::plain:
      return "PLAIN";
    case LoginMethod::external:
      return "EXTERNAL";
  }
  return "";
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

Handshake::Step refused(std::string text, std::uint16_t code = 0) {
  return {.refused = Closed{.code = code, .text = std::move(text)}};
}

}  // namespace

std::uint16_t channel_of(const amqp::Method& method) {
  // The methods of class connection are the first in the list.
  return method.index() < amqp::Method(amqp::ChannelOpen{}).index() ? 0 : our_channel;
}

Handshake::Step Handshake::take(const amqp::Method& method) {
  const auto is_turn = [&](Turn now, Turn next) {
    if (turn_ != now) return false;
    turn_ = next;
    return true;
  };
  if (const auto* said = std::get_if<amqp::ConnectionStart>(&method))
    if (is_turn(Turn::start, Turn::tune)) return start(*said);
  if (const auto* said = std::get_if<amqp::ConnectionTune>(&method))
    if (is_turn(Turn::tune, Turn::open_ok)) return tune(*said);
  if (std::holds_alternative<amqp::ConnectionOpenOk>(method))
    if (is_turn(Turn::open_ok, Turn::channel_open_ok)) return {{amqp::ChannelOpen{}}};
  if (std::holds_alternative<amqp::ChannelOpenOk>(method))
    if (is_turn(Turn::channel_open_ok, Turn::over)) return {.open = true};
  if (const auto* said = std::get_if<amqp::ConnectionClose>(&method)) {
    Step step = refused(said->reply_text, said->reply_code);
    step.answers = {amqp::ConnectionCloseOk{}};
    return step;
  }
  // It may be short of something already; what is said of that comes again with the first
  // publication.
  if (std::holds_alternative<amqp::ConnectionBlocked>(method) ||
      std::holds_alternative<amqp::ConnectionUnblocked>(method))
    return {};
  return refused(std::string(amqp::name_of(method)) + " came out of turn during the handshake");
}

Handshake::Step Handshake::start(const amqp::ConnectionStart& start) const {
  const char* mechanism = name_of_mechanism(settings_.rabbit_login_method);
  if (!has_word(start.mechanisms, mechanism)) {
    return refused("the broker does not offer the login method " + std::string(mechanism) +
                   ", but: " + start.mechanisms);
  }
  return {{amqp::ConnectionStartOk{
      .client_properties = {{"connection_name", connection_name_},
                            {"product", "castaway"},
                            {"product_version", CASTAWAY_VERSION},
                            {"capabilities",
                             amqp::FieldTable{{"authentication_failure_close", true},
                                              {"connection.blocked", true},
                                              {"consumer_cancel_notify", true}}}},
      .mechanism = mechanism,
      .response = response()}}};
}

std::string Handshake::response() const {
  switch (settings_.rabbit_login_method) {
    case LoginMethod::amqplain:
      return amqp::bare_table({{"LOGIN", host_.username}, {"PASSWORD", host_.password}});
    case LoginMethod::plain:
      return std::string(1, '\0') + host_.username + std::string(1, '\0') + host_.password;
    case LoginMethod::external:
      break;
  }
  return "";
}

/// The smaller of both wishes, and where one has none, the other's.
Handshake::Step Handshake::tune(const amqp::ConnectionTune& tune) {
  const auto both = [](std::uint64_t ours, std::uint64_t theirs) {
    return ours == 0 || theirs == 0 ? std::max(ours, theirs) : std::min(ours, theirs);
  };
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(settings_.heartbeat_timeout_threshold).count();
  const std::uint64_t heartbeat = both(static_cast<std::uint64_t>(seconds), tune.heartbeat);
  frame_max_ = static_cast<std::uint32_t>(both(longest_frame, tune.frame_max));
  if (frame_max_ < amqp::frame_min_size)
    return refused("the broker takes no frames of " + std::to_string(amqp::frame_min_size) +
                   " bytes");
  heartbeat_ = std::chrono::seconds(heartbeat);
  return {{amqp::ConnectionTuneOk{.channel_max = tune.channel_max,
                                  .frame_max = frame_max_,
                                  .heartbeat = static_cast<std::uint16_t>(heartbeat)},
           amqp::ConnectionOpen{.virtual_host = settings_.virtual_host}}};
}

}  // namespace castaway::rabbit
