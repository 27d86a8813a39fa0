// The late intake: acknowledges a request when it has run, as Celery's acks_late, nameko and
// MassTransit do. A server that dies, loses its link, or takes longer than the broker waits for an
// ack is not the last to run it.

#include <utility>

#include "intake.h"

namespace castaway {
namespace {

class LateIntake final : public Intake {
 public:
  LateIntake(Observer& observer, RequestQueue& requests)
      : observer_(observer), requests_(requests) {}

  void deliver(Taken taken) override {
    Arrival arrival{.taken = std::move(taken)};
    if (!requests_.put(arrival)) arrival.taken.reject(true);
  }

  std::optional<Accepted> admit(Arrival arrival) override {
    std::optional<Accepted> accepted = read_request(arrival.taken.delivery.message, observer_);
    if (!accepted) {
      arrival.taken.reject(false);
      return std::nullopt;
    }
    accepted->unsettled = std::move(arrival.taken);
    return accepted;
  }

  void done(const Accepted* accepted) override {
    if (accepted == nullptr) return;
    if (accepted->rejected.has_value()) return accepted->unsettled.reject(*accepted->rejected);
    accepted->unsettled.acknowledge();
  }

  void stop(Listener& listener) override {
    listener.cancel();
    requests_.close();
    for (const Arrival& arrival : requests_.take_all()) arrival.taken.reject(true);
    requests_.wait_until_begun();
  }

  void closing() override {}

 private:
  Observer& observer_;
  RequestQueue& requests_;
};

}  // namespace

std::unique_ptr<Intake> make_late_intake(Observer& observer, RequestQueue& requests) {
  return std::make_unique<LateIntake>(observer, requests);
}

}  // namespace castaway
