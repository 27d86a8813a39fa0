#pragma once
// Inbox: assembles message contents from their frames: the method that announces one, its header,
// its body.
//
// A body grows as its bytes come, never by what a header says.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "castaway/amqp/frame.h"
#include "castaway/amqp/method.h"
#include "castaway/transport.h"

namespace castaway::rabbit {

class Inbox final {
 public:
  /// `longest_body`: bytes; more are refused.
  explicit Inbox(std::size_t longest_body) : longest_body_(longest_body) {}

  using Arrived = std::variant<amqp::Method, Delivery, Returned>;

  /// What has arrived with this frame, if something has: a method, or the whole of a content.
  /// Throws: DecodeError for frames out of their order, and for what is in none.
  [[nodiscard]] std::optional<Arrived> take(const amqp::Frame& frame);

 private:
  [[nodiscard]] std::optional<Arrived> begin(amqp::Method method);
  [[nodiscard]] std::optional<Arrived> end_if_whole();
  [[nodiscard]] Message& message();

  const std::size_t longest_body_;
  std::optional<std::variant<Delivery, Returned>> content_ = {};  ///< that has begun
  std::optional<std::uint64_t> missing_ = {};  ///< of its body; none before the header
};

}  // namespace castaway::rabbit
