// Every law bites: a bug planted beside the library makes it speak, and names the operation.

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/envelope.h"

#include "defect_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

struct Plant {
  PlantedTransport::Defect transport = {};
  DefectiveRuntime::Wrong deadline = [](TimePoint, TimePoint right) { return right; };
  FaultPlan faults = {};
  TimePoint quiet = never;
};

/// Three calls of one task, each with its own value, to a method that takes 20 ms; and what comes
/// of them with the defect.
check::History calls_with(const Plant& plant) {
  Simulation sim(
      {.seed = 7, .faults = plant.faults, .limit = 300s, .quiet = plant.quiet, .recovery = 1s});
  const Endpoint slow_echo{.methods = {{"echo", [&](const Object&, const Object& args) {
                                          sim.runtime().sleep_until(sim.now() + 20ms);
                                          return args.json().at("v");
                                        }}}};
  sim.serve({.topic = "t", .server = "s1"}, {slow_echo}, {.workers = 4});
  sim.process("c1", [&](Process& process) {
    sim.wait_until_serving("s1");
    SimTransport network(sim.network(), process.runtime.current_process(), "c1");
    PlantedTransport transport(process.runtime, network, plant.transport);
    DefectiveRuntime runtime(process.runtime, plant.deadline);
    RPCTransport messaging(runtime, transport, {.name = "c1"}, &sim.recorder().observer("c1"));
    const RPCClient client(messaging, {.target = {.topic = "t"}, .timeout = 2s});
    for (int v = 1; v <= 3; ++v) {
      try {
        client.call({}, "echo", {{"v", v}});
      } catch (const MessagingException&) {
        // The history has it.
      }
    }
  });
  sim.run();
  return std::move(sim.recorder().history());
}

bool is_request(const Publication& publication) { return !publication.exchange.empty(); }

const FaultPlan replies_are_lost = {{.id = "loss", .on = {.edge = Edge::reply}, .action = Drop{}}};

TEST(PlantedDefect, NoneLeavesAllLawsHolding) {
  const check::History history = calls_with({});
  EXPECT_THAT(check::at_most_once(history), check::Holds());
  EXPECT_THAT(check::one_completion(history), check::Holds());
  EXPECT_THAT(check::own_reply(history), check::Holds());
  EXPECT_THAT(check::no_phantom(history), check::Holds());
  EXPECT_THAT(check::task_order(history), check::Holds());
  EXPECT_THAT(check::deadline(history), check::Holds());
}

TEST(PlantedDefect, ARetryUnderANewIdBreaksAtMostOnce) {
  const check::History history =
      calls_with({.transport = {.request = [](PlantedTransport& transport, const Publication& p) {
                    if (!is_request(p)) return true;
                    Request again = decode_request(p.message);
                    again.unique_id = std::string(32, 'f');
                    transport.publish({.exchange = p.exchange,
                                       .routing_key = p.routing_key,
                                       .message = encode(again, std::nullopt)});
                    return true;
                  }}});
  EXPECT_THAT(check::at_most_once(history), check::IsViolated());
}

TEST(PlantedDefect, TheLastCallsValueBreaksOwnReply) {
  std::shared_ptr<const json> last;
  const check::History history = calls_with({.transport = {.reply = [&](Delivery& delivery) {
                                               Reply reply = decode_reply(delivery.message);
                                               std::swap(reply.result, last);
                                               if (reply.result) delivery.message = encode(reply);
                                             }}});
  EXPECT_THAT(check::own_reply(history), check::IsViolated());
}

TEST(PlantedDefect, AnInventedReplyBreaksNoPhantom) {
  const check::History history =
      calls_with({.transport = {.request = [](PlantedTransport& transport, const Publication& p) {
                    if (!is_request(p)) return true;
                    transport.forge(encode(Reply{.msg_id = decode_request(p.message).msg_id}));
                    return false;
                  }}});
  EXPECT_THAT(check::no_phantom(history), check::IsViolated());
}

TEST(PlantedDefect, AReplyBeforeTheEndBreaksTaskOrder) {
  const check::History history = calls_with(
      {.transport = {.request = [](PlantedTransport& transport, const Publication& p) {
         if (!is_request(p)) return true;
         const Request request = decode_request(p.message);
         transport.forge(encode(Reply{.result = std::make_shared<json>(request.args.json().at("v")),
                                      .msg_id = request.msg_id}));
         return true;
       }}});
  EXPECT_THAT(check::task_order(history), check::IsViolated());
}

TEST(PlantedDefect, HalfTheTimeoutBreaksDeadline) {
  const check::History history = calls_with(
      {.deadline = [](TimePoint now, TimePoint right) { return now + (right - now) / 2; },
       .faults = replies_are_lost});
  EXPECT_THAT(check::deadline(history), check::IsViolated());
}

TEST(PlantedDefect, AWaitThatNoticesItsDeadlineLateBreaksDeadline) {
  const check::History history =
      calls_with({.deadline = [](TimePoint, TimePoint right) { return right + 1ms; },
                  .faults = replies_are_lost});
  EXPECT_THAT(check::deadline(history), check::IsViolated());
}

TEST(PlantedDefect, AWaitWithoutADeadlineBreaksOneCompletion) {
  const check::History history = calls_with(
      {.deadline = [](TimePoint, TimePoint) { return never; }, .faults = replies_are_lost});
  EXPECT_THAT(check::one_completion(history), check::IsViolated());
}

TEST(PlantedDefect, NoneLeavesNothingBehindAndEveryCallAnswered) {
  const check::History history = calls_with({.quiet = TimePoint()});
  EXPECT_THAT(check::no_residue(history), check::Holds());
  EXPECT_EQ(check::recovery(calls_with({})).judged, 0U);
}

TEST(PlantedDefect, AClientThatForgetsWhereToSendBreaksRecovery) {
  const check::History history =
      calls_with({.transport = {.request = [](PlantedTransport&,
                                              const Publication& p) { return !is_request(p); }},
                  .quiet = TimePoint(1ms)});
  EXPECT_THAT(check::recovery(history), check::IsViolated());
}

TEST(PlantedDefect, AWaitWithoutADeadlineBreaksNoResidue) {
  const check::History history = calls_with({.deadline = [](TimePoint, TimePoint) { return never; },
                                             .faults = replies_are_lost,
                                             .quiet = TimePoint(1s)});
  EXPECT_THAT(check::no_residue(history), check::IsViolated());
}

TEST(PlantedDefect, AWorldThatKeepsEveryOrderNeverReachesTheCastOrderGoal) {
  const auto swapped = [](bool any_order, std::uint64_t seed) {
    Simulation sim(
        {.seed = seed,
         .network = {.latency = {.shape = Distribution::Shape::uniform, .a = 1ms, .b = 20ms},
                     .any_order = any_order}});
    sim.serve({.topic = "t", .server = "s1"}, {echo_endpoint(sim)}, {.workers = 1});
    sim.client("c1", {.target = {.topic = "t"}}, [&](RPCClient& client) {
      sim.wait_until_serving("s1");
      for (int i = 0; i < 4; ++i) client.cast({}, "echo", {{"v", i}});
    });
    return check::cast_order(sim.run()).violated();
  };
  int fifo = 0;
  int any = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    fifo += swapped(false, seed) ? 1 : 0;
    any += swapped(true, seed) ? 1 : 0;
  }
  EXPECT_EQ(fifo, 0);
  EXPECT_GT(any, 0);
}

}  // namespace
}  // namespace castaway::sim
