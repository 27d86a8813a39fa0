// How long a delivery may stay unacknowledged.
//
// A channel is looked at when the oldest of what it then held becomes too old. That is seldom, so
// deliveries and acknowledgements cost nothing. Source: RabbitMQ, rabbit_channel,
// evaluate_consumer_timeout.

#include "state.h"

namespace castaway::sim {

void Broker::State::watch(Channel& channel) {
  const TimePoint overdue = channel.overdue();
  channel.watched = overdue != never;
  if (channel.watched) watched_.emplace(overdue, channel.id());
}

void Broker::State::close_overdue(TimePoint now) {
  while (!watched_.empty() && watched_.begin()->first <= now) {
    const ChannelId id = watched_.extract(watched_.begin()).value().second;
    BrokerConnection* const holder = connection(id.connection);
    if (holder == nullptr) continue;
    const auto found = holder->channels.find(id.number);
    // Another one may have its number by now.
    if (found == holder->channels.end() || !found->second.watched) continue;
    Channel& channel = found->second;
    if (channel.overdue() > now) {
      watch(channel);
      continue;
    }
    const auto [code, text] = replies::consumer_timeout(id.number, channel.timeout.age);
    close(channel, {.reply_code = code, .reply_text = text}, now);
  }
}

}  // namespace castaway::sim
