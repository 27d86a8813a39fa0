#include "link.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <utility>

#include "escape.h"
#include "headers.h"

namespace castaway::nats {
namespace {

Delivery read(natsMsg& message) {
  Headers headers;
  const char** names = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(&message, &names, &count) == NATS_OK) {
    for (int i = 0; i < count; ++i) {
      const char* value = nullptr;
      if (natsMsgHeader_Get(&message, names[i], &value) == NATS_OK)
        headers.emplace_back(names[i], value);
    }
    free(names);  // the array is ours, says libnats, and the names are the message's
  }
  Delivery delivery = delivery_of(headers);
  delivery.message.body.assign(natsMsg_GetData(&message),
                               static_cast<std::size_t>(natsMsg_GetDataLength(&message)));
  return delivery;
}

}  // namespace

Link::Link(Runtime& runtime, const NatsSettings& settings, std::string name,
           ConnectionEvents& events)
    : runtime_(runtime),
      settings_(settings),
      name_(std::move(name)),
      listening_(events),
      acts_(runtime, "nats-acts"),
      counts_(runtime, "nats-counts"),
      callbacks_(runtime, "nats-callbacks"),
      quiet_(runtime.make_signal("the last callback of libnats")) {}

void Link::run() {
  connect();
  while (const auto act = acts_.take()) {
    try {
      if (socket_) (*act)();
    } catch (const Refused& refused) {
      end({.code = refused.code(), .text = refused.what()});
    }
  }
  release();
  for (;;) {
    const Signal::Ticket ticket = quiet_->ticket();
    if (*callbacks_.lock() == 0) break;
    quiet_->wait(ticket, never);
  }
  finished_ = true;
}

void Link::abandon() {
  listening_.stop();
  static_cast<void>(acts_.take_all());
  acts_.close();
}

/// Counted and posted in one step, so that numbers are in the order of acts.
std::uint64_t Link::post(std::uint64_t Counts::*counter, std::function<void(std::uint64_t)> act) {
  auto counts = counts_.lock();
  const std::uint64_t number = ++((*counts).*counter);
  acts_.put([act = std::move(act), number] { act(number); });
  return number;
}

RequestNumber Link::request(Act act, Act last) {
  return post(&Counts::requests,
              [this, act = std::move(act), last = std::move(last)](RequestNumber request) {
                act(*this);
                when_processed([this, last, request](bool) {
                  last(*this);
                  listening_.tell([&](ConnectionEvents& events) { events.completed(request); });
                });
              });
}

RequestNumber Link::cancel(const std::string& consumer_tag) {
  return end_consumers([=](const Consumer& each) { return each.tag == consumer_tag; },
                       [](Link&) {});
}

RequestNumber Link::delete_queue(const std::string& queue) {
  return end_consumers([=](const Consumer& each) { return each.queue == queue; },
                       [=](Link& link) { link.subjects_.forget(queue); });
}

/// What the server has sent them by now is on its way, and nobody else will get it: so they are
/// drained, and taken away with the echo.
RequestNumber Link::end_consumers(const std::function<bool(const Consumer&)>& is_meant,
                                  const Act& act) {
  // By then there may be others of that name.
  const auto ended = std::make_shared<std::set<std::uint64_t>>();
  return request(
      [=](Link& link) {
        for (const Consumer& consumer : link.consumers_) {
          if (!is_meant(consumer)) continue;
          ended->insert(consumer.number);
          for (const Subscription& subscription : consumer.subscriptions)
            natsSubscription_Drain(subscription.get());
        }
        act(link);
      },
      [=](Link& link) {
        std::erase_if(link.consumers_,
                      [&](const Consumer& each) { return ended->contains(each.number); });
      });
}

std::uint64_t Link::publish(Publication publication) {
  return post(&Counts::publications, [this, publication = std::move(publication)](
                                         std::uint64_t tag) { send(tag, publication); });
}

void Link::close() {
  acts_.put([this] {
    when_processed([this](bool) { end({.code = 200, .text = "OK", .by_us = true}); });
  });
}

void Link::consume(const std::string& queue, const std::string& consumer_tag) {
  Consumer consumer{.number = ++last_consumer_, .tag = consumer_tag, .queue = queue};
  for (const std::string& subject : subjects_.of_queue(queue)) {
    consumer.subscriptions.push_back(
        subscribe(subject, escaped(queue), [this, consumer_tag](natsMsg& message) {
          acts_.put(
              [this, consumer_tag, delivery = read(message)] { deliver(consumer_tag, delivery); });
        }));
  }
  consumers_.push_back(std::move(consumer));
}

void Link::deliver(const std::string& consumer_tag, Delivery delivery) {
  const auto is_here = [&](const Consumer& each) { return each.tag == consumer_tag; };
  if (std::ranges::none_of(consumers_, is_here)) return;
  delivery.consumer_tag = consumer_tag;
  delivery.delivery_tag = ++deliveries_;
  listening_.tell([&](ConnectionEvents& events) { events.delivered(std::move(delivery)); });
}

void Link::send(std::uint64_t tag, const Publication& publication) {
  const std::string subject =
      subjects_.of_publication(publication.exchange, publication.routing_key);
  const Headers headers = headers_of(publication);
  const std::string& body = publication.message.body;
  const auto most = static_cast<std::size_t>(natsConnection_GetMaxPayload(socket_.get()));
  if (const std::size_t size = size_of(headers) + body.size(); size > most) {
    const std::string why = "it has " + std::to_string(size) + " bytes with its headers, and the " +
                            "NATS server takes " + std::to_string(most) + " (max_payload)";
    return listening_.tell([&](ConnectionEvents& events) { events.refused(tag, why); });
  }
  if (natsConnection_IsClosed(socket_.get())) return;
  natsMsg* made = nullptr;
  natsMsg_Create(&made, subject.c_str(), publication.mandatory ? inbox_.c_str() : nullptr,
                 body.data(), static_cast<int>(body.size()));
  const Received message(made);
  for (const auto& [name, value] : headers) natsMsgHeader_Set(made, name.c_str(), value.c_str());
  sent_through_ = tag;
  end_unless_ok(natsConnection_PublishMsg(socket_.get(), made));
  when_processed([this, tag, mandatory = publication.mandatory ? publication : Publication()](
                     bool no_responders) {
    listening_.tell([&](ConnectionEvents& events) {
      if (no_responders) {
        events.returned({.exchange = mandatory.exchange,
                         .routing_key = mandatory.routing_key,
                         .message = mandatory.message});
      }
    });
    if (confirming_)
      listening_.tell([&](ConnectionEvents& events) { events.confirmed(tag, false, true); });
  });
}

void Link::when_processed(Echoed echoed) {
  if (!socket_) return;
  expected_.push_back(std::move(echoed));
  end_unless_ok(natsConnection_PublishString(socket_.get(), inbox_.c_str(), ""));
}

/// That nobody had subscribed is said before the echo.
void Link::take_echo(bool no_responders) {
  if (no_responders || expected_.empty()) {
    no_responders_ = no_responders;
    return;
  }
  const Echoed echoed = std::move(expected_.front());
  expected_.pop_front();
  echoed(std::exchange(no_responders_, false));
}

void Link::end(Closed closed) {
  listening_.tell([&](ConnectionEvents& events) { events.closed(std::move(closed)); });
  listening_.stop();
  release();
}

void Link::end_unless_ok(natsStatus status) {
  if (status != NATS_OK) end({.text = std::string("NATS: ") + natsStatus_GetText(status)});
}

/// In this order: libnats 3.4 may hang when a subscription goes while messages for it arrive.
void Link::release() {
  natsConnection_Close(socket_.get());
  consumers_.clear();
  echoes_.reset();
  socket_.reset();
}

}  // namespace castaway::nats
