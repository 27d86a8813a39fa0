#include "castaway/sim/live.h"

#include <atomic>
#include <deque>
#include <stdexcept>
#include <thread>
#include <utility>

#include "castaway/guarded.h"

namespace castaway::sim {
namespace {

using Act = std::function<void()>;

void require_live(const FaultPlan& plan) {
  for (const Rule& rule : plan) {
    if (rule.on.edge == Edge::process || rule.on.edge == Edge::clock)
      throw std::invalid_argument("rule " + rule.id + " is about a process or a clock, and those " +
                                  "are real here");
  }
}

}  // namespace

/// The world, and the one task that touches it. Everybody else hands over what is to be done.
class LiveBroker::State final : private World {
 public:
  State(Runtime& runtime, LiveSettings settings)
      : runtime_(runtime),
        start_(runtime.now()),
        strategy_(settings.seed),
        decisions_(strategy_),
        fibers_(scheduler_, decisions_, {}),
        recorder_(fibers_),
        network_(std::move(settings.network), scheduler_, decisions_, fibers_, recorder_),
        faults_(std::move(settings.faults), scheduler_, decisions_, recorder_, *this),
        changed_(runtime.make_signal("the live broker's world")),
        inbox_(runtime, "live-inbox") {
    network_.use(faults_);
    faults_.start();
    task_ = runtime.spawn("live-broker", [this] { live(); });
  }

  ~State() override {
    inbox_.lock()->over = true;
    changed_->notify();
    task_->join();
    recorder_.stop();
    network_.stop();
  }

  /// Does it soon, after all that was handed over before. Counts it in the same step, if asked to:
  /// so whoever hands over first has the lower number.
  std::uint64_t post(Act act, std::uint64_t* counter = nullptr) {
    std::uint64_t number = 0;
    {
      auto inbox = inbox_.lock();
      inbox->acts.push_back(std::move(act));
      if (counter != nullptr) number = ++*counter;
    }
    changed_->notify();
    return number;
  }

  /// Waits: until it is done; does it at once on the world's own task.
  void ask(const Act& act) {
    if (on_own_task()) return act();
    // Shared, for the asker may be gone before notify() has returned.
    const std::shared_ptr<Signal> done = runtime_.make_signal("an answer of the live broker");
    const Signal::Ticket ticket = done->ticket();
    post([&act, done] {
      act();
      done->notify();
    });
    done->wait(ticket, never);
  }

  [[nodiscard]] ProcessId process(const std::string& name) {
    const auto found = processes_.find(name);
    if (found != processes_.end()) return found->second;
    return processes_.emplace(name, fibers_.make_process(name)).first->second;
  }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const FaultEngine& faults() const { return faults_; }
  [[nodiscard]] bool on_own_task() const { return own_thread_ == std::this_thread::get_id(); }

 private:
  struct Inbox {
    std::deque<Act> acts = {};
    bool over = false;
  };

  void live() {
    own_thread_ = std::this_thread::get_id();
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      std::deque<Act> acts;
      {
        auto inbox = inbox_.lock();
        if (inbox->over && inbox->acts.empty()) return;
        acts.swap(inbox->acts);
      }
      const TimePoint now(runtime_.now() - start_);
      for (Act& act : acts) scheduler_.at(now, EventClass::world, 0, std::move(act));
      while (scheduler_.step(now)) {
      }
      if (acts.empty())
        changed_->wait(ticket, scheduler_.next() == never
                                   ? never
                                   : start_ + scheduler_.next().time_since_epoch());
    }
  }

  void disconnect(const Disconnect& how, const std::string& who, check::EventIndex) override {
    network_.disconnect(how, who);
  }
  void kill(const Kill&, check::EventIndex) override {}
  void pause(const Pause&, check::EventIndex) override {}
  void block_publish(Duration for_, check::EventIndex) override { network_.block_publish(for_); }
  void delete_queue(const DeleteQueue& which, check::EventIndex) override {
    network_.delete_queue(which);
  }
  void restart_broker(const RestartBroker& how, check::EventIndex cause) override {
    network_.restart_broker(how, cause);
  }
  void jump_wall(Duration) override {}

  Runtime& runtime_;
  const TimePoint start_;
  Scheduler scheduler_;
  Random strategy_;
  Decisions decisions_;
  FiberRuntime fibers_;
  Recorder recorder_;
  Network network_;
  FaultEngine faults_;
  std::map<std::string, ProcessId> processes_;
  std::unique_ptr<Signal> changed_;
  Guarded<Inbox> inbox_;
  std::atomic<std::thread::id> own_thread_{};
  std::unique_ptr<Task> task_;
};

/// A connection whose caller's end may be used by any thread. Requests and publications are counted
/// here, as the model counts them there.
class LiveBroker::Link final : public Connection {
 public:
  Link(State& state, const std::string& process, Purpose purpose, const std::string& name,
       ConnectionEvents& events)
      : state_(state), shared_(std::make_shared<Shared>(events)) {
    state_.post([&state, shared = shared_, process, purpose, name] {
      if (!shared->over)
        shared->inner =
            state.network().connect(state.process(process), process, purpose, name, *shared);
    });
  }

  ~Link() override {
    state_.ask([shared = shared_] {
      shared->over = true;
      shared->inner.reset();
    });
  }

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return request([declaration](Connection& c) { c.declare_exchange(declaration); });
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    return request([declaration](Connection& c) { c.declare_queue(declaration); });
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return request([=](Connection& c) { c.bind_queue(queue, exchange, routing_key); });
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return request([queue](Connection& c) { c.delete_queue(queue); });
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return request([count](Connection& c) { c.prefetch(count); });
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    return request([=](Connection& c) { c.consume(queue, consumer_tag); });
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return request([consumer_tag](Connection& c) { c.cancel(consumer_tag); });
  }
  RequestNumber confirm_select() override {
    return request([](Connection& c) { c.confirm_select(); });
  }
  std::uint64_t publish(Publication publication) override {
    return post([publication = std::move(publication)](
                    Connection& c) { static_cast<void>(c.publish(publication)); },
                &publications_);
  }
  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    post([=](Connection& c) { c.acknowledge(delivery_tag, multiple); });
  }
  void reject(std::uint64_t delivery_tag, bool requeue) override {
    post([=](Connection& c) { c.reject(delivery_tag, requeue); });
  }
  void close() override {
    post([](Connection& c) { c.close(); });
  }
  [[nodiscard]] std::uint64_t sent_through() const override { return shared_->sent_through; }

 private:
  /// What both ends know; all of it but the number is the world's.
  struct Shared final : ConnectionEvents {
    explicit Shared(ConnectionEvents& events_of) : events(events_of) {}

    void opened() override { events.opened(); }
    void completed(RequestNumber request) override { events.completed(request); }
    void confirmed(std::uint64_t tag, bool multiple, bool ack) override {
      events.confirmed(tag, multiple, ack);
    }
    void returned(Returned returned) override { events.returned(std::move(returned)); }
    void delivered(Delivery delivery) override { events.delivered(std::move(delivery)); }
    void cancelled(const std::string& consumer_tag) override { events.cancelled(consumer_tag); }
    void blocked(const std::string& reason) override { events.blocked(reason); }
    void unblocked() override { events.unblocked(); }
    void closed(Closed closed) override { events.closed(std::move(closed)); }

    ConnectionEvents& events;
    std::unique_ptr<Connection> inner = {};
    bool over = false;
    std::atomic<std::uint64_t> sent_through{0};
  };

  std::uint64_t post(std::function<void(Connection&)> act, std::uint64_t* counter = nullptr) {
    return state_.post(
        [shared = shared_, act = std::move(act)] {
          if (!shared->inner) return;
          act(*shared->inner);
          shared->sent_through = shared->inner->sent_through();
        },
        counter);
  }
  RequestNumber request(std::function<void(Connection&)> act) {
    return post(std::move(act), &requests_);
  }

  State& state_;
  const std::shared_ptr<Shared> shared_;
  std::uint64_t requests_ = 0;      ///< guarded by the world's inbox
  std::uint64_t publications_ = 0;  ///< as well
};

LiveBroker::LiveBroker(Runtime& runtime, LiveSettings settings) {
  require_live(settings.faults);
  state_ = std::make_unique<State>(runtime, std::move(settings));
}

LiveBroker::~LiveBroker() = default;

std::vector<std::uint64_t> LiveBroker::fired() {
  std::vector<std::uint64_t> fired;
  state_->ask([&] { fired = state_->faults().fired(); });
  return fired;
}

LiveTransport::LiveTransport(LiveBroker& broker, std::string process)
    : broker_(broker), process_(std::move(process)) {}

std::unique_ptr<Connection> LiveTransport::connect(Purpose purpose, const std::string& name,
                                                   ConnectionEvents& events) {
  return std::make_unique<LiveBroker::Link>(*broker_.state_, process_, purpose, name, events);
}

}  // namespace castaway::sim
