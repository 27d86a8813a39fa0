// The classic intake: acknowledges a request when it comes, remembers the last sixteen ids, and
// queues it without bound. What comes after stop() is acknowledged while the connection closes, and
// never run. Source: oslo_messaging/_drivers/amqpdriver.py, AMQPListener.__call__ and
// AMQPIncomingMessage; oslo_messaging/server.py, MessageHandlingServer.

#include <deque>
#include <utility>

#include "duplicate_filter.h"
#include "intake.h"

namespace castaway {
namespace {

class ClassicIntake final : public Intake {
 public:
  ClassicIntake(Runtime& runtime, Observer& observer, RequestQueue& requests)
      : runtime_(runtime), observer_(observer), requests_(requests), state_(runtime, "intake") {}

  void deliver(Taken taken) override {
    Phase phase = Phase::running;
    {
      auto state = state_.lock();
      phase = state->phase;
      if (phase == Phase::stopped) {
        // Nobody reads the socket between stop and close; the delivery waits there.
        state->unread.push_back(std::move(taken));
        return;
      }
    }
    if (phase == Phase::closing) return taken.acknowledge();
    Arrival arrival{.accepted = read_request(taken.delivery.message, observer_)};
    if (!arrival.accepted) return taken.reject(false);
    taken.acknowledge();
    const std::string& id = arrival.accepted->request.unique_id;
    if (state_.lock()->filter.is_first(id, runtime_.now())) requests_.put(arrival);
  }

  std::optional<Accepted> admit(Arrival arrival) override { return std::move(arrival.accepted); }

  void stop(Listener& listener) override {
    {
      auto state = state_.lock();
      if (state->phase == Phase::running) state->phase = Phase::stopped;
    }
    requests_.close();
    // A start() that has found no broker so far need not go on.
    if (listener.wait_ready(runtime_.now()) != Listener::Ready::yes) listener.cancel();
  }

  void closing() override {
    std::deque<Taken> unread;
    {
      auto state = state_.lock();
      state->phase = Phase::closing;
      unread.swap(state->unread);
    }
    for (const Taken& taken : unread) taken.acknowledge();
  }

 private:
  enum class Phase { running, stopped, closing };
  struct State {
    Phase phase = Phase::running;
    DuplicateFilter filter{16, Duration::max()};
    std::deque<Taken> unread = {};
  };

  Runtime& runtime_;
  Observer& observer_;
  RequestQueue& requests_;
  Guarded<State> state_;
};

}  // namespace

std::unique_ptr<Intake> make_classic_intake(Runtime& runtime, Observer& observer,
                                            RequestQueue& requests) {
  return std::make_unique<ClassicIntake>(runtime, observer, requests);
}

}  // namespace castaway
