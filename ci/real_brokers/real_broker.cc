#include "real_broker.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "castaway/guarded.h"
#include "castaway/nats_transport.h"
#include "castaway/rabbit_url.h"
#include "castaway/transport_url.h"

#include "cli/broker_options.h"
#include "cli/usage_error.h"

namespace castaway::ci {

namespace {

NatsSettings nats_settings(const TransportURL& url) {
  if (!url.query.empty())
    throw UsageError(fmt::format("{}: a nats URL has no options", to_string(url)));
  NatsSettings settings;
  settings.servers.clear();
  for (const TransportHost& host : url.hosts) {
    TransportURL one{.transport = "nats", .hosts = {host}};
    settings.servers.push_back(to_string_with_passwords(one));
  }
  if (settings.servers.empty()) settings.servers = NatsSettings().servers;
  return settings;
}

/// Whether a connection opens.
class Knock final : public ConnectionEvents {
 public:
  explicit Knock(Runtime& runtime)
      : runtime_(runtime), changed_(runtime.make_signal("a knock")), heard_(runtime, "knock") {}

  std::string at(Transport& transport) {
    const auto connection = transport.connect(Purpose::send, "castaway-run", *this);
    const TimePoint deadline = runtime_.now() + 5s;
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      if (const auto heard = *heard_.lock()) return *heard;
      if (!changed_->wait(ticket, deadline)) return "it does not answer";
    }
  }

 private:
  void hear(std::string what) {
    {
      auto heard = heard_.lock();
      if (!heard->has_value()) *heard = std::move(what);
    }
    changed_->notify();
  }
  void opened() override { hear(""); }
  void completed(RequestNumber) override {}
  void confirmed(std::uint64_t, bool, bool) override {}
  void returned(Returned) override {}
  void delivered(Delivery) override {}
  void cancelled(const std::string&) override {}
  void closed(Closed closed) override { hear(closed.text); }

  Runtime& runtime_;
  const std::unique_ptr<Signal> changed_;
  Guarded<std::optional<std::string>> heard_;
};

}  // namespace

struct RealBroker::Settings {
  std::variant<RabbitSettings, NatsSettings> of = {};
};

RealBroker::RealBroker(const std::string& text) : settings_(std::make_unique<Settings>()) {
  if (!has_scheme(text, {"rabbit", "kombu", "nats"}))
    throw UsageError("--transport " + misspelled(text, {"rabbit", "nats"}));
  try {
    const TransportURL url = parse_transport_url(text);
    url_ = to_string(url);
    name_ = url.driver();
    if (name_ == "nats") {
      settings_->of = nats_settings(url);
      return;
    }
    RabbitOptions options = rabbit_options(url);
    settings_->of = std::move(options.transport);
    queues_ = options.queues;
  } catch (const InvalidTransportURL& error) {
    throw UsageError(fmt::format("--transport: {}", error.what()));
  }
}

RealBroker::~RealBroker() = default;
RealBroker::RealBroker(RealBroker&&) noexcept = default;

std::unique_ptr<Transport> RealBroker::transport(ThreadRuntime& runtime) const {
  if (const auto* nats = std::get_if<NatsSettings>(&settings_->of))
    return std::make_unique<NatsTransport>(runtime, *nats);
  return std::make_unique<RabbitTransport>(runtime, std::get<RabbitSettings>(settings_->of));
}

std::string RealBroker::why_unreachable(ThreadRuntime& runtime) const {
  const std::unique_ptr<Transport> transport = this->transport(runtime);
  return Knock(runtime).at(*transport);
}

std::vector<RealBroker> real_brokers(const std::vector<std::string>& urls) {
  std::vector<RealBroker> brokers;
  for (const std::string& url : urls) brokers.emplace_back(url);
  for (RealBroker& broker : brokers) {
    const auto same = std::ranges::count(brokers, broker.name(), &RealBroker::name);
    if (same > 1) broker.call_it(broker.url());
  }
  return brokers;
}

}  // namespace castaway::ci
