// The classic sender: a pool of connections, one publication at a time on each, and the same bytes
// again whenever a confirm stays away. That last point is what executes calls twice. Source:
// oslo_messaging/_drivers/pool.py; _drivers/impl_rabbit.py, Connection.ensure and
// _ensure_publishing; _drivers/common.py,
//   ConnectionContext.

#include <utility>
#include <vector>

#include "backoff.h"
#include "sender.h"

namespace castaway {
namespace {

constexpr std::size_t rpc_conn_pool_size = 30;

/// Errors after which upstream does not try again: 403 ACCESS_REFUSED, 404 NOT_FOUND, 406
/// PRECONDITION_FAILED, 541 INTERNAL_ERROR.
bool is_final(std::uint16_t code) {
  return code == 403 || code == 404 || code == 406 || code == 541;
}

class ClassicSender final : public Sender {
 public:
  ClassicSender(Runtime& runtime, Transport& transport, std::string name)
      : runtime_(runtime),
        transport_(transport),
        name_(std::move(name)),
        pool_(runtime, "connection-pool"),
        freed_(runtime.make_signal("connection pool of " + name_)) {}

  void send(Submission& submission, const std::shared_ptr<Publishing>& publishing) override {
    std::unique_ptr<PublishLink> link = take();
    if (!link) return publishing->settle(Fate::not_sent, "the transport is closed");
    int failures = 0;
    bool maybe_sent = false;
    while (open(link, submission, failures)) {
      publishing->reset();
      if (submission.on_attempt) submission.on_attempt(++submission.attempts);
      link->publish(submission.publication, submission.exchange ? &*submission.exchange : nullptr,
                    false, publishing);
      const Publishing::State state = wait_for_confirm(*publishing, submission.confirm_timeout);
      maybe_sent = maybe_sent || state.fate != Fate::not_sent;
      const bool settled = state.fate == Fate::accepted || state.fate == Fate::returned ||
                           state.fate == Fate::refused;
      if (settled || is_final(state.code)) {
        if (!settled) {
          publishing->reset();
          publishing->settle(Fate::refused, state.why, state.code);
        }
        return put(std::move(link));
      }
      link = replace(std::move(link));
      if (!submission.may_try_again(++failures)) break;
      runtime_.sleep_until(deadline_after(runtime_.now(), 1s));  // kombu_reconnect_delay
    }
    publishing->reset();
    publishing->settle(maybe_sent ? Fate::in_doubt : Fate::not_sent, "retries are used up");
    put(std::move(link));
  }

  void cleanup(TimePoint deadline) override {
    std::vector<std::unique_ptr<PublishLink>> idle;
    {
      auto pool = pool_.lock();
      pool->over = true;
      idle.swap(pool->idle);
    }
    freed_->notify();
    for (auto& link : idle) link->close(deadline);
  }

 private:
  struct Pool {
    std::vector<std::unique_ptr<PublishLink>> idle = {};  ///< last in, first out
    std::size_t in_use = 0;
    bool over = false;
  };

  /// Waits without any bound while all connections are in use, as upstream does.
  std::unique_ptr<PublishLink> take() {
    for (;;) {
      const Signal::Ticket ticket = freed_->ticket();
      {
        auto pool = pool_.lock();
        if (pool->over) return nullptr;
        if (pool->in_use < rpc_conn_pool_size) {
          ++pool->in_use;
          if (pool->idle.empty()) return std::make_unique<PublishLink>(runtime_, transport_, name_);
          std::unique_ptr<PublishLink> link = std::move(pool->idle.back());
          pool->idle.pop_back();
          return link;
        }
      }
      freed_->wait(ticket, never);
    }
  }

  void put(std::unique_ptr<PublishLink> link) {
    {
      auto pool = pool_.lock();
      --pool->in_use;
      if (!pool->over) pool->idle.push_back(std::move(link));
    }
    freed_->notify();
  }

  std::unique_ptr<PublishLink> replace(std::unique_ptr<PublishLink> old) {
    old.reset();
    return std::make_unique<PublishLink>(runtime_, transport_, name_);
  }

  /// False when the retries are used up before a connection opened.
  bool open(std::unique_ptr<PublishLink>& link, const Submission& submission, int& failures) {
    Backoff backoff(runtime_, Profile::classic);
    for (;;) {
      if (link->wait_while_opening(never) == PublishLink::State::open) return true;
      if (!submission.may_try_again(++failures)) return false;
      runtime_.sleep_until(deadline_after(runtime_.now(), backoff.next()));
      link = replace(std::move(link));
    }
  }

  Publishing::State wait_for_confirm(Publishing& publishing, Duration timeout) {
    const TimePoint deadline = deadline_after(runtime_.now(), timeout);
    for (;;) {
      const Signal::Ticket ticket = publishing.changed().ticket();
      const Publishing::State state = publishing.state();
      if (state.fate != Fate::pending || !publishing.changed().wait(ticket, deadline)) return state;
    }
  }

  Runtime& runtime_;
  Transport& transport_;
  const std::string name_;
  Guarded<Pool> pool_;
  std::unique_ptr<Signal> freed_;
};

}  // namespace

std::unique_ptr<Sender> make_classic_sender(Runtime& runtime, Transport& transport,
                                            const std::string& name) {
  return std::make_unique<ClassicSender>(runtime, transport, name);
}

}  // namespace castaway
