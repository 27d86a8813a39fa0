#include "castaway/rpc_server.h"

#include <algorithm>
#include <string>
#include <utility>

#include "connections/goodbye.h"
#include "serving.h"

namespace castaway {
namespace {

constexpr std::size_t remembered_ids = 65'536;

Target listening_target(Target target) {
  if (target.topic.empty())
    throw InvalidTarget("A server's target must have a topic: " + to_string(target));
  if (target.server.empty())
    throw InvalidTarget("A server's target must have a server: " + to_string(target));
  return target;
}

std::vector<Endpoint> with_ping(std::vector<Endpoint> endpoints, bool enabled) {
  if (enabled) endpoints.push_back(ping_endpoint());
  return endpoints;
}

}  // namespace

/// The phases of an epoch follow each other in this order. Who moves on to the next one is named
/// beside it; all others wait, or have nothing to do.
class RPCServer::Impl {
 public:
  Impl(RPCTransport::Parts& parts, Target target, std::vector<Endpoint> endpoints,
       RPCServerOptions options)
      : parts_(parts),
        target_(listening_target(std::move(target))),
        dispatcher_(with_ping(std::move(endpoints), options.rpc_ping_enabled),
                    options.access_policy, options.serializer),
        options_(std::move(options)),
        seen_(parts.runtime, "seen", remembered_ids),
        changed_(parts.runtime.make_signal("server " + target_.server)),
        state_(parts.runtime, "server") {
    options_.workers = std::max<std::uint16_t>(options_.workers, 1);
  }

  ~Impl() {
    goodbye([this] {
      stop();
      wait();
    });
  }

  void start() {
    for (;;) {
      State now;
      bool ours = false;
      {
        auto state = state_.lock();
        if (state->phase == Phase::idle) {
          state->serving = std::make_shared<Serving>(parts_, target_, dispatcher_, options_, seen_);
          state->phase = Phase::starting;
          ours = true;
        }
        now = *state;
      }
      switch (now.phase) {
        case Phase::running:
          return;
        case Phase::starting:
          if (ours) return finish_start(now.serving);
          wait_until([&](const State& state) { return !(state == now); });
          return;
        case Phase::stopped:
          wait();
          break;
        default:
          if (!wait_until([&](const State& state) { return !(state == now); })) return;
      }
    }
  }

  void stop() {
    State now;
    {
      auto state = state_.lock();
      now = *state;
      if (now.phase == Phase::starting || now.phase == Phase::running)
        state->phase = Phase::stopping;
    }
    switch (now.phase) {
      case Phase::starting:
      case Phase::running:
        changed_->notify();
        now.serving->stop();
        move_on(now.serving, Phase::stopping, Phase::stopped);
        return;
      case Phase::stopping:
        wait_until([&](const State& state) { return !(state == now); });
        return;
      default:
        return;
    }
  }

  void wait() {
    const std::shared_ptr<Serving> serving = state_.lock()->serving;
    if (!serving) return;
    bool ours = false;
    const auto is_over = [&](State& state) {
      if (state.serving == serving && state.phase == Phase::stopped) {
        state.phase = Phase::closing;
        ours = true;
      }
      return ours || state.serving != serving;
    };
    if (!wait_until(is_over) || !ours) return;
    serving->finish();
    *state_.lock() = State{};
    changed_->notify();
  }

 private:
  enum class Phase {
    idle,
    starting,  // by start()
    running,   // by start()
    stopping,  // by stop()
    stopped,   // by stop()
    closing,   // by wait()
  };
  struct State {
    Phase phase = Phase::idle;
    std::shared_ptr<Serving> serving = {};  ///< of the epoch; none while idle
    friend bool operator==(const State&, const State&) = default;
  };

  void finish_start(const std::shared_ptr<Serving>& serving) {
    serving->wait_ready();
    move_on(serving, Phase::starting, Phase::running);
  }

  /// Does nothing if somebody else has moved on meanwhile.
  void move_on(const std::shared_ptr<Serving>& serving, Phase from, Phase to) {
    {
      auto state = state_.lock();
      if (state->serving == serving && state->phase == from) state->phase = to;
    }
    changed_->notify();
  }

  /// False when our process is being killed.
  /// Waits: until `holds`.
  template <class Holds>
  bool wait_until(Holds holds) {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (holds(*state_.lock())) return true;
      if (!changed_->wait(ticket, never)) return false;
    }
  }

  RPCTransport::Parts& parts_;
  const Target target_;
  const Dispatcher dispatcher_;
  RPCServerOptions options_;
  Guarded<RequestMemory> seen_;
  std::unique_ptr<Signal> changed_;
  Guarded<State> state_;
};

RPCServer::RPCServer(RPCTransport& transport, Target target, std::vector<Endpoint> endpoints,
                     RPCServerOptions options)
    : impl_(std::make_unique<Impl>(transport.parts(), std::move(target), std::move(endpoints),
                                   std::move(options))) {}

RPCServer::~RPCServer() = default;

void RPCServer::start() { impl_->start(); }
void RPCServer::stop() { impl_->stop(); }
void RPCServer::wait() { impl_->wait(); }

}  // namespace castaway
