// The strict replier: one task looks after all replies that are out, so that no worker waits for
// one, and no caller's reply for another's. It sends the heartbeats too, which keeps each of them
// before the reply of its call.

#include <algorithm>
#include <deque>
#include <iterator>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "connections/goodbye.h"
#include "replier.h"

namespace castaway {
namespace {

/// More than this many replies are not looked after: the oldest are given up, which in a server
/// whose broker answers are those that nobody takes.
constexpr std::size_t most_replies = 1'024;
constexpr Duration first_pause = 250ms;
constexpr Duration longest_pause = 2s;

class StrictReplier final : public Replier {
 public:
  StrictReplier(Runtime& runtime, Sender& sender, Observer& observer, Duration retry_for)
      : runtime_(runtime),
        sender_(sender),
        observer_(observer),
        retry_for_(retry_for),
        changed_(runtime.make_signal("replies")),
        state_(runtime, "replies"),
        task_(runtime.spawn("replier", [this] { look_after_all(); })) {}

  ~StrictReplier() override {
    goodbye([this] { finish(); });
  }
  StrictReplier(const StrictReplier&) = delete;
  StrictReplier& operator=(const StrictReplier&) = delete;

  void reply(const Request& request, const Answer& answer) override {
    if (request.msg_id.empty()) return;
    if (request.reply_q.empty()) {
      return observer_.swallowed_error("reply",
                                       "the call of " + request.method + " names no reply queue");
    }
    if (const auto why = why_unanswerable(request)) return observer_.swallowed_error("reply", *why);
    hand_over({.method = request.method,
               .address = {.msg_id = request.msg_id, .reply_q = request.reply_q},
               .publication = encode_answer(request, answer),
               .deadline = deadline_after(runtime_.now(), retry_for_)});
  }

  std::unique_ptr<Heartbeat> monitor(const Request& request) override {
    const std::optional<Duration> period = heartbeat_period(request, Profile::strict);
    if (!period || request.reply_q.empty() || why_unanswerable(request)) return nullptr;
    auto heartbeat =
        std::make_unique<Monitored>(*this, Beat{.reply_q = request.reply_q,
                                                .msg_id = request.msg_id,
                                                .period = *period,
                                                .next = deadline_after(runtime_.now(), *period)});
    changed_->notify();
    return heartbeat;
  }

  void finish() override {
    state_.lock()->finishing = true;
    changed_->notify();
    task_->join();
  }

 private:
  struct Outgoing {
    std::string method = {};
    Request address = {};  ///< no more of the request than a reply needs
    Publication publication = {};
    TimePoint deadline = {};
    std::shared_ptr<Publishing> attempt = {};  ///< the one under way; null between two
    TimePoint next_attempt = {};
    Duration pause = first_pause;
  };
  struct Beat {
    std::string reply_q = {};
    std::string msg_id = {};
    Duration period = {};
    TimePoint next = {};
  };
  struct State {
    std::deque<Outgoing> fresh = {};
    std::map<std::uint64_t, Beat> beats = {};
    std::uint64_t last_beat = 0;
    bool finishing = false;
  };

  /// The place of one call among the beats.
  class Monitored final : public Heartbeat {
   public:
    Monitored(StrictReplier& replier, Beat beat) : replier_(replier) {
      auto state = replier.state_.lock();
      key_ = ++state->last_beat;
      state->beats.emplace(key_, std::move(beat));
    }
    ~Monitored() override { replier_.state_.lock()->beats.erase(key_); }
    Monitored(const Monitored&) = delete;
    Monitored& operator=(const Monitored&) = delete;
    [[nodiscard]] bool over() override { return false; }

   private:
    StrictReplier& replier_;
    std::uint64_t key_ = 0;
  };

  /// In the worker, for it takes time. What cannot be encoded is told the caller.
  Publication encode_answer(const Request& request, const Answer& answer) {
    try {
      return final_reply(runtime_, request, answer);
    } catch (const EncodeError& error) {
      return refusal(request, error.what());
    }
  }

  /// The caller is told in place of an answer that cannot be sent.
  Publication refusal(const Request& request, const std::string& why) {
    return final_reply(
        runtime_, request,
        {.failure = Failure{.class_name = "EncodeError", .module = "castaway", .message = why}});
  }

  void hand_over(Outgoing outgoing) {
    std::string given_up;
    {
      auto state = state_.lock();
      state->fresh.push_back(std::move(outgoing));
      if (state->fresh.size() > most_replies) {
        given_up = std::move(state->fresh.front().method);
        state->fresh.pop_front();
      }
    }
    changed_->notify();
    if (!given_up.empty()) tell_too_many(given_up);
  }

  void look_after_all() {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      std::vector<Beat> due;
      TimePoint next = never;
      bool finishing = false;
      {
        auto state = state_.lock();
        std::move(state->fresh.begin(), state->fresh.end(), std::back_inserter(out_));
        state->fresh.clear();
        next = take_due(*state, due);
        finishing = state->finishing;
      }
      for (; out_.size() > most_replies; out_.pop_front()) tell_too_many(out_.front().method);
      for (const Beat& beat : due) send(beat);
      for (auto it = out_.begin(); it != out_.end();)
        it = look_after(*it) ? std::next(it) : out_.erase(it);
      if (finishing && out_.empty()) return;
      for (const Outgoing& outgoing : out_)
        next = std::min(next, outgoing.attempt ? outgoing.deadline : outgoing.next_attempt);
      changed_->wait(ticket, next);
    }
  }

  /// When the next beat is due after these.
  TimePoint take_due(State& state, std::vector<Beat>& due) const {
    TimePoint next = never;
    for (auto& [key, beat] : state.beats) {
      if (beat.next <= runtime_.now()) {
        due.push_back(beat);
        beat.next = deadline_after(runtime_.now(), beat.period);
      }
      next = std::min(next, beat.next);
    }
    return next;
  }

  /// Nobody asks what became of it: another one follows.
  void send(const Beat& beat) {
    hand_to_sender(heartbeat_reply(runtime_, beat.reply_q, beat.msg_id),
                   deadline_after(runtime_.now(), beat.period));
  }

  /// False when there is nothing more to be done for it.
  bool look_after(Outgoing& outgoing) {
    if (outgoing.attempt) {
      const auto [outcome, why, code] = outgoing.attempt->state();
      if (outcome == PublishOutcome::accepted) return false;
      if (outcome != PublishOutcome::pending) {
        if (outcome == PublishOutcome::refused && code == content_too_large)
          outgoing.publication = refusal(outgoing.address, "The reply is too long: " + why);
        outgoing.attempt.reset();
        outgoing.next_attempt =
            std::min(outgoing.deadline, deadline_after(runtime_.now(), outgoing.pause));
        outgoing.pause = std::min(2 * outgoing.pause, longest_pause);
      }
    }
    if (runtime_.now() >= outgoing.deadline) {
      observer_.swallowed_error("reply", "no queue " + outgoing.publication.routing_key +
                                             " took the reply to " + outgoing.method);
      return false;
    }
    if (!outgoing.attempt && runtime_.now() >= outgoing.next_attempt)
      outgoing.attempt = hand_to_sender(outgoing.publication, outgoing.deadline);
    return true;
  }

  /// Waits: only where there is no connection, and so none for anything else either.
  std::shared_ptr<Publishing> hand_to_sender(Publication publication, TimePoint deadline) {
    Submission submission{.publication = std::move(publication), .deadline = deadline};
    auto publishing = std::make_shared<Publishing>(runtime_, changed_);
    sender_.send(submission, publishing);
    return publishing;
  }

  void tell_too_many(const std::string& method) {
    observer_.swallowed_error(
        "reply", "too many replies are out: that to " + method + " is not looked after any more");
  }

  Runtime& runtime_;
  Sender& sender_;
  Observer& observer_;
  const Duration retry_for_;
  std::shared_ptr<Signal> changed_;
  Guarded<State> state_;
  std::list<Outgoing> out_ = {};  ///< of the task alone; in the order of their deadlines
  std::unique_ptr<Task> task_;
};

}  // namespace

std::unique_ptr<Replier> make_strict_replier(Runtime& runtime, Sender& sender, Observer& observer,
                                             Duration retry_for) {
  return std::make_unique<StrictReplier>(runtime, sender, observer, retry_for);
}

}  // namespace castaway
