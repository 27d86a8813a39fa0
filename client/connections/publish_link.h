#pragma once
// PublishLink: one connection that publishes, and the outcome of each publication on it.
//
// The broker's confirms name tags; a connection that closes leaves tags without one. Here, and
// nowhere else, both become what the caller has to know: accepted, refused, returned, not sent, or
// in doubt.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "castaway/guarded.h"
#include "castaway/transport.h"

namespace castaway {

enum class PublishOutcome {
  pending,
  accepted,  ///< confirmed by the broker
  refused,   ///< the broker said no: not executed, and it will not be
  returned,  ///< mandatory, and no queue was bound
  not_sent,  ///< no byte of it has left
  in_doubt,  ///< sent, and the connection closed before a confirm
};

/// AMQP's reply code for a message that is too long. Source: AMQP 0-9-1, 1.2, reply-code.
inline constexpr std::uint16_t content_too_large = 311;

/// One publication as its sender sees it. The outcome is set once, by whichever link carries it.
class Publishing final {
 public:
  Publishing(Runtime& runtime, std::shared_ptr<Signal> changed)
      : changed_(std::move(changed)), state_(runtime, "publishing") {}

  struct State {
    PublishOutcome outcome = PublishOutcome::pending;
    std::string why = {};
    std::uint16_t code = 0;  ///< AMQP reply code, where the broker gave one
  };
  [[nodiscard]] State state() { return *state_.lock(); }
  /// Starts over, for another attempt.
  void reset() { *state_.lock() = {}; }
  void settle(PublishOutcome outcome, std::string why = {}, std::uint16_t code = 0);

  [[nodiscard]] Signal& changed() { return *changed_; }

 private:
  std::shared_ptr<Signal> changed_;
  Guarded<State> state_;
};

class PublishLink final : private ConnectionEvents {
 public:
  PublishLink(Runtime& runtime, Transport& transport, const std::string& name);
  ~PublishLink() override;

  enum class State { opening, open, closed };
  [[nodiscard]] State state() { return status_.lock()->state; }
  [[nodiscard]] Closed why_closed() { return status_.lock()->closed; }

  /// Waits: until the connection has opened or closed, or `deadline` (then still "opening").
  State wait_while_opening(TimePoint deadline);

  /// Declares `exchange` first: the first time, or each time if `always_declare`. The outcome comes
  /// to `publishing`.
  void publish(const Publication& publication, const ExchangeDeclaration* exchange,
               bool always_declare, const std::shared_ptr<Publishing>& publishing);

  /// Ends the connection. Afterwards every publication has an outcome, whatever the broker said.
  /// Waits: until the connection has closed, or `deadline`.
  void close(TimePoint deadline);

 private:
  struct Status {
    State state = State::opening;
    Closed closed = {};
  };
  struct Unconfirmed {
    std::shared_ptr<Publishing> publishing = {};
    /// Of a mandatory publication: a return names it by nothing else.
    std::optional<std::string> body = {};
  };
  struct Outbox {
    bool over = false;
    bool confirming = false;
    std::set<std::string> declared = {};
    std::map<std::uint64_t, Unconfirmed> unconfirmed = {};
  };

  void opened() override;
  void completed(RequestNumber) override {}
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override;
  void refused(std::uint64_t tag, const std::string& why) override;
  void returned(Returned returned) override;
  void delivered(Delivery) override {}
  void cancelled(const std::string&) override {}
  void closed(Closed closed) override { finish(closed); }
  void settle(std::uint64_t tag, bool multiple, const Publishing::State& state);
  void finish(const Closed& closed);

  std::unique_ptr<Signal> changed_;
  Guarded<Status> status_;
  Guarded<Outbox> outbox_;
  std::unique_ptr<Connection> connection_;  // last: no event comes once it is gone
};

}  // namespace castaway
