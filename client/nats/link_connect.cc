// How a link and libnats come together: options, the connection, subscriptions, and what is called
// back from libnats's threads, which do no more than fill the mailbox.

#include <chrono>
#include <utility>

#include "link.h"

namespace castaway::nats {

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
    link.acts_.put([&link, text = std::string(why != nullptr ? why : "")] {
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
    return end({.code = code,
                .text = std::string("no connection to NATS: ") + natsStatus_GetText(status)});
  }
  socket_.reset(made);
  if (natsConnection_HasHeaderSupport(made) != NATS_OK)
    return end({.code = 540, .text = "NOT_IMPLEMENTED - a NATS server before 2.2 has no headers"});
  natsInbox* inbox = nullptr;
  natsInbox_Create(&inbox);
  inbox_ = inbox;
  natsInbox_Destroy(inbox);
  echoes_ = subscribe(inbox_, "", [this](natsMsg& message) {
    acts_.put(
        [this, no_responders = natsMsg_IsNoResponders(&message)] { take_echo(no_responders); });
  });
  listening_.tell([](ConnectionEvents& events) { events.opened(); });
}

Link::Subscription Link::subscribe(const std::string& subject, const std::string& group,
                                   OnMessage on_message) {
  OnMessage& handler = handlers_.emplace_back(std::move(on_message));
  const auto handle = [](natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    const Received owned(message);
    (*static_cast<OnMessage*>(closure))(*message);
  };
  natsSubscription* made = nullptr;
  const natsStatus status =
      group.empty()
          ? natsConnection_Subscribe(&made, socket_.get(), subject.c_str(), handle, &handler)
          : natsConnection_QueueSubscribe(&made, socket_.get(), subject.c_str(), group.c_str(),
                                          handle, &handler);
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

}  // namespace castaway::nats
