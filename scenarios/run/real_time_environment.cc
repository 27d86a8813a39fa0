#include "real_time_environment.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "members.h"
#include "play.h"
#include "remote_errors.h"

namespace castaway::scenario {

RealTimeEnvironment::RealTimeEnvironment(const Scenario& scenario, SubjectProfile profile,
                                         Runtime& runtime, sim::FaultyWorld& world,
                                         const AcrossOptions& options)
    : scenario_(scenario),
      profile_(profile),
      runtime_(runtime),
      world_(world),
      options_(options),
      claims_(make_memory_claim_store(runtime)),
      changed_(runtime.make_signal("the environment")),
      state_(runtime, "environment") {}

RealTimeEnvironment::~RealTimeEnvironment() {
  change([](State& state) { state.over = true; });
  // Servers first, for a reply that finds no client is tried again for long.
  for (const auto& member : servers_) end(*member);
  for (const auto& member : clients_) member->messaging->cleanup();
  for (const auto& member : clients_) member->main.reset();
  for (const auto& member : servers_) member->server.reset();
  for (auto* members : {&servers_, &clients_}) {
    for (const auto& member : *members) member->messaging.reset();
  }
}

RealTimeEnvironment::Member& RealTimeEnvironment::add(std::vector<std::unique_ptr<Member>>& members,
                                                      const std::string& name,
                                                      const std::string& process) {
  Member& member = *members.emplace_back(std::make_unique<Member>());
  member.name = name;
  member.runtime = world_.runtime_of(process);
  member.transport = world_.transport_of(name);
  const auto client = std::ranges::find(scenario_.clients, name, &Client::id);
  const sim::MemberSettings own = member_of(scenario_, profile_, name, options_.queues);
  member.messaging = std::make_unique<RPCTransport>(
      *member.runtime, *member.transport,
      RPCTransportOptions{
          .profile = own.profile,
          .name = process,
          .topology = scenario_.broker.isolated ? TopologyPolicy::isolated : TopologyPolicy::oslo,
          .queues = own.queues,
          .allowed_remote_exmods = client == scenario_.clients.end()
                                       ? RemoteErrorTypes()
                                       : allowed_types(scenario_, *client)},
      &world_.observer_of(name));
  return member;
}

void RealTimeEnvironment::begin() {
  for (const Server& server : scenario_.servers) add_server(server);
  for (const auto& [process, names] : processes_of(scenario_.clients)) {
    for (const std::string& name : names) {
      Member& member = add(clients_, name, process);
      change([](State& state) { ++state.playing; });
      world_.tell(name, check::Detail::started);
      member.main =
          member.runtime->spawn(name == process ? "main" : name + "/main", [this, &member] {
            const Client& client = *std::ranges::find(scenario_.clients, member.name, &Client::id);
            try {
              const Player player{member.name, *member.runtime, *member.messaging};
              play(*this, player, scenario_, client);
            } catch (const Unwinding&) {
              // The run is over.
            }
            change([](State& state) { --state.playing; });
          });
    }
  }
}

void RealTimeEnvironment::add_server(const Server& server) {
  Member& member = add(servers_, server.id, server.id);
  RPCServerOptions options{.workers = static_cast<std::uint16_t>(server.workers),
                           .acks_late = server.acks_late};
  if (server.profile.value_or(profile_) == SubjectProfile::strict_claims)
    options.claim_store = claims_;
  std::vector<Endpoint> endpoints =
      endpoints_of(*this, {member.name, *member.runtime, *member.messaging}, server);
  for (Endpoint& endpoint : endpoints) endpoint = counted(std::move(endpoint));
  member.server = std::make_unique<RPCServer>(
      *member.messaging,
      Target{.exchange = server.exchange, .topic = server.topic, .server = server.target_name()},
      std::move(endpoints), options);
  change([&](State& state) { state.servers[server.id]; });
  member.main = member.runtime->spawn(
      "main", [this, &member, start = server.start] { serve(member, start); });
}

void RealTimeEnvironment::serve(Member& member, Duration start) {
  const auto is_wanted = [&](const State& state) { return state.servers.at(member.name).wanted; };
  const auto is_to_stop = [&](const State& state) {
    return state.servers.at(member.name).stopping;
  };
  pass_time(start);
  world_.tell(member.name, check::Detail::started);
  while (await(is_wanted)) {
    if (this->start(member) && await(is_to_stop)) world_.tell(member.name, check::Detail::stopping);
    member.server->stop();
    world_.tell(member.name, check::Detail::stopped);
    member.server->wait();
    world_.tell(member.name, check::Detail::drained);
    change([&](State& state) {
      Control& control = state.servers[member.name];
      control.begun = control.running = control.stopping = false;
      ++control.epochs;
    });
  }
  change([&](State& state) { state.servers[member.name].ended = true; });
}

bool RealTimeEnvironment::start(Member& member) {
  change([&](State& state) {
    Control& control = state.servers[member.name];
    control.begun = control.starting = true;
  });
  member.server->start();
  bool serves = false;
  change([&](State& state) {
    Control& control = state.servers[member.name];
    control.starting = false;
    serves = control.running = !control.stopping;
    // Before anybody can see that it runs, and ask it to stop.
    if (serves) world_.tell(member.name, check::Detail::serving);
  });
  return serves;
}

void RealTimeEnvironment::end_start(const std::string& server) {
  Member& member = **std::ranges::find(
      servers_, server, [](const auto& known) -> const std::string& { return known->name; });
  // It may be about to start, and then would not know that it was stopped.
  while (state_.lock()->servers[server].starting) {
    member.server->stop();
    runtime_.sleep_until(runtime_.now() + 10ms);
  }
}

void RealTimeEnvironment::end(Member& member) {
  // It may be about to start, and then would not know that it was stopped.
  while (!state_.lock()->servers[member.name].ended) {
    member.server->stop();
    runtime_.sleep_until(runtime_.now() + 10ms);
  }
  member.main.reset();
}

/// Methods that say when they begin and end.
Endpoint RealTimeEnvironment::counted(Endpoint endpoint) {
  for (auto& [name, method] : endpoint.methods) {
    method = [this, method = std::move(method)](const Object& context, const Object& args) {
      struct Running {
        explicit Running(RealTimeEnvironment& environment_of) : environment(environment_of) {
          environment.change([](State& state) { ++state.running; });
        }
        ~Running() {
          environment.change([](State& state) { --state.running; });
        }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        RealTimeEnvironment& environment;
      } const running(*this);
      return method(context, args);
    };
  }
  return endpoint;
}

bool RealTimeEnvironment::is_idle() {
  auto state = state_.lock();
  return state->playing == 0 && state->running == 0;
}

void RealTimeEnvironment::change(const std::function<void(State&)>& change) {
  change(*state_.lock());
  changed_->notify();
}

bool RealTimeEnvironment::await(const std::function<bool(const State&)>& is_so) {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    {
      auto state = state_.lock();
      if (state->over) return false;
      if (is_so(*state)) return true;
    }
    changed_->wait(ticket, never);
  }
}

void RealTimeEnvironment::pass_time(Duration for_) {
  const TimePoint end = deadline_after(runtime_.now(), for_);
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    if (state_.lock()->over || runtime_.now() >= end) return;
    changed_->wait(ticket, end);
  }
}

void RealTimeEnvironment::wait_for(const sim::EventPattern& event) {
  const auto seen = std::make_shared<Guarded<bool>>(runtime_, "seen", false);
  world_.when(event, [seen, changed = changed_] {
    *seen->lock() = true;
    changed->notify();
  });
  if (!await([&](const State&) { return *seen->lock(); })) throw Unwinding();
}

void RealTimeEnvironment::wait_at_gate(const std::string& name) {
  change([](State& state) { --state.running; });
  await([&](const State& state) {
    const auto gate = state.gates.find(name);
    return gate != state.gates.end() && gate->second;
  });
  change([](State& state) { ++state.running; });
}

void RealTimeEnvironment::open_gate(const std::string& name) {
  change([&](State& state) { state.gates[name] = true; });
}

void RealTimeEnvironment::wait_until_serving(const std::string& server) {
  const bool is_serving =
      await([&](const State& state) { return state.servers.at(server).running; });
  if (!is_serving) throw Unwinding();
}

void RealTimeEnvironment::stop_server(const std::string& server) {
  bool begun = false;
  std::uint64_t epoch = 0;
  change([&](State& state) {
    Control& control = state.servers[server];
    control.wanted = control.running = false;
    begun = control.begun;
    epoch = control.epochs;
    // While it starts, it cannot say so itself.
    if (control.starting && !control.stopping) world_.tell(server, check::Detail::stopping);
    control.stopping = begun;
  });
  if (!begun) return;
  end_start(server);
  const bool has_ended =
      await([&](const State& state) { return state.servers.at(server).epochs != epoch; });
  if (!has_ended) throw Unwinding();
}

void RealTimeEnvironment::start_server(const std::string& server) {
  change([&](State& state) { state.servers[server].wanted = true; });
  const bool is_over = !await([&](const State& state) {
    const Control& control = state.servers.at(server);
    return control.running || !control.wanted;
  });
  if (is_over) throw Unwinding();
}

}  // namespace castaway::scenario
