#include "castaway/sim/simulation.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace castaway::sim {

using check::Detail;

namespace {

constexpr std::size_t most_moments = 16;
constexpr int most_hops = 2;  // between what is delayed and who waits for it

/// Null where the settings have one.
std::unique_ptr<Strategy> strategy_for(const SimulationSettings& settings) {
  if (settings.deviations) return std::make_unique<Replay>(*settings.deviations);
  if (settings.strategy != nullptr) return nullptr;
  return std::make_unique<Random>(settings.seed);
}

/// Throws: std::invalid_argument if there are problems, with all of them.
void require_none(const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  std::string text = "the fault plan is wrong:";
  for (const std::string& problem : problems) text += "\n  " + problem;
  throw std::invalid_argument(text);
}

SimulationSettings validated(SimulationSettings settings) {
  if (!settings.faults_are_checked) require_none(problems_of(settings.faults));
  return settings;
}

/// Settings of the network, or of the claim service.
template <class Settings>
Settings with_quiet(Settings settings, TimePoint quiet) {
  settings.quiet = quiet;
  return settings;
}

}  // namespace

/// A process, through all its restarts.
struct Simulation::Member {
  /// Who has a messaging of its own in it: the process itself, or each of its tenants.
  struct Tenant {
    std::string name = {};
    std::string task = {};
    std::unique_ptr<Transport> transport = {};
    std::unique_ptr<Task> main = {};
  };
  std::string name = {};
  std::vector<Tenant> tenants = {};
  std::function<void(Process&)> main = {};
  ProcessId id = 0;
};

Simulation::Simulation(SimulationSettings settings)
    : settings_(validated(std::move(settings))),
      strategy_(strategy_for(settings_)),
      decisions_(strategy_ ? *strategy_ : *settings_.strategy),
      runtime_(std::make_unique<FiberRuntime>(scheduler_, decisions_, settings_.fibers)),
      recorder_(*runtime_),
      network_(with_quiet(settings_.network, settings_.quiet), scheduler_, decisions_, *runtime_,
               recorder_),
      faults_(settings_.faults, scheduler_, decisions_, recorder_, *this, settings_.quiet),
      claims_(std::make_shared<ClaimService>(with_quiet(settings_.claims, settings_.quiet),
                                             scheduler_, decisions_, *runtime_, recorder_,
                                             faults_)) {
  runtime_->seed_ids(settings_.seed);
  recorder_.history().seed = settings_.seed;
  recorder_.history().quiet = settings_.quiet;
  recorder_.history().recovery = settings_.recovery;
  network_.use(faults_);
  for (const auto& [name, member] : settings_.members) {
    if (member.rights) network_.set_rights(name, *member.rights);
  }
  decisions_.look_for_moments([this] { return moments(); });
}

// What is late on one hop comes to whoever waits for it over others, each of which takes a while.
std::vector<Duration> Simulation::moments() const {
  std::vector<Duration> found;
  for (const TimePoint due : scheduler_.due(most_moments)) {
    for (int hops = 0; hops <= most_hops; ++hops) {
      const Duration left = due - scheduler_.now() - hops * settings_.network.latency.a;
      if (left > Duration::zero()) found.push_back(left);
    }
  }
  return found;
}

Simulation::~Simulation() {
  recorder_.stop();
  network_.stop();
  for (const auto& [name, member] : members_) {
    if (member->id != 0) runtime_->kill(member->id);
  }
  members_.clear();
  controls_.clear();
  gates_.clear();
}

void Simulation::process(const std::string& name, std::function<void(Process&)> main,
                         Duration start) {
  process(name, {name}, std::move(main), start);
}

void Simulation::process(const std::string& name, const std::vector<std::string>& tenants,
                         std::function<void(Process&)> main, Duration start) {
  auto [entry, added] = members_.emplace(name, std::make_unique<Member>());
  if (!added) throw std::logic_error("there is already a process called " + name);
  Member& member = *entry->second;
  member.name = name;
  for (const std::string& tenant : tenants)
    member.tenants.push_back({.name = tenant, .task = tenant == name ? "main" : tenant + "/main"});
  member.main = std::move(main);
  scheduler_.at(TimePoint(start), EventClass::world, 0, [this, &member] { launch(member); });
}

void Simulation::launch(Member& member) {
  member.id = runtime_->make_process(member.name);
  for (Member::Tenant& tenant : member.tenants) {
    tenant.transport = transport_for(member.id, tenant.name);
    recorder_.process(tenant.name, {.detail = Detail::started});
    tenant.main = runtime_->spawn_in(member.id, tenant.task, [this, &member, &tenant] {
      const auto own = settings_.members.find(tenant.name);
      const bool has_own = own != settings_.members.end();
      const auto allowed = settings_.allowed_remote_exmods.find(tenant.name);
      RPCTransport messaging(
          *runtime_, *tenant.transport,
          {.profile = has_own ? own->second.profile : settings_.profile,
           .name = member.name,
           .topology = settings_.topology,
           .queues = has_own ? own->second.queues : settings_.queues,
           .allowed_remote_exmods = allowed == settings_.allowed_remote_exmods.end()
                                        ? RemoteErrorTypes()
                                        : allowed->second},
          &recorder_.observer(tenant.name));
      Process process{.name = tenant.name, .runtime = *runtime_, .messaging = messaging};
      member.main(process);
      recorder_.waiting_calls(tenant.name, messaging.pending_calls());
      const auto [unsettled, first] = network_.unsettled_replies(tenant.name);
      recorder_.unsettled_replies(tenant.name, unsettled, first);
    });
  }
}

std::unique_ptr<Transport> Simulation::transport_for(ProcessId id, const std::string& process) {
  if (!settings_.transport) return std::make_unique<SimTransport>(network_, id, process);
  return settings_.transport({.network = network_,
                              .scheduler = scheduler_,
                              .decisions = decisions_,
                              .runtime = *runtime_,
                              .id = id,
                              .process = process});
}

Simulation::Member* Simulation::member_of(const std::string& who) const {
  for (const auto& [name, member] : members_) {
    for (const Member::Tenant& tenant : member->tenants) {
      if (tenant.name == who) return member.get();
    }
  }
  return nullptr;
}

void Simulation::serve(Target target, std::vector<Endpoint> endpoints, RPCServerOptions options,
                       Duration start) {
  const std::string name = target.server;
  serve(
      name, std::move(target), [endpoints = std::move(endpoints)](Process&) { return endpoints; },
      std::move(options), start);
}

void Simulation::serve(const std::string& name, Target target,
                       std::function<std::vector<Endpoint>(Process&)> make,
                       RPCServerOptions options, Duration start) {
  process(
      name,
      [this, target = std::move(target), make = std::move(make),
       options = std::move(options)](Process& process) {
        RPCServer server(process.messaging, target, make(process), options);
        serve_epochs(process, target, server);
      },
      start);
}

void Simulation::serve_epochs(Process& process, const Target& target, RPCServer& server) {
  Control& control = control_of(process.name);
  for (;;) {
    wait_until(control, [&] { return control.wanted; });
    control.begun = true;
    if (start_epoch(process, control, server)) {
      control.running = true;
      recorder_.process(
          process.name,
          {.detail = Detail::serving, .name = target.exchange, .topic = target.topic});
      control.changed->notify();
      wait_until(control, [&] { return !control.running; });
      stop_epoch(process.name, server);
    }
    server.wait();
    recorder_.process(process.name, {.detail = Detail::drained});
    control.begun = false;
    ++control.ended;
    control.changed->notify();
  }
}

bool Simulation::start_epoch(Process& process, Control& control, RPCServer& server) {
  std::unique_ptr<Task> stopper;
  control.end_start = [&, id = process.runtime.current_process()] {
    if (stopper) return;
    stopper = runtime_->spawn_in(id, "stop", [&] { stop_epoch(process.name, server); });
  };
  server.start();
  control.end_start = nullptr;
  if (!stopper) return true;
  stopper->join();
  return false;
}

void Simulation::stop_epoch(const std::string& name, RPCServer& server) {
  recorder_.process(name, {.detail = Detail::stopping});
  server.stop();
  recorder_.process(name, {.detail = Detail::stopped});
}

void Simulation::client(const std::string& name, RPCClientOptions options,
                        std::function<void(RPCClient&)> script) {
  process(name, [options = std::move(options), script = std::move(script)](Process& process) {
    RPCClient client(process.messaging, options);
    script(client);
  });
}

Simulation::Control& Simulation::control_of(const std::string& server) {
  Control& control = controls_[server];
  if (!control.changed) control.changed = runtime_->make_signal("server " + server);
  return control;
}

void Simulation::wait_until(Control& control, const std::function<bool()>& is_so) {
  for (;;) {
    const Signal::Ticket ticket = control.changed->ticket();
    if (is_so()) return;
    control.changed->wait(ticket, never);
  }
}

void Simulation::wait_until_serving(const std::string& name) {
  Control& control = control_of(name);
  wait_until(control, [&] { return control.running; });
}

void Simulation::stop_server(const std::string& name) {
  Control& control = control_of(name);
  control.wanted = false;
  control.running = false;
  if (control.end_start) control.end_start();
  control.changed->notify();
  wait_until(control,
             [&, epoch = control.ended] { return !control.begun || control.ended != epoch; });
}

void Simulation::start_server(const std::string& name) {
  Control& control = control_of(name);
  control.wanted = true;
  control.changed->notify();
  wait_until(control, [&] { return control.running || !control.wanted; });
}

void Simulation::wait_for(const EventPattern& pattern) {
  const std::shared_ptr<Signal> seen = runtime_->make_signal("event " + pattern.ev);
  const Signal::Ticket ticket = seen->ticket();
  faults_.when(pattern, [seen] { seen->notify(); });
  seen->wait(ticket, never);
}

Simulation::Gate& Simulation::gate(const std::string& name) {
  Gate& gate = gates_[name];
  if (!gate.changed) gate.changed = runtime_->make_signal("gate " + name);
  return gate;
}

void Simulation::wait_at_gate(const std::string& name) {
  Gate& gate = this->gate(name);
  while (!gate.open) gate.changed->wait(gate.changed->ticket(), never);
}

void Simulation::open_gate(const std::string& name) {
  Gate& gate = this->gate(name);
  gate.open = true;
  gate.changed->notify();
}

const check::History& Simulation::run() {
  std::vector<std::string> processes;
  for (const auto& [name, member] : members_) {
    for (const Member::Tenant& tenant : member->tenants) processes.push_back(tenant.name);
  }
  if (!settings_.faults_are_checked) require_none(problems_of(settings_.faults, processes));
  faults_.start();
  const bool cut = runtime_->run(settings_.cut, TimePoint(settings_.limit));
  check::History& history = recorder_.history();
  if (cut) {
    history.ending = check::Ending::cut;
    return history;
  }
  if (settings_.quiet != never) count_residue();
  if (runtime_->livelocked()) {
    history.ending = check::Ending::livelock;
    history.add(
        {.at = scheduler_.now(), .detail = Detail::livelocked, .actor = history.intern("run")});
  } else if (!network_.idle()) {
    history.ending = check::Ending::limit;
    history.until = TimePoint(settings_.limit);
    // What was due by the limit is overdue, even if nothing was heard for a long time before.
    history.add({.at = TimePoint(settings_.limit),
                 .detail = Detail::limit_reached,
                 .actor = history.intern("run")});
  }
  return history;
}

void Simulation::count_residue() {
  Broker& broker = network_.broker();
  std::size_t unacknowledged = 0;
  std::size_t queued = 0;
  for (const std::string& queue : broker.queues()) {
    unacknowledged += broker.unacknowledged(queue);
    if (network_.idle()) queued += broker.due(queue, scheduler_.now());
  }
  recorder_.residue(unacknowledged, network_.unsettled(), queued,
                    network_.idle() ? never : TimePoint(settings_.limit));
}

TimePoint Simulation::end_of(Duration for_) const {
  return std::min(deadline_after(scheduler_.now(), for_),
                  std::max(settings_.quiet, scheduler_.now()));
}

Incarnation Simulation::incarnation_of(const std::string& who) const {
  const Member* const member = member_of(who);
  if (member == nullptr) return {};
  Incarnation found{.id = member->id};
  for (const Member::Tenant& tenant : member->tenants) found.tenants.push_back(tenant.name);
  return found;
}

void Simulation::kill(const std::string& who) {
  const ProcessId id = member_of(who)->id;
  network_.sever(id);
  runtime_->kill(id);
  const auto found = controls_.find(who);
  if (found == controls_.end()) return;
  Control& control = found->second;
  control.running = false;
  control.end_start = nullptr;
  if (!std::exchange(control.begun, false)) return;
  ++control.ended;
  control.changed->notify();
}

void Simulation::launch(const std::string& who) { launch(*member_of(who)); }

}  // namespace castaway::sim
