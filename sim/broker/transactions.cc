// tx.select, tx.commit, tx.rollback. Source: AMQP 0-9-1, 1.9; RabbitMQ, rabbit_channel.

#include <utility>
#include <vector>

#include "state.h"

namespace castaway::sim {
namespace {

Transaction& transaction_of(Channel& channel) {
  if (!channel.transaction.has_value())
    throw replies::precondition_failed("channel is not transactional");
  return *channel.transaction;
}

}  // namespace

void Broker::State::on(Channel& channel, const amqp::TxSelect& /*method*/, TimePoint /*now*/) {
  if (channel.confirms) throw replies::precondition_failed("cannot switch from confirm to tx mode");
  if (!channel.transaction.has_value()) channel.transaction.emplace();
  output.say(channel.id(), amqp::TxSelectOk{});
}

void Broker::State::on(Channel& channel, const amqp::TxCommit& /*method*/, TimePoint now) {
  Transaction done = std::exchange(transaction_of(channel), {});
  bool complete = true;
  for (const auto& [arrival, names] : done.publications) {
    std::vector<Queue*> to;
    for (const std::string& name : names) {
      if (const auto found = queue(name)) to.push_back(found.get());
    }
    if (!post(channel, arrival, to, 0, now)) complete = false;
  }
  if (complete) output.say(channel.id(), amqp::TxCommitOk{});
  for (auto& [deliveries, ack, requeue] : done.settlements)
    settle(channel, deliveries, deliveries.begin(), deliveries.end(), ack, requeue, now);
  if (!complete) throw replies::precondition_failed("partial tx completion");
  finish(now);
}

void Broker::State::on(Channel& channel, const amqp::TxRollback& /*method*/, TimePoint /*now*/) {
  static_cast<void>(transaction_of(channel));
  channel.roll_back();
  output.say(channel.id(), amqp::TxRollbackOk{});
}

}  // namespace castaway::sim
