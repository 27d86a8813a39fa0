#pragma once
// OutgoingRequest: one call or cast from beginning to end, after serializers have converted its
// values and before the server's errors are thrown.

#include <optional>
#include <string>
#include <string_view>

#include "castaway/envelope.h"
#include "castaway/rpc_client.h"

#include "connections/sender.h"
#include "reply_waiters.h"
#include "transport_parts.h"

namespace castaway {

struct Invoked {
  const std::string& method;
  const Object& ctxt;
  const Object& args;
  bool call = false;    ///< or a cast
  TimePoint entered{};  ///< what timeouts count from
};

class OutgoingRequest final {
 public:
  OutgoingRequest(RPCTransport::Parts& parts, const RPCClientOptions& options,
                  const Invoked& invoked);

  /// The reply; an empty one to a cast. What the operation ends with goes to the observer too.
  /// Waits: until it has ended.
  /// Throws: besides our own errors, the one that the server raised, as allowed_remote_exmods say.
  Reply run();

  /// It was refused before anything was sent: the observer hears of its beginning and its end.
  void refuse(std::string_view why);

 private:
  [[nodiscard]] Reply call();
  void cast();
  void wait_for_reply_queue();
  [[nodiscard]] Reply wait_for_reply(Submission& submission, PendingCall& pending,
                                     const std::shared_ptr<Publishing>& sent);

  [[nodiscard]] Submission submission() const;
  /// Hands the request to a connection. False: it could not be, and another attempt is of no use.
  bool send(Submission& submission, const std::shared_ptr<Publishing>& publishing);
  [[nodiscard]] std::string expiration() const;

  struct Wait {
    TimePoint until{};
    bool monitored = false;  ///< it is the server's silence that ends it
  };
  [[nodiscard]] Wait next_wait(const PendingCall::State& state, TimePoint deadline) const;
  Publishing::State wait_for_outcome(Publishing& publishing) const;

  void begin();
  void end(const Completion& completion);
  [[nodiscard]] std::string name() const;
  /// Throws what the failure in a reply stands for.
  [[noreturn]] void raise(const Failure& failure);
  [[noreturn]] void throw_refusal(const Publishing::State& state,
                                  const Submission& submission) const;
  [[noreturn]] void throw_timeout(const Publishing::State& sent, bool monitored) const;
  [[noreturn]] void throw_not_sent(const std::string& why) const;

  RPCTransport::Parts& parts_;
  const RPCClientOptions& options_;
  const bool call_;
  const Duration timeout_;
  const TimePoint entered_;
  const TimePoint deadline_;
  Request request_;
  TimePoint handed_over_{};  ///< when the request was last given to a connection
};

}  // namespace castaway
