#pragma once
// Sender: gets publications to the broker. The two profiles differ here most: see classic_sender.h
// and strict_sender.h.

#include <functional>
#include <memory>
#include <optional>

#include "castaway/rpc_transport.h"
#include "castaway/transport.h"

#include "publish_link.h"

namespace castaway {

/// What is to be sent, and how far one goes for it.
struct Submission {
  Publication publication = {};
  std::optional<ExchangeDeclaration> exchange =
      {};                          ///< declared before; none for the default exchange
  std::optional<int> retry = {};   ///< for ever if none or negative
  TimePoint deadline = never;      ///< strict: nothing waits longer
  Duration confirm_timeout = 60s;  ///< classic: how long one attempt waits for its confirm
  std::function<void(int attempt)> on_attempt = {};  ///< each time it is handed to a connection
  int attempts = 0;                                  ///< so far

  [[nodiscard]] bool may_try_again(int failures) const {
    return !retry || *retry < 0 || failures <= *retry;
  }
};

class Sender {
 public:
  virtual ~Sender() = default;

  /// Hands the publication to a connection, and makes one if need be. Its fate comes to
  /// `publishing`, before this returns or later.
  virtual void send(Submission& submission, const std::shared_ptr<Publishing>& publishing) = 0;

  /// Closes what is open; what is sent afterwards is not sent.
  /// Waits: until `deadline` at most.
  virtual void cleanup(TimePoint deadline) = 0;
};

[[nodiscard]] std::unique_ptr<Sender> make_classic_sender(Runtime& runtime, Transport& transport,
                                                          const std::string& name);
[[nodiscard]] std::unique_ptr<Sender> make_strict_sender(Runtime& runtime, Transport& transport,
                                                         const std::string& name);

}  // namespace castaway
