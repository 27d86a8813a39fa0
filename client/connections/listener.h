#pragma once
// Listener: keeps queues consumed. A task of its own connects, declares, binds and consumes, and
// does so again whenever the link is lost or the broker takes a consumer away. Source:
// oslo_messaging/_drivers/impl_rabbit.py, Connection.consume and Consumer.declare.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/rpc_transport.h"
#include "castaway/topology.h"

#include "backoff.h"
#include "listen_link.h"

namespace castaway {

class Listener;

struct ListenerOptions {
  std::string name = {};
  Profile profile = Profile::strict;
  std::vector<Consumption> queues = {};
  std::uint16_t prefetch = 0;  ///< no limit if 0
  /// Told whenever the broker has taken all consumers, and whenever it has them no longer or did
  /// not take them, until cancel() or close(). On the listener's task; must not wait.
  std::function<void()> consuming = [] {};
  std::function<void(const Closed& why)> not_consuming = [](const Closed&) {};
  /// Called when something about the link has changed, after wake(), and at the time that it
  /// returned, while the broker has the consumers. On the listener's task; must not wait.
  std::function<TimePoint(Listener&)> tend = [](Listener&) { return never; };
};

class Listener final {
 public:
  /// Starts its task at once.
  Listener(Runtime& runtime, Transport& transport, ListenerOptions options,
           ListenLink::Handler handler);
  /// close(), without waiting for the broker's answer.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  enum class Ready { yes, too_late, no_connection, closed };
  /// Cancelling counts as closing. Says no_connection after one more failed attempt than `retry`,
  /// which is without limit if none or negative. `why`, if not null, becomes the reason of the last
  /// attempt that failed. Waits: until the broker has taken all consumers, for the first time;
  /// `deadline` at most.
  Ready wait_ready(TimePoint deadline, std::optional<int> retry = {}, std::string* why = nullptr);

  /// Asks for ListenerOptions::tend to be called.
  void wake() { changed_->notify(); }

  /// For ListenerOptions::tend, which runs while the broker has the consumers. pause() asks for no
  /// more deliveries until resume(): those on their way still come. A queue that goes with its
  /// last consumer keeps it, and one that lapses without consumers is asked after at renewal().
  /// resume() asks for up to `prefetch` at a time. A new connection begins with all of them.
  void pause();
  void resume(std::uint16_t prefetch);
  void renew();
  /// What was asked for last; 0 after pause().
  [[nodiscard]] std::uint16_t granted() const { return granted_; }
  /// How often renew() is to be called between pause() and resume(); Duration::max() is never.
  [[nodiscard]] Duration renewal() const;

  /// Asks the broker to deliver nothing more, and not to resume after a reconnection.
  /// Waits: until it has said so, or the link is lost.
  void cancel();

  /// Deletes the queues that go with their server and closes the connection.
  /// Waits: until that is done or the link is lost, `deadline` at most.
  void close(TimePoint deadline);

 private:
  struct State {
    std::shared_ptr<ListenLink> link = {};
    bool ready = false;
    std::int64_t failures = 0;  ///< attempts that came to nothing
    std::string why = {};       ///< the last of them did
    bool cancelled = false;
    bool closing = false;
  };

  void keep();
  /// False when the link closed meanwhile; says why.
  bool set_up(ListenLink& link, Closed& why);
  void wait_until_over(ListenLink& link);
  void leave(ListenLink& link);
  /// Does `act` with the connection, under the lock, unless there is none or it is to bring nothing
  /// more.
  template <class Act>
  void with_connection(Act act);
  void tell(const Closed& why);
  [[nodiscard]] bool closing() { return state_.lock()->closing; }

  Runtime& runtime_;
  Transport& transport_;
  const ListenerOptions options_;
  ListenLink::Handler handler_;
  std::shared_ptr<Signal> changed_;
  Guarded<State> state_;
  std::uint16_t granted_ = 0;            ///< only the listener's task asks
  Guarded<std::unique_ptr<Task>> task_;  ///< null once somebody joins it
};

}  // namespace castaway
