// castaway_peer: this library on either side of the comparison, as a program would use it: nothing
// is set but the profile.

#include <atomic>
#include <iostream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "castaway/rabbit_transport.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "peer.h"

namespace castaway::bench {
namespace {

struct Process {
  explicit Process(const PeerArguments& arguments)
      : rabbit(runtime, {.hosts = {{.hostname = "127.0.0.1", .port = arguments.port()}}}),
        transport(runtime, rabbit,
                  {.profile = arguments.at("profile") == "classic" ? Profile::classic
                                                                   : Profile::strict}) {}
  ThreadRuntime runtime;
  RabbitTransport rabbit;
  RPCTransport transport;
};

class CastawayClient final : public Client {
 public:
  explicit CastawayClient(const PeerArguments& arguments)
      : process_(arguments),
        client_(process_.transport, {.target = {.topic = arguments.at("topic")}}),
        to_all_(client_.prepare({.fanout = true})) {}

  void call(int /*thread*/, int n) override {
    if (client_.call({}, "echo", {{"n", n}}) != n) throw std::runtime_error("another's answer");
  }
  void cast(int /*thread*/, int n) override { client_.cast({}, "echo", {{"n", n}}); }
  void fanout(int /*thread*/, int n) override { to_all_.cast({}, "echo", {{"n", n}}); }

 private:
  Process process_;
  RPCClient client_;
  CallContext to_all_;
};

void serve(const PeerArguments& arguments) {
  std::atomic<std::uint64_t> handled = 0;
  const auto echo = [&](const Object&, const Object& args) {
    ++handled;
    return args.json().at("n");
  };
  Process process(arguments);
  RPCServer server(process.transport,
                   {.topic = arguments.at("topic"), .server = arguments.at("name")},
                   {{.methods = {{"echo", echo}}}});
  server.start();
  run_server([&] { return handled.load(); });
  server.stop();
}

void run(const PeerArguments& arguments) {
  if (arguments.role == "server") return serve(arguments);
  CastawayClient client(arguments);
  run_client(client);
}

}  // namespace
}  // namespace castaway::bench

int main(int argc, char** argv) {
  try {
    castaway::bench::run(castaway::bench::peer_arguments(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "castaway_peer: " << error.what() << "\n";
    return 1;
  }
}
