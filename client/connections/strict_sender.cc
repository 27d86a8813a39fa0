// The strict sender: one connection for all tasks, confirms in flight side by side, and no
// publication is handed over twice unless it is certain that no byte of the first attempt left.

#include <algorithm>
#include <optional>
#include <utility>

#include "backoff.h"
#include "sender.h"

namespace castaway {
namespace {

class StrictSender final : public Sender {
 public:
  StrictSender(Runtime& runtime, Transport& transport, std::string name)
      : runtime_(runtime),
        transport_(transport),
        name_(std::move(name)),
        state_(runtime, "sender", State{.backoff = Backoff(runtime, Profile::strict)}),
        changed_(runtime.make_signal("sender of " + name_)) {}

  bool send(Submission& submission, const std::shared_ptr<Publishing>& publishing) override {
    std::string why = "no connection before the deadline";
    const std::shared_ptr<PublishLink> link = open_link(submission, why);
    if (!link) {
      publishing->settle(PublishOutcome::not_sent, why);
      return false;
    }
    submission.begin_attempt();
    // A fanout exchange goes with its last queue, so it is declared each time; the declaration
    // costs no round trip.
    const ExchangeDeclaration* exchange = submission.exchange ? &*submission.exchange : nullptr;
    link->publish(submission.publication, exchange, exchange != nullptr && exchange->auto_delete,
                  publishing);
    return true;
  }

  void cleanup(TimePoint deadline) override {
    std::shared_ptr<PublishLink> link;
    {
      auto state = state_.lock();
      state->over = true;
      link = std::move(state->link);
    }
    changed_->notify();
    if (link) link->close(deadline);
  }

 private:
  struct State {
    std::shared_ptr<PublishLink> link = {};
    std::optional<TimePoint> opened = {};  ///< since when the link is known to be open
    Backoff backoff;
    TimePoint not_before = {};  ///< the next attempt to connect
    bool over = false;
  };

  /// Null when the deadline came, the retries are used up, or all is over; `why` then says so.
  std::shared_ptr<PublishLink> open_link(Submission& submission, std::string& why) {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      forget_closed_link();
      std::shared_ptr<PublishLink> link;
      TimePoint not_before = {};
      {
        auto state = state_.lock();
        if (state->over) {
          why = "the transport is closed";
          return nullptr;
        }
        if (!state->link && runtime_.now() >= state->not_before) {
          state->link = std::make_shared<PublishLink>(runtime_, transport_, name_);
          state->opened.reset();
        }
        link = state->link;
        not_before = state->not_before;
      }
      if (!link) {
        changed_->wait(ticket, std::min(not_before, submission.deadline));
        if (runtime_.now() >= submission.deadline) return nullptr;
        continue;
      }
      switch (link->wait_while_opening(submission.deadline)) {
        case PublishLink::State::open:
          note_open(link);
          return link;
        case PublishLink::State::opening:
          return nullptr;
        case PublishLink::State::closed:
          why = link->why_closed().text;
          drop(link);
          if (!submission.may_try_again()) return nullptr;
      }
    }
  }

  void note_open(const std::shared_ptr<PublishLink>& link) {
    auto state = state_.lock();
    if (state->link == link && !state->opened) state->opened = runtime_.now();
  }

  /// No lock is taken while another is held: a checkpoint stands before each.
  void forget_closed_link() {
    const std::shared_ptr<PublishLink> link = state_.lock()->link;
    if (link && link->state() == PublishLink::State::closed) drop(link);
  }

  /// Of all tasks that saw the link close, the first sets the pause. There is none after a link
  /// that lasted; one that closed at once may do so again.
  void drop(const std::shared_ptr<PublishLink>& closed) {
    auto state = state_.lock();
    if (state->link != closed) return;
    state->link.reset();
    const TimePoint now = runtime_.now();
    if (state->opened && now >= deadline_after(*state->opened, 1s)) {
      state->backoff.reset();
    } else {
      state->not_before = deadline_after(now, state->backoff.next());
    }
  }

  Runtime& runtime_;
  Transport& transport_;
  const std::string name_;
  Guarded<State> state_;
  std::unique_ptr<Signal> changed_;
};

}  // namespace

std::unique_ptr<Sender> make_strict_sender(Runtime& runtime, Transport& transport,
                                           const std::string& name) {
  return std::make_unique<StrictSender>(runtime, transport, name);
}

}  // namespace castaway
