// The strict intake: a worker acknowledges a request when it takes it, and runs it only once the
// broker has shown that it processed the ack. So an ack that was lost can never become a second
// execution elsewhere: the link broke first, and the request is forgotten here before the broker
// hands it to another server.
//
// That leaves copies which the broker makes of itself. Those that come here are known by their ids;
// those that go to another server, or come after a crash, only a claim store can tell.

#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "credit.h"
#include "intake.h"

namespace castaway {
namespace {

/// A copy comes out of a queue while the request's time to live lasts; on its way from there it may
/// be late. What lives for ever may come again at any time: a day is what we promise.
Duration copies_for(const Properties& properties) {
  const std::string& text = properties.expiration;
  std::uint32_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool expires = !text.empty() && error == std::errc() && end == text.data() + text.size();
  return expires ? 1h + std::chrono::milliseconds(ms) : 24h;
}

class StrictIntake final : public Intake {
 public:
  StrictIntake(Runtime& runtime, Observer& observer, RequestQueue& requests,
               Guarded<RequestMemory>& seen, StrictIntakeOptions options)
      : runtime_(runtime),
        observer_(observer),
        requests_(requests),
        seen_(seen),
        options_(std::move(options)),
        barrier_{.queue = options_.barrier_queue, .passive = true},
        credit_(runtime, requests, options_.takes_back ? options_.workers : 0,
                options_.wake_listener) {}

  void deliver(Taken taken) override {
    Arrival arrival{.taken = std::move(taken), .since = runtime_.now()};
    if (!requests_.put(arrival)) return arrival.taken.reject(true);
    credit_.arrived();
  }

  TimePoint tend(Listener& listener) override { return credit_.tend(listener); }

  std::optional<Accepted> admit(Arrival arrival) override {
    credit_.worker_is_busy();
    const Taken& taken = arrival.taken;
    std::optional<Accepted> accepted = read_request(taken.delivery.message, observer_);
    if (!accepted) {
      taken.reject(false);
      return std::nullopt;
    }
    taken.acknowledge();
    const RequestNumber barrier = taken.link->connection().declare_queue(barrier_);
    if (!taken.link->wait_completed(barrier, never)) return std::nullopt;
    const std::string& unique_id = accepted->request.unique_id;
    if (unique_id.empty()) return accepted;  // it cannot be told from its copies
    accepted->known_as = unique_id + "@" + queue_of(taken.delivery);
    accepted->copies_for = copies_for(taken.delivery.message.properties);
    if (!seen_.lock()->begins(accepted->known_as, runtime_.now())) return std::nullopt;
    if (options_.claims && !accepted->malformed && !is_granted(accepted->known_as)) {
      remember(*accepted);
      return std::nullopt;
    }
    return accepted;
  }

  void done(const Accepted* accepted) override {
    if (accepted != nullptr) {
      remember(*accepted);
      if (options_.claims) options_.claims->ended(accepted->known_as, copies_end(*accepted));
    }
    credit_.worker_is_free();
  }

  void stop(Listener& listener) override {
    listener.cancel();
    requests_.close();
    for (const Arrival& arrival : requests_.take_all()) arrival.taken.reject(true);
    requests_.wait_until_begun();
  }

  void closing() override {}

 private:
  void remember(const Accepted& accepted) {
    seen_.lock()->ended(accepted.known_as, copies_end(accepted));
  }
  [[nodiscard]] TimePoint copies_end(const Accepted& accepted) const {
    return deadline_after(runtime_.now(), accepted.copies_for);
  }

  [[nodiscard]] const std::string& queue_of(const Delivery& delivery) const {
    const auto found = options_.queues.find(delivery.consumer_tag);
    return found == options_.queues.end() ? delivery.consumer_tag : found->second;
  }

  /// What is in doubt may run elsewhere, or may have been ours: it is not run, and its caller is
  /// told nothing, for the true reply may be on its way.
  bool is_granted(const std::string& id) {
    Claim claim = Claim::doubt;
    std::string why = "a claim is in doubt";
    try {
      claim = options_.claims->claim(id, deadline_after(runtime_.now(), options_.claim_timeout));
    } catch (const std::exception& error) {
      why = error.what();
    }
    if (claim == Claim::doubt)
      observer_.swallowed_error("claim", "the request " + id + " is not run: " + why);
    return claim == Claim::granted;
  }

  Runtime& runtime_;
  Observer& observer_;
  RequestQueue& requests_;
  Guarded<RequestMemory>& seen_;
  const StrictIntakeOptions options_;
  const QueueDeclaration barrier_;
  Credit credit_;
};

}  // namespace

std::unique_ptr<Intake> make_strict_intake(Runtime& runtime, Observer& observer,
                                           RequestQueue& requests, Guarded<RequestMemory>& seen,
                                           StrictIntakeOptions options) {
  return std::make_unique<StrictIntake>(runtime, observer, requests, seen, std::move(options));
}

}  // namespace castaway
