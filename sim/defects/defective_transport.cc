#include "defective_transport.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "defect.h"

namespace castaway::sim {

namespace {

constexpr std::size_t long_body = 128UL * 1024;
const std::string kept_expiration = "kept-expiration";

/// A connection of its own, for what the broker should never have been sent.
class Unheard final : public ConnectionEvents {
 public:
  void opened() override {}
  void completed(RequestNumber) override {}
  void confirmed(std::uint64_t, bool, bool) override {}
  void returned(Returned) override {}
  void delivered(Delivery) override {}
  void cancelled(const std::string&) override {}
  void closed(Closed) override {}
};

class DefectiveConnection final : public Connection, private ConnectionEvents {
 public:
  DefectiveConnection(Runtime& runtime, Transport& transport, const std::string& defect,
                      Purpose purpose, const std::string& name, ConnectionEvents& events)
      : runtime_(runtime),
        defect_(defect),
        events_(events),
        second_(is("duplicates") ? transport.connect(Purpose::send, name, unheard_) : nullptr),
        inner_(transport.connect(purpose, name, *this)) {}
  ~DefectiveConnection() override {
    early_.clear();
    inner_.reset();
  }

  // What is asked of the broker.

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    return inner_->declare_exchange(declaration);
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    QueueDeclaration changed = declaration;
    if (is("no-passive")) changed.passive = false;
    return inner_->declare_queue(changed);
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return inner_->bind_queue(queue, exchange, is("binds-all") ? "#" : routing_key);
  }
  RequestNumber delete_queue(const std::string& queue) override {
    return inner_->delete_queue(queue);
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return inner_->prefetch(is("no-prefetch") ? 0 : count);
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    consumers_.push_back(consumer_tag);
    return inner_->consume(queue, consumer_tag);
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return is("delivers-after-cancel") ? inner_->prefetch(0) : inner_->cancel(consumer_tag);
  }
  RequestNumber confirm_select() override {
    confirms_ = true;
    return inner_->confirm_select();
  }

  std::uint64_t publish(Publication publication) override {
    ++published_;
    const Publication original = publication;
    change(publication);
    before_ = original;
    if (second_ && published_ % 9 == 0) second_->publish(publication);
    if (is("swaps-publications")) {
      if (published_ % 5 == 0) {
        held_publication_ = std::move(publication);
        return published_;
      }
      inner_->publish(std::move(publication));
      release();
      return published_;
    }
    if (is("early-confirm") && confirms_) {
      release();
      held_publication_ = std::move(publication);
      early_.push_back(runtime_.spawn(
          "early", [this, tag = published_] { events_.confirmed(tag, false, true); }));
      return published_;
    }
    inner_->publish(std::move(publication));
    return published_;
  }

  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    ++acknowledged_;
    if (is("never-multiple")) multiple = false;
    if (is("always-multiple")) multiple = true;
    if (is("wrong-ack") && acknowledged_ % 3 == 0 && delivery_tag > 1) --delivery_tag;
    if (!is("auto-ack")) inner_->acknowledge(delivery_tag, multiple);
  }
  void reject(std::uint64_t delivery_tag, bool requeue) override {
    if (is("no-requeue")) requeue = false;
    if (is("always-requeue")) requeue = true;
    if (!is("auto-ack")) inner_->reject(delivery_tag, requeue);
  }
  void close() override { inner_->close(); }
  [[nodiscard]] std::uint64_t sent_through() const override {
    return is("sent-too-low") ? 0 : inner_->sent_through();
  }

 private:
  [[nodiscard]] bool is(const char* defect) const { return defect_ == defect; }

  void change(Publication& publication) {
    Message& message = publication.message;
    const bool is_7th = published_ % 7 == 0 && before_;
    if (is("wrong-queue") && is_7th) publication.routing_key = before_->routing_key;
    if (is("loses") && published_ % 9 == 0) publication = {.routing_key = "nobody has this queue"};
    if (is("truncates-long") && message.body.size() > long_body) message.body.resize(long_body);
    if (is("truncates-some") && published_ % 11 == 0 && !message.body.empty())
      message.body.pop_back();
    if (is("mixes-headers") && is_7th)
      message.properties.headers = before_->message.properties.headers;
    if (is("no-properties")) message.properties = {.headers = message.properties.headers};
    if (is("no-exchange")) publication.exchange = "";
    if (is("no-mandatory")) publication.mandatory = false;
    if (is("no-expiration") && !message.properties.expiration.empty())
      message.properties.headers[kept_expiration] =
          std::exchange(message.properties.expiration, "");
  }

  void release() {
    if (held_publication_) inner_->publish(*std::exchange(held_publication_, std::nullopt));
  }

  // What is heard of it.

  void opened() override { events_.opened(); }
  void completed(RequestNumber request) override {
    if (is("skips-requests") && request % 3 == 0) return;
    events_.completed(request);
  }
  void confirmed(std::uint64_t tag, bool multiple, bool ack) override {
    if (is("early-confirm") || (is("loses-confirms") && tag % 10 == 0)) return;
    const bool again = is("confirms-twice") && tag % 10 == 0;
    std::optional<Returned> held = std::exchange(held_return_, std::nullopt);
    // Whoever hears it may destroy this connection.
    const std::weak_ptr<char> alive = alive_;
    ConnectionEvents& events = events_;
    events.confirmed(tag, multiple, ack);
    if (again && !alive.expired()) events.confirmed(tag, multiple, ack);
    if (held && !alive.expired()) events.returned(*std::move(held));
  }
  void refused(std::uint64_t tag, const std::string& why) override { events_.refused(tag, why); }
  void returned(Returned returned) override {
    if (is("late-return")) {
      held_return_ = std::move(returned);
    } else {
      events_.returned(std::move(returned));
    }
  }
  void delivered(Delivery delivery) override {
    ++delivered_;
    if (is("forgets-redelivered")) delivery.redelivered = false;
    if (is("wrong-consumer") && delivered_ % 7 == 0) {
      const auto other = std::ranges::find_if(
          consumers_, [&](const std::string& tag) { return tag != delivery.consumer_tag; });
      if (other != consumers_.end()) delivery.consumer_tag = *other;
    }
    Table& headers = delivery.message.properties.headers;
    if (const auto kept = headers.find(kept_expiration); kept != headers.end()) {
      delivery.message.properties.expiration = std::get<std::string>(kept->second);
      headers.erase(kept);
    }
    if (is("auto-ack")) inner_->acknowledge(delivery.delivery_tag, false);
    if (is("swaps") && delivered_ % 5 == 3) {
      held_delivery_ = std::move(delivery);
      return;
    }
    std::optional<Delivery> held = std::exchange(held_delivery_, std::nullopt);
    const std::weak_ptr<char> alive = alive_;
    ConnectionEvents& events = events_;
    events.delivered(std::move(delivery));
    if (held && !alive.expired()) events.delivered(*std::move(held));
  }
  void cancelled(const std::string& consumer_tag) override {
    if (!is("no-cancelled")) events_.cancelled(consumer_tag);
  }
  void blocked(const std::string& reason) override { events_.blocked(reason); }
  void unblocked() override { events_.unblocked(); }
  void closed(Closed closed) override {
    if (is("closed-by-them")) closed.by_us = false;
    events_.closed(std::move(closed));
  }

  Runtime& runtime_;
  const std::string defect_;
  ConnectionEvents& events_;
  bool confirms_ = false;
  std::uint64_t published_ = 0, acknowledged_ = 0, delivered_ = 0;
  std::vector<std::string> consumers_ = {};
  std::optional<Publication> before_ = {}, held_publication_ = {};
  std::optional<Returned> held_return_ = {};
  std::optional<Delivery> held_delivery_ = {};
  std::vector<std::unique_ptr<Task>> early_ = {};
  const std::shared_ptr<char> alive_ = std::make_shared<char>();
  Unheard unheard_;
  std::unique_ptr<Connection> second_;
  std::unique_ptr<Connection> inner_;
};

}  // namespace

DefectiveTransport::DefectiveTransport(Runtime& runtime, Transport& transport, std::string defect)
    : runtime_(runtime), transport_(transport), defect_(std::move(defect)) {
  const bool is_known = defect_.empty() || std::ranges::count(transport_defects(), defect_,
                                                              &TransportDefect::name) == 1;
  if (!is_known) throw std::invalid_argument("there is no defect \"" + defect_ + "\"");
}

std::unique_ptr<Connection> DefectiveTransport::connect(Purpose purpose, const std::string& name,
                                                        ConnectionEvents& events) {
  return std::make_unique<DefectiveConnection>(runtime_, transport_, defect_, purpose, name,
                                               events);
}

}  // namespace castaway::sim
