#include "publish_link.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace castaway {

void Publishing::settle(PublishOutcome outcome, std::string why, std::uint16_t code) {
  {
    auto state = state_.lock();
    if (state->outcome != PublishOutcome::pending) return;
    *state = {.outcome = outcome, .why = std::move(why), .code = code};
  }
  changed_->notify();
}

PublishLink::PublishLink(Runtime& runtime, Transport& transport, const std::string& name)
    : changed_(runtime.make_signal("publisher of " + name)),
      status_(runtime, "publish-status"),
      outbox_(runtime, "outbox"),
      connection_(transport.connect(Purpose::send, name, *this)) {}

PublishLink::~PublishLink() = default;

PublishLink::State PublishLink::wait_while_opening(TimePoint deadline) {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    const State now = state();
    if (now != State::opening || !changed_->wait(ticket, deadline)) return now;
  }
}

void PublishLink::publish(const Publication& publication, const ExchangeDeclaration* exchange,
                          bool always_declare, const std::shared_ptr<Publishing>& publishing) {
  {
    // One lock over the tag and its entry: the confirm may come at once.
    auto outbox = outbox_.lock();
    if (!outbox->over) {
      if (exchange != nullptr &&
          (outbox->declared.insert(exchange->exchange).second || always_declare)) {
        connection_->declare_exchange(*exchange);
      }
      if (!std::exchange(outbox->confirming, true)) connection_->confirm_select();
      const std::uint64_t tag = connection_->publish(publication);
      Unconfirmed unconfirmed{.publishing = publishing};
      if (publication.mandatory) unconfirmed.body = publication.message.body;
      outbox->unconfirmed.emplace(tag, std::move(unconfirmed));
      return;
    }
  }
  publishing->settle(PublishOutcome::not_sent, "the connection is closed");
}

void PublishLink::close(TimePoint deadline) {
  if (state() == State::open) {
    connection_->close();
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (state() == State::closed || !changed_->wait(ticket, deadline)) break;
    }
  }
  finish({.text = "the transport was closed", .by_us = true});
}

void PublishLink::opened() {
  {
    auto status = status_.lock();
    if (status->state == State::opening) status->state = State::open;
  }
  changed_->notify();
}

void PublishLink::confirmed(std::uint64_t tag, bool multiple, bool ack) {
  if (ack) return settle(tag, multiple, {.outcome = PublishOutcome::accepted});
  settle(tag, multiple,
         {.outcome = PublishOutcome::refused, .why = "the broker refused it (basic.nack)"});
}

void PublishLink::refused(std::uint64_t tag, const std::string& why) {
  settle(tag, false, {.outcome = PublishOutcome::refused, .why = why, .code = content_too_large});
}

void PublishLink::settle(std::uint64_t tag, bool multiple, const Publishing::State& state) {
  std::vector<std::shared_ptr<Publishing>> settled;
  {
    auto outbox = outbox_.lock();
    auto& unconfirmed = outbox->unconfirmed;
    auto it = multiple ? unconfirmed.begin() : unconfirmed.find(tag);
    // The tag may be that of nothing, or of what was settled before.
    while (it != unconfirmed.end() && it->first <= tag) {
      settled.push_back(std::move(it->second.publishing));
      it = unconfirmed.erase(it);
    }
  }
  for (const auto& publishing : settled) publishing->settle(state.outcome, state.why, state.code);
}

void PublishLink::returned(Returned returned) {
  std::shared_ptr<Publishing> publishing;
  {
    auto outbox = outbox_.lock();
    const auto it =
        std::find_if(outbox->unconfirmed.begin(), outbox->unconfirmed.end(),
                     [&](const auto& entry) { return entry.second.body == returned.message.body; });
    if (it == outbox->unconfirmed.end()) return;
    publishing = it->second.publishing;
  }
  publishing->settle(PublishOutcome::returned, returned.reply_text, returned.reply_code);
}

void PublishLink::finish(const Closed& closed) {
  std::map<std::uint64_t, Unconfirmed> left;
  {
    auto outbox = outbox_.lock();
    outbox->over = true;
    left.swap(outbox->unconfirmed);
  }
  {
    auto status = status_.lock();
    if (status->state != State::closed) *status = {.state = State::closed, .closed = closed};
  }
  changed_->notify();
  // The connection may close before the constructor has a name for it, but then nothing is left.
  for (const auto& [tag, unconfirmed] : left) {
    unconfirmed.publishing->settle(
        tag > connection_->sent_through() ? PublishOutcome::not_sent : PublishOutcome::in_doubt,
        closed.text, closed.code);
  }
}

}  // namespace castaway
