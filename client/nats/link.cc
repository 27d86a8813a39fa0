#include "link.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "escape.h"
#include "headers.h"

namespace castaway::nats {
namespace {

using Received = std::unique_ptr<natsMsg, With<natsMsg_Destroy>>;

std::string text_of(natsStatus status) { return natsStatus_GetText(status); }

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
      events_(&events),
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
  {
    const std::lock_guard hold(telling_);
    events_ = nullptr;
  }
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
                  tell([&](ConnectionEvents& events) { events.completed(request); });
                });
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

Link::Options Link::options() {
  natsOptions* made = nullptr;
  natsOptions_Create(&made);
  const auto milliseconds = [](Duration length) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
  };
  std::vector<const char*> servers;
  for (const std::string& server : settings_.servers) servers.push_back(server.c_str());
  natsOptions_SetServers(made, servers.data(), static_cast<int>(servers.size()));
  natsOptions_SetName(made, name_.c_str());
  natsOptions_SetTimeout(made, milliseconds(settings_.connect_timeout));
  natsOptions_SetPingInterval(made, milliseconds(settings_.heartbeat_timeout_threshold / 3));
  natsOptions_SetMaxPingsOut(made, 2);
  natsOptions_SetWriteDeadline(made, milliseconds(settings_.heartbeat_timeout_threshold));
  natsOptions_SetSendAsap(made, true);  // or each message waits for others, for a millisecond
  natsOptions_SetAllowReconnect(made, false);        // that is the library's affair
  natsOptions_UseGlobalMessageDelivery(made, true);  // one thread for all: it only fills mailboxes
  const auto ignore = [](natsConnection*, natsSubscription*, natsStatus, void*) {};
  natsOptions_SetErrorHandler(made, ignore, nullptr);  // or it prints
  const auto closed = [](natsConnection* socket, void* closure) {
    Link& link = *static_cast<Link*>(closure);
    const char* why = nullptr;
    natsConnection_GetLastError(socket, &why);
    link.acts_.put([&link, text = std::string(why)] {
      link.end({.text = text.empty() ? "the NATS server is gone" : text});
    });
    link.callback_over();
  };
  natsOptions_SetClosedCB(made, closed, this);
  return Options(made);
}

void Link::connect() {
  natsConnection* made = nullptr;
  ++*callbacks_.lock();
  const natsStatus status = natsConnection_Connect(&made, options().get());
  if (status != NATS_OK) {
    --*callbacks_.lock();
    const std::uint16_t code = status == NATS_CONNECTION_AUTH_FAILED ? 403 : 0;
    return end({.code = code, .text = "no connection to NATS: " + text_of(status)});
  }
  socket_.reset(made);
  natsInbox* inbox = nullptr;
  natsInbox_Create(&inbox);
  inbox_ = inbox;
  natsInbox_Destroy(inbox);
  echoes_ = subscribe(inbox_, "", [this](natsMsg& message) {
    acts_.put(
        [this, no_responders = natsMsg_IsNoResponders(&message)] { take_echo(no_responders); });
  });
  tell([](ConnectionEvents& events) { events.opened(); });
}

Link::Subscription Link::subscribe(const std::string& subject, const std::string& group,
                                   OnMessage on_message) {
  Subscriber& subscriber =
      subscribers_.emplace_back(Subscriber{.link = *this, .on_message = std::move(on_message)});
  const auto handle = [](natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    const Received owned(message);
    static_cast<Subscriber*>(closure)->on_message(*message);
  };
  natsSubscription* made = nullptr;
  const natsStatus status =
      group.empty()
          ? natsConnection_Subscribe(&made, socket_.get(), subject.c_str(), handle, &subscriber)
          : natsConnection_QueueSubscribe(&made, socket_.get(), subject.c_str(), group.c_str(),
                                          handle, &subscriber);
  Subscription subscription(made);
  if (status != NATS_OK) return subscription;  // the connection is closing, and will say so
  natsSubscription_SetPendingLimits(made, -1, -1);
  ++*callbacks_.lock();
  const auto over = [](void* closure) { static_cast<Link*>(closure)->callback_over(); };
  if (natsSubscription_SetOnCompleteCB(made, over, this) != NATS_OK) callback_over();
  return subscription;
}

void Link::callback_over() {
  // Notified under the lock, for the link may be gone right after.
  auto callbacks = callbacks_.lock();
  --*callbacks;
  quiet_->notify();
}

void Link::consume(const std::string& queue, const std::string& consumer_tag) {
  Consumer consumer{.queue = queue};
  for (const std::string& subject : subjects_.of_queue(queue)) {
    consumer.subscriptions.push_back(
        subscribe(subject, escaped(queue), [this, consumer_tag](natsMsg& message) {
          acts_.put(
              [this, consumer_tag, delivery = read(message)] { deliver(consumer_tag, delivery); });
        }));
  }
  consumers_.insert_or_assign(consumer_tag, std::move(consumer));
}

/// What the server has sent by now is on its way, and nobody else will get it.
void Link::stop(const std::string& consumer_tag) {
  const auto consumer = consumers_.find(consumer_tag);
  if (consumer == consumers_.end()) return;
  for (const Subscription& subscription : consumer->second.subscriptions)
    natsSubscription_Drain(subscription.get());
}

void Link::delete_queue(const std::string& queue) {
  std::erase_if(consumers_, [&](const auto& entry) { return entry.second.queue == queue; });
  subjects_.forget(queue);
}

void Link::deliver(const std::string& consumer_tag, Delivery delivery) {
  if (!consumers_.contains(consumer_tag)) return;
  delivery.consumer_tag = consumer_tag;
  delivery.delivery_tag = ++deliveries_;
  tell([&](ConnectionEvents& events) { events.delivered(std::move(delivery)); });
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
    return tell([&](ConnectionEvents& events) { events.refused(tag, why); });
  }
  if (natsConnection_IsClosed(socket_.get())) return;
  natsMsg* made = nullptr;
  natsMsg_Create(&made, subject.c_str(), publication.mandatory ? inbox_.c_str() : nullptr,
                 body.data(), static_cast<int>(body.size()));
  const Received message(made);
  for (const auto& [name, value] : headers) natsMsgHeader_Set(made, name.c_str(), value.c_str());
  sent_through_ = tag;
  natsConnection_PublishMsg(socket_.get(), made);
  when_processed([this, tag, mandatory = publication.mandatory ? publication : Publication()](
                     bool no_responders) {
    tell([&](ConnectionEvents& events) {
      if (no_responders) {
        events.returned({.exchange = mandatory.exchange,
                         .routing_key = mandatory.routing_key,
                         .message = mandatory.message});
      }
    });
    if (confirming_) tell([&](ConnectionEvents& events) { events.confirmed(tag, false, true); });
  });
}

void Link::when_processed(Echoed echoed) {
  expected_.push_back(std::move(echoed));
  natsConnection_PublishString(socket_.get(), inbox_.c_str(), "");
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
  tell([&](ConnectionEvents& events) {
    events.closed(std::move(closed));
    events_ = nullptr;
  });
  release();
}

void Link::release() {
  consumers_.clear();
  echoes_.reset();
  socket_.reset();
}

}  // namespace castaway::nats
