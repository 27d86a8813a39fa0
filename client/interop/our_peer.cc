// our-peer: a server of ours in a process of its own, for tests that kill it. It understands
// the command "serve" of oslo_peer.py, ends with its standard input, and is told its profile:
//
//     our-peer strict

#include <iostream>
#include <list>
#include <string>

#include <nlohmann/json.hpp>

#include "castaway/guarded.h"
#include "castaway/rabbit_url.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

namespace castaway::interop {
namespace {

using nlohmann::json;

class OurPeer {
 public:
  explicit OurPeer(Profile profile) : profile_(profile) {}

  void serve(const json& command) {
    const std::string topic = command.at("topic"), server = command.at("server");
    auto& process = processes_.emplace_back(runtime_, profile_, command.at("url"));
    const Method sleep = [this, topic, server](const Object&, const Object& args) {
      tell({{"ran", "sleep"}, {"topic", topic}, {"server", server}, {"args", args.json()}});
      runtime_.sleep_until(runtime_.now() +
                           std::chrono::seconds(args.json().at("seconds").get<int>()));
      return json();
    };
    servers_
        .emplace_back(process.transport, Target{.topic = topic, .server = server},
                      std::vector{Endpoint{.methods = {{"sleep", sleep}}}},
                      RPCServerOptions{.workers = command.at("workers")})
        .start();
  }

  void tell(const json& line) {
    const auto hold = output_.lock();
    std::cout << line.dump() << std::endl;
  }

 private:
  struct Process {
    Process(ThreadRuntime& runtime, Profile profile, const std::string& url)
        : link(runtime, rabbit_options(parse_transport_url(url)).transport),
          transport(runtime, link, {.profile = profile}) {}
    RabbitTransport link;
    RPCTransport transport;
  };

  const Profile profile_;
  ThreadRuntime runtime_;
  Guarded<bool> output_{runtime_, "output"};
  std::list<Process> processes_;
  std::list<RPCServer> servers_;
};

}  // namespace
}  // namespace castaway::interop

int main(int, char** argv) {
  using namespace castaway;
  static interop::OurPeer peer(std::string(argv[1]) == "strict" ? Profile::strict
                                                                : Profile::classic);
  peer.tell({{"id", 0}, {"result", nullptr}});
  for (std::string line; std::getline(std::cin, line);) {
    const auto command = nlohmann::json::parse(line);
    peer.serve(command);
    peer.tell({{"id", command.at("id")}, {"result", nullptr}});
  }
  std::_Exit(0);  // whatever runs: nobody is interested any more
}
