#include "castaway/sim/faulty_transport.h"

#include <stdexcept>
#include <utility>

#include "faulty_link.h"
#include "faulty_state.h"
#include "posted_connection.h"
#include "stranger.h"

namespace castaway::sim {
namespace {

/// The transport of one process of the world.
class FaultyTransport final : public Transport {
 public:
  FaultyTransport(FaultyWorld::State& world, std::string process)
      : world_(world), process_(std::move(process)) {}

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    return std::make_unique<PostedConnection>(
        world_.task(),
        [&world = world_, process = process_, purpose, name](ConnectionEvents& to) {
          return world.connect(process, name, purpose, to);
        },
        events);
  }
  [[nodiscard]] Capabilities capabilities() const override {
    return world_.transport().capabilities();
  }

 private:
  FaultyWorld::State& world_;
  const std::string process_;
};

template <class Ask>
auto asked(LiveTask& task, Ask ask) {
  decltype(ask()) answer;
  task.ask([&] { answer = ask(); });
  return answer;
}

}  // namespace

FaultyWorld::FaultyWorld(Runtime& runtime, Transport& transport, FaultySettings settings) {
  const Capabilities capabilities = transport.capabilities();
  for (const Rule& rule : settings.faults) {
    if (const std::string why = why_unsupported(rule, capabilities); !why.empty())
      throw std::invalid_argument("rule " + rule.id + ": " + why);
  }
  state_ = std::make_unique<State>(runtime, transport, std::move(settings));
}

FaultyWorld::~FaultyWorld() {
  LiveTask& task = state_->task();
  const std::shared_ptr<Signal> done = task.runtime().make_signal("the broker's clearing up");
  const Signal::Ticket ticket = done->ticket();
  task.post([this, done] { state_->clean_up([done] { done->notify(); }); });
  done->wait(ticket, task.runtime().now() + 5s);
}

std::unique_ptr<Runtime> FaultyWorld::runtime_of(const std::string& process) {
  return std::make_unique<NamedRuntime>(state_->task().runtime(), state_->names(), process);
}

std::unique_ptr<Transport> FaultyWorld::transport_of(const std::string& process) {
  return std::make_unique<FaultyTransport>(*state_, process);
}

Observer& FaultyWorld::observer_of(const std::string& process) {
  return state_->observer_of(process);
}

TimePoint FaultyWorld::now() const { return state_->task().now(); }

void FaultyWorld::name_next(const std::string& op) {
  state_->task().post([this, task = state_->names().current(), op] {
    state_->recorder().classifier().name_next(task, op);
  });
}

void FaultyWorld::tell(const std::string& process, check::Detail what) {
  state_->task().post(
      [this, process, what] { state_->recorder().process(process, {.detail = what}); });
}

void FaultyWorld::when(const EventPattern& pattern, std::function<void()> then) {
  state_->task().post([this, pattern, then = std::move(then)]() mutable {
    state_->faults().when(pattern, std::move(then));
  });
}

std::string FaultyWorld::unique_id_of(const std::string& op) {
  return asked(state_->task(), [&] { return state_->recorder().unique_id_of(op); });
}

std::string FaultyWorld::msg_id_of(const std::string& op) {
  return asked(state_->task(), [&] { return state_->recorder().msg_id_of(op); });
}

std::string FaultyWorld::reply_queue_of(const std::string& client) {
  return asked(state_->task(), [&] {
    const std::vector<std::string> queues = state_->queues_of(client, QueueRole::replies);
    return queues.empty() ? std::string() : queues.front();
  });
}

void FaultyWorld::inject(Injection made, Publication publication) {
  state_->task().ask([&] { state_->inject(made, std::move(publication)); });
}

bool FaultyWorld::is_calm(Duration for_, TimePoint horizon) {
  return asked(state_->task(), [&] { return state_->is_calm(for_, horizon); });
}

FaultyRecord FaultyWorld::finish() {
  return asked(state_->task(), [&] { return state_->finish(); });
}

}  // namespace castaway::sim
