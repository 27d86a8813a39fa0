// The classic intake: acknowledges a request when it comes, remembers the last sixteen ids, and
// queues it without bound. What comes after stop() is acknowledged while the connection closes, and
// never run. Source: oslo_messaging/_drivers/amqpdriver.py, AMQPListener.__call__ and
// AMQPIncomingMessage; server.py, MessageHandlingServer.

#include <deque>
#include <utility>

#include "castaway/mailbox.h"

#include "duplicate_filter.h"
#include "intake.h"

namespace castaway {
namespace {

class ClassicIntake final : public Intake {
 public:
  ClassicIntake(Runtime& runtime, Observer& observer)
      : runtime_(runtime),
        observer_(observer),
        accepted_(runtime, "accepted requests"),
        state_(runtime, "intake") {}

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
    Request request;
    try {
      request = decode_request(taken.delivery.message);
    } catch (const DecodeError& error) {
      taken.reject(false);
      observer_.swallowed_error("request", error.what());
      return;
    }
    taken.acknowledge();
    if (state_.lock()->filter.is_first(request.unique_id, runtime_.now()))
      accepted_.put(std::move(request));
  }

  std::optional<Request> next() override { return accepted_.take(); }
  void begun() override {}

  void stop(Listener&) override {
    {
      auto state = state_.lock();
      if (state->phase == Phase::running) state->phase = Phase::stopped;
    }
    accepted_.close();
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
  Mailbox<Request> accepted_;
  Guarded<State> state_;
};

}  // namespace

std::unique_ptr<Intake> make_classic_intake(Runtime& runtime, Observer& observer) {
  return std::make_unique<ClassicIntake>(runtime, observer);
}

}  // namespace castaway
