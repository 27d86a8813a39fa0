#pragma once
// HostileWorld: a real client and a real server on simulated tasks, with a ScriptedTransport
// between them: a broker that a test, or a fuzzer, writes.
//
// The test runs outside all tasks. end() lets everything finish and reports what did not.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "castaway/mailbox.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/testing/scripted_transport.h"

#include "fibers/fiber_world_for_test.h"

namespace castaway::sim {

class HostileWorld final : private Observer {
 public:
  /// One call or cast, and what became of it.
  struct Operation {
    bool call = true;
    std::string outcome = "pending";  ///< the value, or the kind of error
    TimePoint deadline = never;
    TimePoint ended = never;
  };

  static constexpr Duration timeout = 20s;

  /// `mandatory`: of the client's requests.
  explicit HostileWorld(Profile profile, bool mandatory = false)
      : profile_(profile), mandatory_(mandatory), world_({.livelock = 200'000}) {
    jobs_.emplace(world_.runtime, "jobs");
    stop_.emplace(world_.runtime, "stop");
    world_.start("server", [this] { serve(); });
    world_.start("client", [this] {
      ask();
      client_is_gone_ = true;
    });
  }

  [[nodiscard]] testing::ScriptedTransport& broker() { return broker_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Operation>>& operations() const {
    return operations_;
  }

  /// `method` is "echo", or "slow", which takes three seconds.
  void call(const Overrides& overrides = {}, const std::string& method = "echo") {
    begin({.call = true}, overrides, method);
  }
  void cast(const Overrides& overrides = {}) { begin({.call = false}, overrides, "echo"); }
  /// Of the server, from a task of its own.
  void stop() { stop_->put(true); }

  /// Lets the tasks go on that can, at this instant.
  void run() { world_.run(world_.scheduler.now()); }
  /// Lets time pass. The broker says nothing meanwhile.
  void pass(Duration length) {
    const TimePoint end = world_.scheduler.now() + length;
    world_.at(end, [] {});
    world_.run(end);
  }
  /// Lets time pass, and the broker be honest.
  void be_honest(Duration length) {
    const TimePoint end = world_.scheduler.now() + length;
    world_.at(end, [] {});
    for (;;) {
      run();
      if (broker_.tell_all()) continue;
      if (world_.runtime.livelocked() || world_.scheduler.next() > end) return;
      world_.run(world_.scheduler.next());
    }
  }

  /// How often that request ran which ran most.
  [[nodiscard]] int most_runs() const {
    int most = 0;
    for (const auto& [id, runs] : runs_) most = std::max(most, runs);
    return most;
  }

  /// Ends client and server, with a broker that is honest to new connections from now on. What has
  /// gone wrong in all this; empty if nothing. `silent`: it says nothing for a while, and a strict
  /// client has to end without it.
  std::string end(bool silent = false) {
    broker_.on_connect = {};
    if (!silent) {
      be_honest(1s);
    } else if (pass(1min); profile_ == Profile::strict) {
      jobs_->close();
      pass(5s);
      if (!client_is_gone_) return "the client waits for a broker that says nothing\n";
    }
    for (const auto& link : broker_.links())
      link->tell([](ConnectionEvents& to) { to.closed({.text = "the link broke"}); });
    be_honest(10min);
    jobs_->close();
    stop();
    be_honest(10min);
    return trouble();
  }

 private:
  RPCTransportOptions options(const char* name) const {
    return {.profile = profile_, .name = name};
  }

  void serve() {
    RPCTransport messaging(world_.runtime, broker_, options("server"), this);
    RPCServer server(messaging, {.topic = "t", .server = "s"},
                     {{.methods = {{"echo", [](const Object&,
                                               const Object& args) { return args.json().at("v"); }},
                                   {"slow",
                                    [this](const Object&, const Object& args) {
                                      world_.runtime.sleep_until(world_.runtime.now() + 3s);
                                      return args.json().at("v");
                                    }}}}},
                     {.workers = 2});
    const auto starting = world_.runtime.spawn("start", [&] { server.start(); });
    static_cast<void>(stop_->take());
    server.stop();
    server.wait();
    starting->join();
  }

  void ask() {
    RPCTransport messaging(world_.runtime, broker_, options("client"), this);
    const RPCClient client(messaging,
                           {.target = {.topic = "t"}, .timeout = timeout, .mandatory = mandatory_});
    std::vector<std::unique_ptr<Task>> tasks;
    while (auto job = jobs_->take()) {
      tasks.push_back(
          world_.runtime.spawn("operation", [&client, job = std::move(*job)] { job(client); }));
    }
    tasks.clear();
  }

  void begin(Operation fresh, const Overrides& overrides, const std::string& method) {
    fresh.deadline = world_.scheduler.now() + (fresh.call ? timeout : Duration(30s));
    Operation& operation = *operations_.emplace_back(std::make_unique<Operation>(fresh));
    jobs_->put([this, &operation, overrides, method](const RPCClient& client) {
      const auto context = client.prepare(overrides);
      operation.outcome = outcome_of([&] {
        const Object args({{"v", 7}});
        if (operation.call) return context.call({}, method, args).dump();
        context.cast({}, "echo", args);
        return std::string("accepted");
      });
      operation.ended = world_.runtime.now();
    });
    run();
  }

  template <class Act>
  static std::string outcome_of(Act act) {
    try {
      return act();
    } catch (const RemoteError& error) {
      return "remote " + error.exc_type();
    } catch (const MessagingTimeout&) {
      return "timeout";
    } catch (const MessageDeliveryFailure& error) {
      return error.effect() == Effect::none ? "not delivered" : "in doubt";
    } catch (const MessageUndeliverable&) {
      return "undeliverable";
    } catch (const MessagingException&) {
      return "unreadable";
    }
  }

  [[nodiscard]] std::string trouble() const {
    std::string text;
    if (world_.runtime.livelocked()) text += "time stands still\n";
    text += world_.runtime.waiting_tasks();
    for (const auto& operation : operations_) {
      if (operation->ended == never) text += "an operation has not ended\n";
      if (profile_ == Profile::strict && operation->ended > operation->deadline)
        text += "an operation has ended after its deadline: " + operation->outcome + "\n";
    }
    for (const auto& [id, ends] : ends_)
      if (ends != 1) text += "operation " + id + " has ended " + std::to_string(ends) + " times\n";
    // Once for each queue that a request may come through.
    if (profile_ == Profile::strict && most_runs() > 3) text += "a request has run again\n";
    return text;
  }

  void invoked(const Invocation& invocation) override { ends_[invocation.unique_id] = 0; }
  void completed(std::string_view unique_id, const Completion&) override {
    ++ends_[std::string(unique_id)];
  }
  void executing(const Execution& execution) override {
    if (!execution.unique_id.empty()) ++runs_[execution.unique_id];
  }

  const Profile profile_;
  const bool mandatory_;
  testing::ScriptedTransport broker_;
  std::vector<std::unique_ptr<Operation>> operations_ = {};
  std::map<std::string, int> ends_ = {};  ///< by unique_id
  std::map<std::string, int> runs_ = {};  ///< as well
  std::optional<Mailbox<std::function<void(const RPCClient&)>>> jobs_ = {};
  std::optional<Mailbox<bool>> stop_ = {};
  bool client_is_gone_ = false;
  FiberTestWorld world_;  ///< goes first, and its tasks with it
};

}  // namespace castaway::sim
