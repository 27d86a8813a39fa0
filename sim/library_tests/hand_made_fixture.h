#pragma once
// A server made by hand: it answers on its topic with whatever bodies a test writes, and when.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/mailbox.h"
#include "castaway/sim/simulation.h"

#include "deaf_fixture.h"

namespace castaway::sim {

/// The inner JSON text of a reply, in which MSG stands for the id of the call.
struct HandMade {
  Duration after = 0s;  ///< since the one before
  std::string inner = {};
  std::string version = "2.0";
};

using Answers = std::function<std::vector<HandMade>(const Request&)>;

namespace hand_made {

struct Inbox final : Deaf {
  explicit Inbox(Runtime& runtime) : requests(runtime, "hand-made requests") {}
  void delivered(Delivery delivery) override { requests.put(std::move(delivery.message)); }
  void closed(Closed) override { requests.close(); }
  Mailbox<Message> requests;
};

inline void answer(Connection& connection, Runtime& runtime, const Request& request,
                   const std::vector<HandMade>& replies) {
  for (const HandMade& reply : replies) {
    if (reply.after > 0s) runtime.sleep_until(runtime.now() + reply.after);
    std::string inner = reply.inner;
    if (const auto at = inner.find("MSG"); at != std::string::npos)
      inner.replace(at, 3, request.msg_id);
    const nlohmann::json outer = {{"oslo.version", reply.version}, {"oslo.message", inner}};
    connection.publish(
        {.routing_key = request.reply_q,
         .message = {.properties = {.content_type = "application/json"}, .body = outer.dump()}});
  }
}

}  // namespace hand_made

/// A process that serves `topic`, from 50 ms on.
inline void serve_by_hand(Simulation& sim, const std::string& topic, Answers answers) {
  sim.process("by-hand", [&sim, topic, answers = std::move(answers)](Process& process) {
    hand_made::Inbox inbox(process.runtime);
    SimTransport transport(sim.network(), process.runtime.current_process(), "by-hand");
    const auto connection = transport.connect(Purpose::listen, "by-hand", inbox);
    process.runtime.sleep_until(TimePoint(50ms));
    connection->declare_exchange({.exchange = "openstack"});
    connection->declare_queue({.queue = topic});
    connection->bind_queue(topic, "openstack", topic);
    connection->consume(topic, "1");
    std::vector<std::unique_ptr<Task>> tasks;
    while (const auto message = inbox.requests.take()) {
      tasks.push_back(process.runtime.spawn("answer", [&, request = decode_request(*message)] {
        hand_made::answer(*connection, process.runtime, request, answers(request));
      }));
    }
  });
}

/// A final reply with this value, as JSON text. Inlined, it makes g++ 12 see a text that is written
/// past its end: GCC bug 105329.
[[gnu::noinline]] inline HandMade value(const std::string& json, Duration after = 0s) {
  std::string inner = R"({"result":)";
  inner.append(json).append(R"(,"failure":null,"ending":true,"_msg_id":"MSG"})");
  return {.after = after, .inner = std::move(inner)};
}

inline HandMade heartbeat(Duration after = 0s) {
  return {.after = after,
          .inner = R"({"result":null,"failure":null,"ending":false,"_msg_id":"MSG"})"};
}

}  // namespace castaway::sim
