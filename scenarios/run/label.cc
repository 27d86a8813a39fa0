#include "label.h"

namespace castaway::scenario {

void label(check::History& history, const Scenario& scenario, SubjectProfile profile) {
  using check::ActorKind;
  history.slack = scenario.clock.slack;
  history.scenario = scenario.name;
  history.profile = to_string(profile);
  const auto is = [&](std::string_view name, ActorKind kind) {
    history.actors[history.intern(name)].kind = kind;
  };
  is("broker", ActorKind::broker);
  for (const Client& client : scenario.clients) is(client.id, ActorKind::client);
  for (const Server& server : scenario.servers) is(server.id, ActorKind::server);
  // A rule that never fired is no actor.
  for (const check::Event& event : history.events()) {
    if (event.kind == check::EventKind::fault) history.actors[event.actor].kind = ActorKind::rule;
  }
}

}  // namespace castaway::scenario
