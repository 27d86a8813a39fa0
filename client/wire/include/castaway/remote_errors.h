#pragma once
// RemoteErrorTypes: the errors of a server that calls throw as types of your own. Use it to catch a
// server's OutOfStock as OutOfStock.
//
//     RemoteErrorTypes types;
//     types.allow<OutOfStock>("shop.errors", "OutOfStock");
//     RPCTransport transport(runtime, broker, {.allowed_remote_exmods = types});
//
// A remote "OutOfStock" of module "shop.errors" can then be caught as OutOfStock, and as Remote.
// Every other error arrives as a RemoteError: a reply can name any type, but only an allowed one is
// ever made. Source: oslo_messaging/_drivers/common.py, deserialize_remote_exception.

#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "castaway/error.h"

namespace castaway {

/// Error types that one can derive from, so that an error can be both an Error and a Remote.
template <class Error>
concept RemotelyRaised =
    std::derived_from<Error, std::exception> && !std::derived_from<Error, Remote> &&
    !std::is_final_v<Error>;

/// An Error that a server raised. Its text is the message and the traceback, as in Python.
template <RemotelyRaised Error>
class Rebuilt final : public Error, public Remote {
 public:
  Rebuilt(Error error, const Failure& failure)
      : Error(std::move(error)), Remote(failure, failure.class_name + "_Remote") {
    text_ = failure.message + '\n';
    for (std::size_t i = 0; i < failure.traceback.size(); ++i)
      text_.append(i == 0 ? "" : "\n").append(failure.traceback[i]);
  }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_ = {};
};

class RemoteErrorTypes final {
 public:
  /// From now on, a failure of exactly this class and module is thrown as the Error that `make`
  /// returns, or as a RemoteError if `make` throws a std::exception.
  template <RemotelyRaised Error>
  RemoteErrorTypes& allow(const std::string& module, const std::string& class_name,
                          std::function<Error(const Failure&)> make) {
    return add(module, class_name, [make = std::move(make)](const Failure& failure) {
      std::optional<Error> error;
      try {
        error.emplace(make(failure));
      } catch (const std::exception&) {
        return;
      }
      throw Rebuilt<Error>(std::move(*error), failure);
    });
  }

  /// The same, for types that can be constructed from a Failure, or else from its message.
  template <RemotelyRaised Error>
  requires(std::constructible_from<Error, const Failure&> ||
           std::constructible_from<Error, const std::string&>)
      RemoteErrorTypes& allow(const std::string& module, const std::string& class_name) {
    return allow<Error>(module, class_name, [](const Failure& failure) {
      if constexpr (std::constructible_from<Error, const Failure&>) {
        return Error(failure);
      } else {
        return Error(failure.message);
      }
    });
  }

  /// Throws: the allowed error that `failure` stands for, or else RemoteError.
  [[noreturn]] void raise(const Failure& failure) const;

 private:
  using Raise = std::function<void(const Failure&)>;  ///< returns if it could not make the error
  RemoteErrorTypes& add(const std::string& module, const std::string& class_name, Raise raise);

  std::map<std::pair<std::string, std::string>, Raise> types_ = {};  ///< by module and class
};

}  // namespace castaway
