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
class LiveBroker::State final : private SimulatedWorld {
 public:
  State(Runtime& runtime, LiveSettings settings)
      : task_(runtime),
        strategy_(settings.seed),
        decisions_(strategy_),
        fibers_(task_.scheduler(), decisions_, {}),
        recorder_(fibers_),
        network_(std::move(settings.network), task_.scheduler(), decisions_, fibers_, recorder_),
        faults_(std::move(settings.faults), task_.scheduler(), decisions_, recorder_, *this) {
    decisions_.keep_no_deviations();
    recorder_.history().seed = settings.seed;
    recorder_.sink().keep(settings.kept_events);
    if (settings.history != nullptr) recorder_.sink().stream_to(*settings.history);
    network_.use(faults_);
    faults_.start();
    task_.begin("live-broker");
  }

  ~State() override {
    task_.end();
    recorder_.history().ending = check::Ending::cut;
    recorder_.stop();
    network_.stop();
  }

  [[nodiscard]] ProcessId process(const std::string& name) {
    const auto found = processes_.find(name);
    if (found != processes_.end()) return found->second;
    return processes_.emplace(name, fibers_.make_process(name)).first->second;
  }
  [[nodiscard]] LiveTask& task() { return task_; }
  [[nodiscard]] Network& network() override { return network_; }
  [[nodiscard]] const FaultEngine& faults() const { return faults_; }

 private:
  [[nodiscard]] Recorder& recorder() override { return recorder_; }
  [[nodiscard]] Scheduler& scheduler() override { return task_.scheduler(); }
  [[nodiscard]] FiberRuntime& runtime() override { return fibers_; }
  [[nodiscard]] TimePoint end_of(Duration for_) const override {
    return deadline_after(task_.scheduler().now(), for_);
  }
  [[nodiscard]] Incarnation incarnation_of(const std::string&) const override { return {}; }
  void kill(const std::string&) override {}
  void launch(const std::string&) override {}

  LiveTask task_;
  Random strategy_;
  Decisions decisions_;
  FiberRuntime fibers_;
  Recorder recorder_;
  Network network_;
  FaultEngine faults_;
  std::map<std::string, ProcessId> processes_;  ///< by name, of which a program has few
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
        SimTransport transport(world.network(), world.process(process), process);
        return transport.connect(purpose, name, to);
      },
      events);
}

}  // namespace castaway::sim
