#pragma once
// ListenLink: one connection that consumes. It tracks which requests the broker has completed.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "castaway/guarded.h"
#include "castaway/transport.h"

namespace castaway {

class ListenLink;

/// A delivery, and the link on which alone it can be settled.
struct Taken {
  std::shared_ptr<ListenLink> link = {};
  Delivery delivery = {};

  void acknowledge() const;
  void reject(bool requeue) const;
};

class ListenLink final : public std::enable_shared_from_this<ListenLink>, private ConnectionEvents {
 public:
  using Handler = std::function<void(Taken)>;  ///< must not wait

  /// `changed` is notified whenever something about the link has changed, but for `completed`.
  ListenLink(Runtime& runtime, Handler handler, std::shared_ptr<Signal> changed);
  ~ListenLink() override;

  /// Begins to connect; apart from the constructor because deliveries hold a share of the link.
  void connect(Transport& transport, const std::string& name);

  [[nodiscard]] Connection& connection() { return *connection_; }

  struct Status {
    bool open = false;
    bool closed = false;
    bool cancelled = false;  ///< the broker took a consumer away
    RequestNumber completed = 0;
    Closed why = {};  ///< it has closed
  };
  [[nodiscard]] Status status() { return *status_.lock(); }

  /// False when the connection closed first, and `why` then says why if not null, or at `deadline`.
  /// Waits: until the broker has carried out `request`.
  bool wait_completed(RequestNumber request, TimePoint deadline, Closed* why = nullptr);

  /// Ends the connection: whoever waits for an answer is let go, whatever the broker said.
  /// Waits: until the connection has closed, or `deadline`.
  void close(TimePoint deadline);

 private:
  void opened() override;
  void completed(RequestNumber request) override;
  void confirmed(std::uint64_t, bool, bool) override {}
  void returned(Returned) override {}
  void delivered(Delivery delivery) override;
  void cancelled(const std::string& consumer_tag) override;
  void closed(Closed closed) override;

  /// Each waits for one answer, and is woken for no other: there is one for each request under way.
  using Waiting = std::multimap<RequestNumber, std::shared_ptr<Signal>>;
  struct State : Status {
    Waiting waiting = {};
  };
  void stop_waiting(const std::shared_ptr<Signal>& answered);

  Runtime& runtime_;
  Handler handler_;
  std::shared_ptr<Signal> changed_;
  Guarded<State> status_;
  std::atomic<bool> connected_{false};      ///< connection() may be called
  std::unique_ptr<Connection> connection_;  // last: no event comes once it is gone
};

}  // namespace castaway
