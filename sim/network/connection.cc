// The library's end of a simulated link.

#include <utility>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

class Network::SimConnection final : public Connection {
 public:
  SimConnection(Network& network, Link& link) : network_(network), link_(link) {}
  ~SimConnection() override { network_.abandon(link_); }

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return request([declaration](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.declare_exchange(id, number, declaration, n.scheduler_.now());
    });
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    return request([declaration](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.declare_queue(id, number, declaration, n.scheduler_.now());
    });
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return request([=](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.bind_queue(id, number, queue, exchange, routing_key, n.scheduler_.now());
    });
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return request([queue](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.delete_queue(id, number, queue, n.scheduler_.now());
    });
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return request([count](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.prefetch(id, number, count, n.scheduler_.now());
    });
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    return request([=, process = link_.process](Network& n, ConnectionId id, RequestNumber number) {
      n.consumers_[queue].insert(process);
      n.broker_.consume(id, number, queue, consumer_tag, n.scheduler_.now());
    });
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return request([consumer_tag](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.cancel(id, number, consumer_tag, n.scheduler_.now());
    });
  }
  RequestNumber confirm_select() override {
    return request([](Network& n, ConnectionId id, RequestNumber number) {
      n.broker_.confirm_select(id, number, n.scheduler_.now());
    });
  }

  std::uint64_t publish(Publication publication) override {
    const std::uint64_t tag = ++link_.publications;
    if (usable()) {
      link_.sent_through = tag;
      network_.publish(link_, tag, std::move(publication));
    }
    return tag;
  }

  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    if (usable()) network_.settle(link_, {.delivery_tag = delivery_tag, .flag = multiple});
  }

  void reject(std::uint64_t delivery_tag, bool requeue) override {
    if (usable())
      network_.settle(link_, {.delivery_tag = delivery_tag, .ack = false, .flag = requeue});
  }

  void close() override {
    if (!usable()) return;
    network_.send(link_.up, network_.base_latency(), [&n = network_, &link = link_] {
      n.broker_.close(link.broker_id, n.scheduler_.now());
    });
  }

  [[nodiscard]] std::uint64_t sent_through() const override { return link_.sent_through; }

 private:
  [[nodiscard]] bool usable() const {
    return !network_.over_ && !link_.finished && link_.events != nullptr;
  }

  template <class Act>
  RequestNumber request(Act act) {
    const RequestNumber number = ++link_.requests;
    if (usable()) {
      network_.send(link_.up, network_.base_latency(),
                    [&n = network_, &link = link_, number, act = std::move(act)] {
                      act(n, link.broker_id, number);
                    });
    }
    return number;
  }

  Network& network_;
  Link& link_;
};

std::unique_ptr<Connection> Network::connect(ProcessId id, const std::string& process,
                                             Purpose purpose, const std::string& name,
                                             ConnectionEvents& events) {
  Link& link = all_links_.emplace_back(*this);
  link.name = name;
  link.process = process;
  link.process_id = id;
  link.purpose = purpose;
  link.events = &events;
  if (!over_) open(link);
  return std::make_unique<SimConnection>(*this, link);
}

void Network::open(Link& link) {
  const std::string stem =
      link.process + "/connection/" + std::to_string(++connects_[link.process]);
  link.up.question = stem + "/tie/up";
  link.down.question = stem + "/tie/down";
  for (Direction* direction : {&link.up, &link.down}) {
    direction->tie = decisions_.decide(
        {.name = direction->question, .bound = 4, .deviate = {1, 4}, .about = Choice::tie});
  }
  links_.push_back(&link);
  const auto cut = cut_until_.find(link.process);
  const bool is_cut = cut != cut_until_.end() && cut->second.first > scheduler_.now();
  if (is_cut || down_until_ > scheduler_.now()) {
    const bool half_open = is_cut && cut->second.second;
    link.broken = true;
    scheduler_.at(
        deadline_after(scheduler_.now(), half_open ? settings_.connect_timeout : base_latency()),
        EventClass::message, 0, [this, &link, half_open] {
          finish(link, {.text = half_open ? "connection timed out" : "connection refused"});
        });
    return;
  }
  send(link.up, base_latency(), [this, &link] {
    link.broker_id = broker_.open(link.name, scheduler_.now());
    by_broker_id_.emplace(link.broker_id, &link);
    send(link.down, base_latency(), [this, &link] {
      if (link.events == nullptr) return;
      recorder_.link(link.process, {.detail = check::Detail::opened, .name = link.name});
      link.events->opened();
    });
  });
}

}  // namespace castaway::sim
