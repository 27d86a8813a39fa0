// The laws of replies, casts, stops and deliveries bite: a bug planted beside the client or beside
// the server makes each speak.

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/envelope.h"

#include "defective_process_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

/// A call and a cast, then the server is stopped; and what comes of them with the defect.
check::History day_with(const Plant& plant) {
  Simulation sim({.seed = 7,
                  .limit = 60s,
                  .transport =
                      [&](const Station& parts) {
                        const Defect& defect = parts.process == "s1" ? plant.server : plant.client;
                        return std::make_unique<Defective>(parts, defect);
                      },
                  .quiet = TimePoint()});
  sim.serve({.topic = "t", .server = "s1"}, {echo_endpoint(sim)}, {.workers = 2});
  sim.client("c1", {.target = {.topic = "t"}, .timeout = 2s}, [&](RPCClient& client) {
    sim.wait_until_serving("s1");
    try {
      client.call({}, "echo", {{"v", 1}});
      client.cast({}, "echo", {{"v", 2}});
    } catch (const MessagingException&) {
      // The history has it.
    }
    sim.runtime().sleep_until(sim.now() + 1s);
    if (plant.server.delivery) return;  // a stopped server excuses what it has not run
    sim.stop_server("s1");
  });
  sim.run();
  return std::move(sim.recorder().history());
}

bool is_request(const Publication& publication) { return !publication.exchange.empty(); }

TEST(PlantedDefect, NoneLeavesRepliesCastsStopsAndDeliveriesInOrder) {
  const check::History history = day_with({});
  EXPECT_THAT(check::reply_heard(history), check::Holds());
  EXPECT_THAT(check::cast_accepted(history), check::Holds());
  EXPECT_THAT(check::cast_runs(history), check::Holds());
  EXPECT_THAT(check::no_reply_to_cast(history), check::Holds());
  EXPECT_THAT(check::stop_ends(history), check::Holds());
  EXPECT_THAT(check::bounded_delivery(history), check::Holds());
}

TEST(PlantedDefect, AClientThatLosesItsRepliesBreaksReplyHeard) {
  const check::History history = day_with({.client = {.reply = [](Delivery& delivery) {
                                             Reply reply = decode_reply(delivery.message);
                                             reply.msg_id = std::string(32, '0');
                                             delivery.message = encode(reply);
                                           }}});
  EXPECT_THAT(check::reply_heard(history), check::IsViolated());
}

TEST(PlantedDefect, AConfirmThatNobodyWaitsForBreaksCastAccepted) {
  const check::History history = day_with({.client = {.confirms_early = true}});
  EXPECT_THAT(check::cast_accepted(history), check::IsViolated());
}

TEST(PlantedDefect, AClientThatTakesAConfirmForARefusalBreaksRetriesUsed) {
  const check::History history = day_with({.client = {.confirms_are_nacks = true}});
  EXPECT_THAT(check::retries_used(history), check::IsViolated());
}

TEST(PlantedDefect, AServerThatForgetsARequestBreaksCastRuns) {
  const check::History history = day_with(
      {.server = {.delivery = [](Connection&, const Delivery& delivery) {
         return !decode_request(delivery.message).msg_id.empty();  // only calls get through
       }}});
  EXPECT_THAT(check::cast_runs(history), check::IsViolated());
}

TEST(PlantedDefect, ACastThatAsksForAnAnswerBreaksNoReplyToCast) {
  std::string reply_q;
  const check::History history =
      day_with({.client = {.request = [&](PlantedTransport& transport, const Publication& p) {
                  if (!is_request(p)) return true;
                  Request request = decode_request(p.message);
                  if (!request.msg_id.empty()) {
                    reply_q = request.reply_q;
                    return true;
                  }
                  request.msg_id = std::string(32, 'a');
                  request.reply_q = reply_q;
                  transport.publish({.exchange = p.exchange,
                                     .routing_key = p.routing_key,
                                     .message = encode(request, std::nullopt)});
                  return false;
                }}});
  EXPECT_THAT(check::no_reply_to_cast(history), check::IsViolated());
}

TEST(PlantedDefect, AServerThatNeverHearsOfItsCancelBreaksStopEnds) {
  const check::History history = day_with({.server = {.cancels_hang = true}});
  EXPECT_THAT(check::stop_ends(history), check::IsViolated());
}

TEST(PlantedDefect, AServerThatGivesBackWhatItGetsBreaksBoundedDelivery) {
  int left = 100;
  const check::History history =
      day_with({.server = {.delivery = [&](Connection& connection, const Delivery& delivery) {
                  if (left-- <= 0) return true;
                  connection.reject(delivery.delivery_tag, true);
                  return false;
                }}});
  EXPECT_THAT(check::bounded_delivery(history), check::IsViolated());
}

}  // namespace
}  // namespace castaway::sim
