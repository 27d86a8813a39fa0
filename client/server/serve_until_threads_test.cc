#include "castaway/serve_until.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/thread_runtime.h"

#include "obliging_transport_for_test.h"
#include "rpc/new_id.h"

namespace castaway {
namespace {

struct World {
  explicit World(bool answers = true) : transport(runtime, answers) {}

  bool ask(const std::string& method) {
    return transport.deliver(
        encode(Request{.method = method, .unique_id = new_id(runtime, "test")}, std::nullopt));
  }
  std::unique_ptr<Task> serving() {
    return runtime.spawn("serving", [this] { serve_until(ending, runtime, server); });
  }

  ThreadRuntime runtime;
  ObligingTransport transport;
  RPCTransport messaging{runtime, transport};
  std::atomic<bool> ending = false;
  std::atomic<bool> may_end = false;
  std::atomic<bool> ended = false;
  RPCServer server{messaging,
                   {.topic = "t", .server = "s"},
                   {{.methods = {{"end",
                                  [this](const Object&, const Object&) -> nlohmann::json {
                                    ending = true;
                                    while (!may_end) runtime.sleep_until(runtime.now() + 1ms);
                                    ended = true;
                                    return nullptr;
                                  }},
                                 {"stop", [this](const Object&, const Object&) -> nlohmann::json {
                                    server.stop();
                                    return nullptr;
                                  }}}}}};
};

TEST(ServeUntil, AFlagThatIsSetBeforeEndsItThoughThereIsNoBroker) {
  World world(false);
  world.ending = true;
  serve_until(world.ending, world.runtime, world.server);
}

TEST(ServeUntil, AFlagThatIsSetWhileItLooksForABrokerEndsIt) {
  World world(false);
  const auto serving = world.serving();
  world.runtime.sleep_until(world.runtime.now() + 20ms);
  world.ending = true;
  serving->join();
}

TEST(ServeUntil, AMethodThatRunsEndsFirst) {
  World world;
  const auto serving = world.serving();
  while (!world.ask("end")) world.runtime.sleep_until(world.runtime.now() + 1ms);
  while (!world.ending) world.runtime.sleep_until(world.runtime.now() + 1ms);
  world.may_end = true;
  serving->join();
  EXPECT_TRUE(world.ended);
  EXPECT_FALSE(world.ask("end")) << "nobody consumes any more";
}

TEST(ServeUntil, AStopOfSomebodyElseEndsItToo) {
  World world;
  const auto serving = world.serving();
  while (!world.ask("stop")) world.runtime.sleep_until(world.runtime.now() + 1ms);
  serving->join();
  EXPECT_FALSE(world.ending);
}

}  // namespace
}  // namespace castaway
