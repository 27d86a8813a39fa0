#include "castaway/sim/served_broker.h"

#include <optional>
#include <utility>

#include "castaway/check/history_writer.h"
#include "castaway/check/windowed_judge.h"
#include "castaway/sim/live_world.h"
#include "castaway/sim/scheduler.h"

#include "process_names.h"

namespace castaway::sim {

class ServedBroker::State final {
 public:
  explicit State(ServeSettings settings)
      : session_settings(std::move(settings.session)),
        world(scheduler, settings.seed, std::move(settings.faults), std::move(settings.network)),
        judge(settings.window, std::move(settings.laws)) {
    EventSink& sink = world.recorder().sink();
    sink.history().wire = true;
    sink.keep(kept);
    if (settings.history != nullptr) writer.emplace(*settings.history, sink.history());
    sink.on_event([this, &sink](check::EventIndex number, const check::Event&) {
      const check::EventIndex index = number - sink.forgotten();
      judge.add(sink.history(), index);
      if (writer) writer->add(sink.history(), index);
    });
    for (const auto& [user, virtual_host, rights] : settings.permissions)
      world.network().broker().set_rights(user, rights, virtual_host);
    world.start();
  }

  /// Of the latest events: what a message's way is looked up in.
  static constexpr std::size_t kept = 16'384;

  const SessionSettings session_settings;
  Scheduler scheduler = {};
  LiveWorld world;
  check::WindowedJudge judge;
  std::optional<check::HistoryWriter> writer = {};
  ProcessNames names = {};
};

class ServedBroker::Client final : public ServedClient {
 public:
  Client(State& state, std::function<void()> changed, TimePoint now)
      : state_(state),
        session_(
            state.session_settings,
            [&state](const Login& login, ClientEvents& events) {
              const std::string process = state.names.name_of(login.connection_name);
              return state.world.network().connect({.id = state.world.process(process),
                                                    .process = process,
                                                    .name = login.connection_name,
                                                    .user = login.user,
                                                    .virtual_host = login.virtual_host},
                                                   events);
            },
            std::move(changed), now) {
    wake();
  }
  ~Client() override { state_.scheduler.cancel(wake_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  std::size_t receive(std::string_view bytes, TimePoint now) override {
    const std::size_t taken = session_.receive(bytes, now);
    wake();
    return taken;
  }
  void ended(TimePoint /*now*/) override { session_.ended(); }
  [[nodiscard]] bool wants_bytes() const override { return session_.wants_bytes(); }
  [[nodiscard]] std::string take_output() override {
    std::string output = session_.take_output();
    wake();
    return output;
  }
  [[nodiscard]] bool over() const override { return session_.over(); }
  [[nodiscard]] bool was_cut() const override { return session_.was_cut(); }

 private:
  /// Sees to it that the session is woken in time. It is mostly woken too early, for each byte puts
  /// heartbeats off.
  void wake() {
    const TimePoint next = session_.next();
    if (next == never || (wake_ != 0 && wakes_at_ <= next)) return;
    state_.scheduler.cancel(wake_);
    wakes_at_ = next;
    wake_ = state_.scheduler.at(next, EventClass::deadline, 0, [this] {
      wake_ = 0;
      if (session_.next() <= state_.scheduler.now()) session_.advance(state_.scheduler.now());
      wake();
    });
  }

  State& state_;
  Scheduler::EventId wake_ = 0;
  TimePoint wakes_at_ = never;
  Session session_;
};

ServedBroker::ServedBroker(ServeSettings settings)
    : state_(std::make_unique<State>(std::move(settings))) {}

ServedBroker::~ServedBroker() = default;

std::unique_ptr<ServedClient> ServedBroker::connect(std::function<void()> changed, TimePoint now) {
  return std::make_unique<Client>(*state_, std::move(changed), now);
}

void ServedBroker::advance(TimePoint now) {
  Scheduler& scheduler = state_->scheduler;
  // The clock goes on even if nothing is due.
  if (scheduler.now() < now) scheduler.at(now, EventClass::world, 0, [] {});
  while (scheduler.step(now)) {
  }
}

TimePoint ServedBroker::next() const { return state_->scheduler.next(); }

bool ServedBroker::is_up() const { return state_->world.network().broker_is_up(); }

std::size_t ServedBroker::events() const { return state_->judge.events(); }

void ServedBroker::flush() {
  if (state_->writer) state_->writer->flush();
}

Judgement ServedBroker::finish() {
  EventSink& sink = state_->world.recorder().sink();
  sink.history().ending = check::Ending::cut;
  state_->judge.finish(sink.history());
  if (state_->writer) state_->writer->close(sink.history());
  state_->world.recorder().stop();
  return {.verdicts = state_->judge.verdicts(),
          .unfired = state_->world.faults().unfired(),
          .events = state_->judge.events(),
          .unnamed = state_->names.unnamed(),
          .history = sink.history()};
}

}  // namespace castaway::sim
