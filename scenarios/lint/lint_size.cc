#include <fmt/format.h>

#include "castaway/check/text.h"
#include "castaway/error.h"
#include "castaway/topology.h"
#include "castaway/transport.h"

#include "lint.h"

namespace castaway::scenario {

namespace {

/// A task has a stack of its own with a guard below it, which are two maps. Linux gives a process
/// 65,530 of them (vm.max_map_count), and the program needs some.
constexpr std::uint64_t most_tasks = 30'000;
/// One that is the server, its listener, a worker, and in profile strict a replier.
constexpr std::uint64_t tasks_of_a_server = 4;
/// A history keeps a kilobyte or so of each, and a run of so many takes some ten seconds.
constexpr std::uint64_t most_operations = 250'000;

/// Why its queues cannot have their names; empty if they can.
std::string why_unnamable(const Server& server, bool isolated) {
  constexpr std::size_t fanout_id = 32;
  const TopologyPolicy policy = isolated ? TopologyPolicy::isolated : TopologyPolicy::oslo;
  try {
    const Target target{
        .exchange = server.exchange, .topic = server.topic, .server = server.target_name()};
    static_cast<void>(
        Topology(policy, {}, "openstack").server_queues(target, std::string(fanout_id, '0')));
    return "";
  } catch (const InvalidTarget&) {
    return fmt::format("the name of a queue is made of it, and AMQP allows {} bytes", longest_name);
  }
}

}  // namespace

void Linter::look_at_size() {
  for (std::size_t i = 0; i < scenario_.servers.size(); ++i) {
    std::string why = why_unnamable(scenario_.servers[i], scenario_.broker.isolated);
    if (!why.empty()) complain(At() / "servers" / i / "topic", std::move(why));
  }
  const std::uint64_t servers = scenario_.servers.size();
  const std::uint64_t clients = scenario_.clients.size();
  std::uint64_t scripts = 0;
  for (const Script& script : scenario_.script) scripts += script.repeat.value_or(1);
  std::uint64_t operations = 0;
  for (const Known& known : known_) {
    if (known.script == nullptr) continue;
    operations += known.operation->only.empty() ? known.copies() : known.operation->only.size();
    if (operations > most_operations) {
      complain(At() / "script", fmt::format("a run makes at most {} operations, and this is more",
                                            check::grouped(most_operations)));
      break;
    }
  }
  const std::uint64_t tasks = tasks_of_a_server * servers + clients + scripts;
  if (tasks <= most_tasks) return;
  complain(At() / (tasks_of_a_server * servers > scripts ? "servers" : "script"),
           fmt::format("this takes {}, and a run has at most {}: {} are {} each, {} one each, and "
                       "the script has {}",
                       check::count(tasks, "task"), check::grouped(most_tasks),
                       check::count(servers, "server"), tasks_of_a_server,
                       check::count(clients, "client"), check::grouped(scripts)));
}

}  // namespace castaway::scenario
