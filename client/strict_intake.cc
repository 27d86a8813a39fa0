// The strict intake: a worker acknowledges a request when it takes it, and runs it only once the
// broker has shown that it processed the ack. So an ack that was lost can never become a second
// execution elsewhere: the link broke first, and the request is forgotten here before the broker
// hands it to another server.

#include <deque>
#include <utility>

#include "duplicate_filter.h"
#include "intake.h"

namespace castaway {
namespace {

constexpr std::size_t remembered_ids = 65'536;
constexpr Duration remembered_for = 1h;

class StrictIntake final : public Intake {
 public:
  StrictIntake(Runtime& runtime, Observer& observer, std::string barrier_queue)
      : runtime_(runtime),
        observer_(observer),
        barrier_{.queue = std::move(barrier_queue), .passive = true},
        changed_(runtime.make_signal("requests")),
        state_(runtime, "intake") {}

  void deliver(Taken taken) override {
    {
      auto state = state_.lock();
      if (!state->stopped) {
        state->waiting.push_back(std::move(taken));
        taken.link = nullptr;
      }
    }
    if (taken.link) return taken.reject(true);
    changed_->notify();
  }

  std::optional<Request> next() override {
    for (;;) {
      std::optional<Taken> taken = take();
      if (!taken) return std::nullopt;
      if (std::optional<Request> request = admit(*taken)) return request;
      begun();  // it came to nothing
    }
  }

  void begun() override {
    --state_.lock()->being_taken;
    changed_->notify();
  }

  void stop(Listener& listener) override {
    listener.cancel();
    std::deque<Taken> left;
    {
      auto state = state_.lock();
      state->stopped = true;
      left.swap(state->waiting);
    }
    changed_->notify();
    for (const Taken& taken : left) taken.reject(true);
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (state_.lock()->being_taken == 0) return;
      if (!changed_->wait(ticket, never)) return;  // our process is being killed
    }
  }

  void closing() override {}

 private:
  struct State {
    std::deque<Taken> waiting = {};
    std::size_t being_taken = 0;  ///< by workers that do not run it yet
    bool stopped = false;
    DuplicateFilter filter{remembered_ids, remembered_for};
  };

  std::optional<Taken> take() {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      {
        auto state = state_.lock();
        if (state->stopped) return std::nullopt;
        if (!state->waiting.empty()) {
          std::optional<Taken> taken(std::move(state->waiting.front()));
          state->waiting.pop_front();
          ++state->being_taken;
          return taken;
        }
      }
      changed_->wait(ticket, never);
    }
  }

  std::optional<Request> admit(const Taken& taken) {
    Request request;
    try {
      request = decode_request(taken.delivery.message);
    } catch (const DecodeError& error) {
      taken.reject(false);
      observer_.swallowed_error("request", error.what());
      return std::nullopt;
    }
    taken.acknowledge();
    const RequestNumber barrier = taken.link->connection().declare_queue(barrier_);
    if (!taken.link->wait_completed(barrier, never)) return std::nullopt;
    const std::string id = request.unique_id.empty()
                               ? std::string()
                               : request.unique_id + "@" + taken.delivery.consumer_tag;
    if (!state_.lock()->filter.is_first(id, runtime_.now())) return std::nullopt;
    return request;
  }

  Runtime& runtime_;
  Observer& observer_;
  const QueueDeclaration barrier_;
  std::shared_ptr<Signal> changed_;
  Guarded<State> state_;
};

}  // namespace

std::unique_ptr<Intake> make_strict_intake(Runtime& runtime, Observer& observer,
                                           std::string barrier_queue) {
  return std::make_unique<StrictIntake>(runtime, observer, std::move(barrier_queue));
}

}  // namespace castaway
