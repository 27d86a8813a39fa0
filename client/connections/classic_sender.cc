// The classic sender: a pool of connections, one publication at a time on each, and the same bytes
// again whenever a confirm stays away. That last point is what executes calls twice. Source:
// oslo_messaging/_drivers/pool.py; _drivers/impl_rabbit.py, Connection.ensure and
// _ensure_publishing; _drivers/common.py, ConnectionContext.

#include <utility>
#include <vector>

#include "backoff.h"
#include "sender.h"

namespace castaway {
namespace {

constexpr std::size_t rpc_conn_pool_size = 30;

constexpr std::uint16_t internal_error = 541;

/// Errors after which upstream does not try again: 403 ACCESS_REFUSED, 404 NOT_FOUND, 406
/// PRECONDITION_FAILED, 541 INTERNAL_ERROR.
bool is_final(std::uint16_t code) {
  return code == 403 || code == 404 || code == 406 || code == internal_error;
}

class ClassicSender final : public Sender {
 public:
  ClassicSender(Runtime& runtime, Transport& transport, std::string name)
      : runtime_(runtime),
        transport_(transport),
        name_(std::move(name)),
        pool_(runtime, "connection-pool"),
        changed_(runtime.make_signal("connection pool of " + name_)) {}

  bool send(Submission& submission, const std::shared_ptr<Publishing>& publishing) override {
    std::shared_ptr<PublishLink> link = take();
    while (link && open(link, submission)) {
      publishing->reset();
      submission.begin_attempt();
      link->publish(submission.publication, submission.exchange ? &*submission.exchange : nullptr,
                    false, publishing);
      const Publishing::State state = wait_for_confirm(*publishing, submission.confirm_timeout);
      if (state.outcome == PublishOutcome::accepted || state.outcome == PublishOutcome::returned ||
          state.outcome == PublishOutcome::refused) {
        put(link);
        return true;
      }
      // Not of a refusal: that one is certain. An internal error says nothing of what it broke off.
      const bool refused = is_final(state.code) && state.code != internal_error;
      if (state.outcome != PublishOutcome::not_sent && !refused) submission.in_doubt = true;
      if (is_final(state.code)) {
        publishing->reset();
        publishing->settle(PublishOutcome::refused, state.why, state.code);
        drop(link);
        return true;
      }
      link = replace(link);
      if (!link || !submission.may_try_again()) break;
      if (!pause(1s)) break;  // kombu_reconnect_delay
    }
    const bool over = pool_.lock()->over;
    publishing->reset();
    publishing->settle(submission.in_doubt ? PublishOutcome::in_doubt : PublishOutcome::not_sent,
                       over ? "the transport is closed" : "retries are used up");
    if (link) put(link);
    return false;
  }

  void cleanup(TimePoint deadline) override {
    std::vector<std::shared_ptr<PublishLink>> links;
    {
      auto pool = pool_.lock();
      pool->over = true;
      links.swap(pool->idle);
      links.insert(links.end(), pool->in_use.begin(), pool->in_use.end());
    }
    changed_->notify();
    for (const auto& link : links) link->close(deadline);
  }

 private:
  struct Pool {
    std::vector<std::shared_ptr<PublishLink>> idle = {};  ///< last in, first out
    std::vector<std::shared_ptr<PublishLink>> in_use = {};
    bool over = false;
  };

  /// Null once closed. Waits without any bound while all connections are in use, as upstream does.
  std::shared_ptr<PublishLink> take() {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      {
        auto pool = pool_.lock();
        if (pool->over) return nullptr;
        if (pool->in_use.size() < rpc_conn_pool_size) {
          std::shared_ptr<PublishLink> link;
          if (pool->idle.empty()) {
            link = make_link();
          } else {
            link = std::move(pool->idle.back());
            pool->idle.pop_back();
          }
          pool->in_use.push_back(link);
          return link;
        }
      }
      changed_->wait(ticket, never);
    }
  }

  /// A link that has closed is of no use to the next one.
  /// Source: oslo_messaging/_drivers/common.py, ConnectionContext._done: reset, or a new one.
  void put(const std::shared_ptr<PublishLink>& link) {
    const bool closed = link->state() == PublishLink::State::closed;
    {
      auto pool = pool_.lock();
      std::erase(pool->in_use, link);
      if (!pool->over && !closed) pool->idle.push_back(link);
    }
    changed_->notify();
  }

  void drop(const std::shared_ptr<PublishLink>& link) {
    std::erase(pool_.lock()->in_use, link);
    changed_->notify();
  }

  /// Another connection in the place of `old`; null once closed.
  std::shared_ptr<PublishLink> replace(std::shared_ptr<PublishLink>& old) {
    {
      auto pool = pool_.lock();
      std::erase(pool->in_use, old);
    }
    old.reset();
    auto pool = pool_.lock();
    if (pool->over) return nullptr;
    return pool->in_use.emplace_back(make_link());
  }

  std::shared_ptr<PublishLink> make_link() {
    return std::make_shared<PublishLink>(runtime_, transport_, name_);
  }

  /// False when the retries are used up before a connection opened, or all is over.
  bool open(std::shared_ptr<PublishLink>& link, Submission& submission) {
    Backoff backoff(runtime_, Profile::classic);
    for (;;) {
      if (link->wait_while_opening(never) == PublishLink::State::open) return true;
      if (!submission.may_try_again() || !pause(backoff.next())) return false;
      link = replace(link);
      if (!link) return false;
    }
  }

  /// False when the transport was closed meanwhile.
  /// Waits: so long, or until then.
  bool pause(Duration length) {
    const TimePoint end = deadline_after(runtime_.now(), length);
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (pool_.lock()->over) return false;
      if (!changed_->wait(ticket, end)) return true;
    }
  }

  Publishing::State wait_for_confirm(Publishing& publishing, Duration timeout) {
    const TimePoint deadline = deadline_after(runtime_.now(), timeout);
    for (;;) {
      const Signal::Ticket ticket = publishing.changed().ticket();
      Publishing::State state = publishing.state();
      if (state.outcome != PublishOutcome::pending || !publishing.changed().wait(ticket, deadline))
        return state;
    }
  }

  Runtime& runtime_;
  Transport& transport_;
  const std::string name_;
  Guarded<Pool> pool_;
  std::unique_ptr<Signal> changed_;
};

}  // namespace

std::unique_ptr<Sender> make_classic_sender(Runtime& runtime, Transport& transport,
                                            const std::string& name) {
  return std::make_unique<ClassicSender>(runtime, transport, name);
}

}  // namespace castaway
