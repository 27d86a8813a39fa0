// Acks, nacks and rejects on their way up, and what they settle.

#include <limits>
#include <utility>

#include <fmt/compile.h>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {
namespace {

struct Settlement {
  std::uint64_t delivery_tag = 0;
  bool multiple = false;
  bool ack = false;
};

Settlement settlement_of(const amqp::Method& method) {
  if (const auto* ack = std::get_if<amqp::BasicAck>(&method))
    return {.delivery_tag = ack->delivery_tag, .multiple = ack->multiple, .ack = true};
  if (const auto* nack = std::get_if<amqp::BasicNack>(&method))
    return {.delivery_tag = nack->delivery_tag, .multiple = nack->multiple};
  return {.delivery_tag = std::get<amqp::BasicReject>(method).delivery_tag};
}

}  // namespace

void Network::settle(Link& link, ChannelNumber channel, const amqp::Method& method) {
  const auto& [tag, multiple, ack] = settlement_of(method);
  // Source: AMQP 0-9-1, 1.8.3.13: tag 0 with `multiple` is everything that is outstanding.
  const bool all = multiple && tag == 0;
  auto first = link.deliveries.lower_bound({channel, multiple ? 0 : tag});
  const auto last =
      link.deliveries.upper_bound({channel, all ? std::numeric_limits<std::uint64_t>::max() : tag});
  std::vector<Settling> settling;
  Held held;
  while (first != last) {
    held = std::move(first->second);
    first = link.deliveries.erase(first);
    settling.push_back({held.message->id, held.delivered});
    recorder_.answered(Parcel::of(held.message).what, held.delivered, ack);
  }
  const bool known = !settling.empty();
  const auto act = [this, &link, channel, method, settling = std::move(settling)]() mutable {
    settling_ = std::move(settling);
    broker_.take({link.broker_id, channel}, method, scheduler_.now());
    settling_.clear();
  };
  if (!known) return send(link.up, base_latency(), act);
  const Classified& what = Parcel::of(held.message).what;
  const std::string stem =
      fmt::format(FMT_COMPILE("{}/ack/{}/{}"), what.name, link.process, held.which);
  const FrameFate fate = fate_of({.edge = Edge::ack,
                                  .hop = Hop::publish,
                                  .op = what.operation(),
                                  .method = what.method(),
                                  .from = link.process,
                                  .name = stem});
  send(link.up, latency(stem), fate, act);
}

}  // namespace castaway::sim
