#include "castaway/sim/live.h"

#include <stdexcept>
#include <utility>

#include "posted_connection.h"

namespace castaway::sim {
namespace {

void require_live(const FaultPlan& plan) {
  for (const Rule& rule : plan) {
    if (rule.on.edge == Edge::process || rule.on.edge == Edge::clock)
      throw std::invalid_argument("rule " + rule.id + " is about a process or a clock, and those " +
                                  "are real here");
  }
}

}  // namespace

/// The world. Its one task alone touches it; everybody else hands over what is to be done.
class LiveBroker::State final : private World {
 public:
  State(Runtime& runtime, LiveSettings settings)
      : task_(runtime),
        strategy_(settings.seed),
        decisions_(strategy_),
        fibers_(task_.scheduler(), decisions_, {}),
        recorder_(fibers_),
        network_(std::move(settings.network), task_.scheduler(), decisions_, fibers_, recorder_),
        faults_(std::move(settings.faults), task_.scheduler(), decisions_, recorder_, *this) {
    network_.use(faults_);
    faults_.start();
    task_.begin("live-broker");
  }

  ~State() override {
    task_.end();
    recorder_.stop();
    network_.stop();
  }

  [[nodiscard]] ProcessId process(const std::string& name) {
    const auto found = processes_.find(name);
    if (found != processes_.end()) return found->second;
    return processes_.emplace(name, fibers_.make_process(name)).first->second;
  }
  [[nodiscard]] LiveTask& task() { return task_; }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const FaultEngine& faults() const { return faults_; }

 private:
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

  LiveTask task_;
  Random strategy_;
  Decisions decisions_;
  FiberRuntime fibers_;
  Recorder recorder_;
  Network network_;
  FaultEngine faults_;
  std::map<std::string, ProcessId> processes_;
};

LiveBroker::LiveBroker(Runtime& runtime, LiveSettings settings) {
  require_live(settings.faults);
  state_ = std::make_unique<State>(runtime, std::move(settings));
}

LiveBroker::~LiveBroker() = default;

std::vector<std::uint64_t> LiveBroker::fired() {
  std::vector<std::uint64_t> fired;
  state_->task().ask([&] { fired = state_->faults().fired(); });
  return fired;
}

LiveTransport::LiveTransport(LiveBroker& broker, std::string process)
    : broker_(broker), process_(std::move(process)) {}

std::unique_ptr<Connection> LiveTransport::connect(Purpose purpose, const std::string& name,
                                                   ConnectionEvents& events) {
  LiveBroker::State& world = *broker_.state_;
  return std::make_unique<PostedConnection>(
      world.task(),
      [&world, process = process_, purpose, name](ConnectionEvents& to) {
        return world.network().connect(world.process(process), process, purpose, name, to);
      },
      events);
}

}  // namespace castaway::sim
