#pragma once
// What tests of the library in a simulated world share: an echo server, and a client whose script
// is the test.

#include <functional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/sim/simulation.h"

namespace castaway::sim {

/// Methods that the tests call: echo returns `v`, fail raises, nothing returns null, slow takes
/// `ms` milliseconds.
inline Endpoint echo_endpoint(Simulation& sim) {
  return {.methods = {
              {"echo", [](const Object&, const Object& args) { return args.json().at("v"); }},
              {"context", [](const Object& ctxt, const Object&) { return ctxt.json(); }},
              {"fail",
               [](const Object&, const Object&) -> nlohmann::json {
                 throw EndpointError({.class_name = "InstanceNotFound",
                                      .module = "nova.exception",
                                      .message = "no instance 7"});
               }},
              {"fail_in_cpp",
               [](const Object&, const Object&) -> nlohmann::json {
                 throw std::out_of_range("index 9");
               }},
              {"nothing", [](const Object&, const Object&) { return nlohmann::json(); }},
              {"unserialisable",
               [](const Object&, const Object&) { return nlohmann::json(std::nan("")); }},
              {"_private", [](const Object&, const Object&) { return nlohmann::json("reached"); }},
              {"slow",
               [&sim](const Object&, const Object& args) {
                 sim.runtime().sleep_until(
                     sim.now() + std::chrono::milliseconds(args.json().at("ms").get<int>()));
                 return args.json().at("ms");
               }},
          }};
}

/// A world with one server "host-1" on topic "compute", in which `script` runs as client "nova-1"
/// from 100 ms on.
inline const check::History& in_world(Simulation& sim,
                                      const std::function<void(RPCClient&)>& script,
                                      RPCClientOptions options = {.target = {.topic = "compute"},
                                                                  .timeout = 5s}) {
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  sim.client("nova-1", std::move(options), [&sim, script](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    script(client);
  });
  return sim.run();
}

/// How many events of a kind the history has.
inline std::size_t count(const check::History& history, check::EventKind kind) {
  std::size_t events = 0;
  for (const check::Event& event : history.events()) events += event.kind == kind ? 1 : 0;
  return events;
}

/// What `act` throws, as Error.
template <class Error, class Act>
Error thrown_by(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("nothing was thrown");
}

}  // namespace castaway::sim
