#pragma once
// RemoteErrorTypes: which errors of a server are thrown to its callers as types of their own.
//
//     RemoteErrorTypes types;
//     types.allow<OutOfStock>("shop.errors", "OutOfStock");
//     RPCTransport transport(runtime, broker, {.allowed_remote_exmods = types});
//
// A remote "OutOfStock" of module "shop.errors" can then be caught as OutOfStock, and as Remote.
// Everything else arrives as a RemoteError: what a stranger names is looked up here, and nothing
// that was not allowed is ever made. Source: oslo_messaging/_drivers/common.py,
// deserialize_remote_exception.

#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "castaway/error.h"

namespace castaway {

/// Types that can be derived from, to be thrown as what they are and as Remote.
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
  /// From now on a failure of exactly this class and module is thrown as an Error that `make`
  /// makes of it, or as a RemoteError if that throws a std::exception.
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

  /// The same for types that can be made of a Failure, or else of its message.
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

  /// Throws: the error that `failure` is, or else RemoteError.
  [[noreturn]] void raise(const Failure& failure) const;

 private:
  using Raise = std::function<void(const Failure&)>;  ///< comes back if it could not make the error
  RemoteErrorTypes& add(const std::string& module, const std::string& class_name, Raise raise);

  std::map<std::pair<std::string, std::string>, Raise> types_ = {};  ///< by module and class
};

}  // namespace castaway
