#pragma once
// Sender: gets publications to the broker, with retries. The two profiles differ here most: see
// classic_sender.cc and strict_sender.cc. A request's own retries are in rpc/outgoing_request.cc.

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
  /// Declared before; none for the default exchange.
  std::optional<ExchangeDeclaration> exchange = {};
  std::optional<int> retry = {};   ///< for ever if none or negative
  TimePoint deadline = never;      ///< strict: nothing waits longer
  Duration confirm_timeout = 60s;  ///< classic: how long one attempt waits for its confirm
  /// Called each time it is about to be handed to an open connection; may change the publication.
  std::function<void(Submission&)> on_attempt = {};
  int attempts = 0;       ///< how often that was, so far
  bool in_doubt = false;  ///< an attempt that came to nothing may have reached a server
  int failures = 0;       ///< connections that could not be made, and attempts that came to nothing

  /// Counts another attempt that begins now.
  void begin_attempt() {
    ++attempts;
    if (on_attempt) on_attempt(*this);
  }

  /// Counts another failure. Whether `retry` allows another attempt.
  [[nodiscard]] bool may_try_again() {
    ++failures;
    return !retry || *retry < 0 || failures <= *retry;
  }
};

class Sender {
 public:
  virtual ~Sender() = default;

  /// Hands the publication to a connection, and makes one if need be. Its outcome comes to
  /// `publishing`, before this returns or later. False when it was given up, which is final: the
  /// deadline came, the retries are used up, or the transport is closed.
  /// Waits: for a connection; classic also for the outcome.
  virtual bool send(Submission& submission, const std::shared_ptr<Publishing>& publishing) = 0;

  /// Closes what is open, and lets everyone go who waits; what is sent afterwards is not sent.
  /// Waits: until `deadline` at most.
  virtual void cleanup(TimePoint deadline) = 0;
};

[[nodiscard]] std::unique_ptr<Sender> make_classic_sender(Runtime& runtime, Transport& transport,
                                                          const std::string& name);
[[nodiscard]] std::unique_ptr<Sender> make_strict_sender(Runtime& runtime, Transport& transport,
                                                         const std::string& name);

}  // namespace castaway
