#include "castaway/sim/live.h"

#include <utility>

#include "castaway/sim/live_world.h"

#include "live_task.h"
#include "posted_connection.h"

namespace castaway::sim {

/// The world. Its one task alone touches it; everybody else hands over what is to be done.
class LiveBroker::State final {
 public:
  State(Runtime& runtime, LiveSettings settings)
      : task_(runtime),
        world_(task_.scheduler(), settings.seed, std::move(settings.faults),
               std::move(settings.network)) {
    EventSink& sink = world_.recorder().sink();
    sink.keep(settings.kept_events);
    if (settings.history != nullptr) sink.stream_to(*settings.history);
    world_.start();
    task_.begin("live-broker");
  }
  ~State() { task_.end(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] LiveTask& task() { return task_; }
  [[nodiscard]] LiveWorld& world() { return world_; }

 private:
  LiveTask task_;
  LiveWorld world_;
};

LiveBroker::LiveBroker(Runtime& runtime, LiveSettings settings)
    : state_(std::make_unique<State>(runtime, std::move(settings))) {}

LiveBroker::~LiveBroker() = default;

std::vector<std::uint64_t> LiveBroker::fired() {
  std::vector<std::uint64_t> fired;
  state_->task().ask([&] { fired = state_->world().faults().fired(); });
  return fired;
}

LiveTransport::LiveTransport(LiveBroker& broker, std::string process)
    : broker_(broker), process_(std::move(process)) {}

std::unique_ptr<Connection> LiveTransport::connect(Purpose purpose, const std::string& name,
                                                   ConnectionEvents& events) {
  LiveWorld& world = broker_.state_->world();
  return std::make_unique<PostedConnection>(
      broker_.state_->task(),
      [&world, process = process_, purpose, name](ConnectionEvents& to) {
        SimTransport transport(world.network(), world.process(process), process);
        return transport.connect(purpose, name, to);
      },
      events);
}

}  // namespace castaway::sim
