#pragma once
// Envelope: requests and replies as bytes, and back. Nothing else looks inside a body.
//
// A body is JSON text inside JSON: {"oslo.version": "2.0", "oslo.message": "<the inner object>"}.
// Decoding accepts what oslo.messaging's receiver accepts, and refuses the rest with a DecodeError;
// no bytes crash it.
// Source: oslo_messaging/_drivers/common.py, serialize_msg and deserialize_msg; _drivers/amqp.py,
// pack_context and unpack_context.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway {

/// A call if msg_id is given, else a cast.
struct Request {
  std::string method = {};
  Object args = {};
  std::string namespace_ = {};  ///< left out of the message if empty
  std::string version = {};     ///< left out of the message if empty
  Object context = {};          ///< one key `_context_<name>` each
  std::string msg_id = {};      ///< calls only: 32 hexadecimal digits
  std::string reply_q = {};     ///< calls only
  /// Calls only. The key is `_timeout`, in seconds, null if there is none.
  std::optional<Duration> call_monitor_timeout = {};
  std::string unique_id = {};  ///< 32 hexadecimal digits; empty disables duplicate detection
  friend bool operator==(const Request&, const Request&) = default;
};

struct Reply {
  /// None reads as null. Decoding drops the result of a failure.
  std::shared_ptr<const nlohmann::json> result = {};
  std::optional<Failure> failure = {};
  bool ending = true;  ///< false: a heartbeat, or the first part of an old server's reply
  std::string msg_id = {};
  std::string unique_id = {};
  /// Decoding found no key `failure` at all, which upstream's client cannot read. Nothing to ==.
  bool lacks_failure = false;
  friend bool operator==(const Reply& a, const Reply& b);
};

/// A request that cannot be carried out, though it says who asks: `method` is missing, `args` is
/// null, or something else of it has a wrong type. A server answers it, as oslo.messaging's does
/// from inside its dispatch.
class MalformedRequest : public DecodeError {
 public:
  MalformedRequest(const Request& request, const Failure& failure);
  /// What could be read of it, ids and context included.
  [[nodiscard]] const Request& request() const { return *request_; }
  /// The answer: what Python raises for it.
  [[nodiscard]] const Failure& failure() const { return *failure_; }

 private:
  std::shared_ptr<const Request> request_;
  std::shared_ptr<const Failure> failure_;
};

/// A reply that makes no sense, though it says which call it is for.
class MalformedReply : public DecodeError {
 public:
  MalformedReply(const std::string& msg_id, const std::string& what);
  [[nodiscard]] const std::string& msg_id() const { return *msg_id_; }

 private:
  std::shared_ptr<const std::string> msg_id_;
};

/// No body is larger than this, whether as it is or inflated.
inline constexpr std::size_t max_body_size = std::size_t{64} << 20;

/// The message as oslo.messaging sends it, properties and all. `expiration` goes to the broker as
/// whole milliseconds, rounded down.
/// Throws: EncodeError for text that is not UTF-8, for a result or failure that JSON cannot carry,
/// and beyond max_body_size.
[[nodiscard]] Message encode(const Request& request, std::optional<Duration> expiration);
[[nodiscard]] Message encode(const Reply& reply);

/// Keys that are missing or null are left at their default, unknown ones are ignored, of repeated
/// ones the last wins. What belongs to calls only is not looked at without a `_msg_id`.
/// Throws: MalformedRequest if only what is asked for makes no sense, and not who asks; else
/// DecodeError.
[[nodiscard]] Request decode_request(const Message& message);
/// As decode_request; `ending` is false unless it is there.
/// Throws: MalformedReply if it says which call it is for; else DecodeError.
[[nodiscard]] Reply decode_reply(const Message& message);

/// 32 hexadecimal digits, as uuid4().hex has them.
[[nodiscard]] std::string make_id(std::uint64_t high, std::uint64_t low);

}  // namespace castaway
