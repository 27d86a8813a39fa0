#pragma once
// Rogue: a process that speaks to the broker by hand. It sends requests that the library never
// would, and has reply queues of its own.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/sim/simulation.h"

#include "deaf_fixture.h"

namespace castaway::sim {

class Rogue final : private Deaf {
 public:
  explicit Rogue(Process& process, Simulation& sim)
      : sim_(sim),
        transport_(sim.network(), process.runtime.current_process(), process.name),
        connection_(transport_.connect(Purpose::send, process.name, *this)) {
    pause(20ms);
  }

  void pause(Duration length) { sim_.runtime().sleep_until(sim_.now() + length); }

  /// A queue whose messages it keeps.
  void listen(const std::string& queue) {
    connection_->declare_queue({.queue = queue});
    connection_->consume(queue, queue);
    pause(20ms);
  }
  void forget(const std::string& queue) {
    connection_->delete_queue(queue);
    pause(20ms);
  }

  void publish(const std::string& routing_key, Message message) {
    connection_->publish(
        {.exchange = "openstack", .routing_key = routing_key, .message = std::move(message)});
  }
  /// A body as it is, with the content type of ours.
  void say(const std::string& routing_key, std::string body) {
    publish(routing_key,
            {.properties = {.content_type = "application/json", .content_encoding = "utf-8"},
             .body = std::move(body)});
  }
  void ask(const std::string& routing_key, const Request& request) {
    publish(routing_key, encode(request, std::nullopt));
  }

  /// The replies that came, with the times at which they did.
  struct Heard {
    TimePoint at = {};
    Reply reply = {};
  };
  [[nodiscard]] const std::vector<Heard>& heard() const { return heard_; }
  /// Those that end a call, as "value" or "Type: message".
  [[nodiscard]] std::vector<std::string> answers() const {
    std::vector<std::string> all;
    for (const Heard& one : heard_) {
      const auto& failure = one.reply.failure;
      if (!one.reply.ending) continue;
      all.push_back(failure            ? failure->class_name + ": " + failure->message
                    : one.reply.result ? one.reply.result->dump()
                                       : "null");
    }
    return all;
  }
  [[nodiscard]] std::size_t beats() const { return heard_.size() - answers().size(); }

 private:
  void delivered(Delivery delivery) override {
    connection_->acknowledge(delivery.delivery_tag);
    heard_.push_back({sim_.now(), decode_reply(delivery.message)});
  }

  Simulation& sim_;
  SimTransport transport_;
  std::vector<Heard> heard_ = {};
  std::unique_ptr<Connection> connection_;
};

/// A process "rogue" that begins once "host-1" serves.
inline const check::History& with_rogue(Simulation& sim,
                                        const std::function<void(Rogue&)>& script) {
  sim.process("rogue", [&sim, script](Process& process) {
    sim.wait_until_serving("host-1");
    Rogue rogue(process, sim);
    script(rogue);
  });
  return sim.run();
}

}  // namespace castaway::sim
