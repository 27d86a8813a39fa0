#pragma once
// Errors: what the library throws. Each says what is known about the request (its Effect), so that
// you know whether you may try again.
//
// Source: oslo_messaging/exceptions.py and oslo_messaging/rpc/client.py; the names and the tree are
// the same.

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace castaway {

/// What is known about a request that ended in an error. In doubt, it is unknown.
enum class Effect : std::uint8_t {
  none,        ///< no server has executed it, and none will
  dispatched,  ///< a server began to process it
  unknown,     ///< it may have been executed, or may still be
};

[[nodiscard]] const char* to_string(Effect effect);

class MessagingException : public std::runtime_error {
 public:
  MessagingException(const std::string& what, Effect effect)
      : std::runtime_error(what), effect_(effect) {}
  [[nodiscard]] Effect effect() const { return effect_; }

 private:
  Effect effect_;
};

/// No reply before the deadline.
class MessagingTimeout : public MessagingException {
 public:
  using MessagingException::MessagingException;
};

/// The transport did not accept the request: it was not sent or was refused (none), or it is in
/// doubt (unknown).
class MessageDeliveryFailure : public MessagingException {
 public:
  using MessagingException::MessagingException;
};

/// The transport failed while sending.
class ClientSendError : public MessagingException {
 public:
  using MessagingException::MessagingException;
};

/// Refused before anything was sent: a call to a fanout target, or no topic.
class InvalidTarget : public MessagingException {
 public:
  explicit InvalidTarget(const std::string& what) : MessagingException(what, Effect::none) {}
};

/// The requested version is above the client's version cap. Nothing was sent.
class RPCVersionCapError : public MessagingException {
 public:
  explicit RPCVersionCapError(const std::string& what) : MessagingException(what, Effect::none) {}
};

/// A value that JSON cannot carry. Nothing was sent.
class EncodeError : public MessagingException {
 public:
  explicit EncodeError(const std::string& what) : MessagingException(what, Effect::none) {}
};

/// Received bytes that are not a valid message.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An error as a reply carries it: what Python knows about the exception that the method raised.
/// Source: oslo_messaging/_drivers/common.py, serialize_remote_exception.
struct Failure {
  std::string class_name = {};  ///< key "class"
  std::string module = {};
  std::string message = {};
  std::vector<std::string> traceback = {};            ///< key "tb"
  std::shared_ptr<const nlohmann::json> args = {};    ///< a JSON array; null stands for []
  std::shared_ptr<const nlohmann::json> kwargs = {};  ///< a JSON object; null stands for {}
  friend bool operator==(const Failure& a, const Failure& b);
};

/// What all errors that a server raised have in common, of whatever type they are thrown. It does
/// not derive from std::exception: an error with two such bases could not be caught as one.
class Remote {
 public:
  /// The error as the reply carried it.
  [[nodiscard]] const Failure& failure() const { return failure_; }
  /// The name of the remote type: failure().class_name.
  [[nodiscard]] const std::string& exc_type() const { return failure_.class_name; }
  /// Its message: failure().message.
  [[nodiscard]] const std::string& value() const { return failure_.message; }
  /// Python's name for the type that is thrown here: "RemoteError", or "OutOfStock_Remote" for an
  /// allowed type.
  [[nodiscard]] const std::string& class_name() const { return class_name_; }

 protected:
  Remote(Failure failure, std::string class_name)
      : failure_(std::move(failure)), class_name_(std::move(class_name)) {}
  Remote(const Remote&) = default;
  Remote& operator=(const Remote&) = default;
  ~Remote() = default;

 private:
  Failure failure_;
  std::string class_name_;
};

/// The server's method, or its dispatch, raised an error whose type was not allowed: see
/// RemoteErrorTypes. Source: oslo_messaging/rpc/client.py, RemoteError.
class RemoteError : public MessagingException, public Remote {
 public:
  explicit RemoteError(const Failure& failure);
};

/// The failure inside a remote error of any type; null for any other error. A method that lets a
/// remote error escape relays it to its own caller.
[[nodiscard]] const Failure* remote_failure(const std::exception& error);

/// The broker returned a mandatory request: no queue was bound for it. As in Python, it is not a
/// MessagingException.
class MessageUndeliverable : public std::runtime_error {
 public:
  explicit MessageUndeliverable(const std::string& what) : std::runtime_error(what) {}
  [[nodiscard]] Effect effect() const { return Effect::none; }
};

}  // namespace castaway
