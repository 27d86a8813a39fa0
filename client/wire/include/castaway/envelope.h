#pragma once
// Envelope: turns requests and replies into oslo.messaging's bytes, and back. Nothing else in the
// library looks inside a message's body.
//
// A body is JSON text inside JSON: {"oslo.version": "2.0", "oslo.message": "<the inner object>"}.
// Decoding accepts what oslo.messaging's receiver accepts, and throws DecodeError for the rest; no
// input crashes it.
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
  /// A null pointer stands for null. Decoding drops the result of a failure.
  std::shared_ptr<const nlohmann::json> result = {};
  std::optional<Failure> failure = {};
  bool ending = true;  ///< false: a heartbeat, or the first part of an old server's reply
  std::string msg_id = {};
  std::string unique_id = {};
  /// Decoding found no key `failure`, without which oslo.messaging's client cannot read a reply.
  /// Ignored by ==.
  bool lacks_failure = false;
  friend bool operator==(const Reply& a, const Reply& b);
};

/// A request that names its caller but cannot be carried out: `method` is missing, `args` is null,
/// or another part has the wrong type. A server answers it with an error, as oslo.messaging does
/// from inside its dispatcher.
class MalformedRequest : public DecodeError {
 public:
  MalformedRequest(const Request& request, const Failure& failure);
  /// What could be read of it, ids and context included.
  [[nodiscard]] const Request& request() const { return *request_; }
  /// The error to answer with: what Python raises for it.
  [[nodiscard]] const Failure& failure() const { return *failure_; }

 private:
  std::shared_ptr<const Request> request_;
  std::shared_ptr<const Failure> failure_;
};

/// A reply that names its call but cannot be understood.
class MalformedReply : public DecodeError {
 public:
  MalformedReply(const std::string& msg_id, const std::string& what);
  [[nodiscard]] const std::string& msg_id() const { return *msg_id_; }

 private:
  std::shared_ptr<const std::string> msg_id_;
};

/// The largest body that is sent or read, in bytes, before and after it is inflated.
inline constexpr std::size_t max_body_size = std::size_t{64} << 20;

/// Builds the message as oslo.messaging sends it, properties included. The broker gets `expiration`
/// in whole milliseconds, rounded down.
/// Throws: EncodeError for text that is not UTF-8, for a result or failure that JSON cannot carry,
/// and for a body beyond max_body_size.
[[nodiscard]] Message encode(const Request& request, std::optional<Duration> expiration);
[[nodiscard]] Message encode(const Reply& reply);

/// Reads a request. Missing and null keys keep their defaults, unknown keys are ignored, and the
/// last of repeated keys wins. Without a `_msg_id`, keys that belong to calls are not read.
/// Throws: MalformedRequest if it names its caller but makes no sense otherwise; else DecodeError.
[[nodiscard]] Request decode_request(const Message& message);
/// Reads a reply by the same rules. `ending` is false if it is missing.
/// Throws: MalformedReply if it names its call; else DecodeError.
[[nodiscard]] Reply decode_reply(const Message& message);

/// An id of 32 hexadecimal digits, like Python's uuid4().hex.
[[nodiscard]] std::string make_id(std::uint64_t high, std::uint64_t low);

}  // namespace castaway
