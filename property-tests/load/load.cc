#include "load.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "castaway/sim/live.h"

#include "consumer.h"
#include "flow.h"
#include "publisher.h"

namespace castaway::load {
namespace {

constexpr Duration between_looks = 100ms;
constexpr std::uint64_t reports = 20;

/// The most memory that this process ever held.
std::uint64_t most_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024 / 1'000'000;
}

std::string rate(std::uint64_t messages, Duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  return fmt::format("{} messages in {:.1f} s ({:.0f}/s)", messages, seconds,
                     static_cast<double>(messages) / seconds);
}

class Load final {
 public:
  Load(Runtime& runtime, const LoadSettings& settings)
      : runtime_(runtime), settings_(settings), broker_(runtime), begun_(runtime.now()) {
    for (std::uint64_t i = 0; i < settings.publishers; ++i)
      flows_.push_back(std::make_unique<Flow>(runtime, settings.window));
  }

  LoadResult run() {
    sim::LiveTransport transport(broker_, "s1");
    Consumer consumer(runtime_, transport, flows_);
    consumer.wait_until_ready();
    std::vector<std::unique_ptr<Task>> tasks;
    for (std::uint64_t i = 0; i < settings_.publishers; ++i)
      tasks.push_back(runtime_.spawn("publisher", [this, i] { publish(i); }));
    while (running_ > 0) {
      runtime_.sleep_until(runtime_.now() + between_looks);
      look();
    }
    for (const auto& task : tasks) task->join();
    look();
    for (const auto& flow : flows_) flow->wait_for(settings_.messages);  // throws what went wrong
    return result_;
  }

 private:
  void publish(std::uint64_t number) {
    const std::uint64_t share = settings_.messages / settings_.publishers +
                                (number < settings_.messages % settings_.publishers ? 1 : 0);
    sim::LiveTransport transport(broker_, "c" + std::to_string(number + 1));
    Flow& flow = *flows_[number];
    try {
      for (std::uint64_t sent = 0; sent < share && !over_limit_;) {
        const std::uint64_t now = std::min(share - sent, settings_.reconnect);
        Publisher publisher(transport, flow, number, sent);
        sent += publisher.publish(now, over_limit_);
        if (!over_limit_) flow.wait_for(0);
      }
    } catch (const std::exception& error) {
      flow.broken(error.what());
    }
    --running_;
  }

  /// Notes how far it is, and how much memory it takes; says so now and then.
  void look() {
    result_.confirmed = result_.delivered = 0;
    for (const auto& flow : flows_) {
      result_.confirmed += flow->all_confirmed();
      result_.delivered += flow->all_delivered();
    }
    result_.took = runtime_.now() - begun_;
    result_.most_mb = most_mb();
    if (result_.first_mb == 0 && result_.delivered >= settings_.messages / 100)
      result_.first_mb = result_.most_mb;
    if (result_.most_mb > settings_.limit_mb) result_.over_limit = over_limit_ = true;
    if (result_.delivered < next_report_) return;
    next_report_ += std::max<std::uint64_t>(settings_.messages / reports, 1);
    settings_.say(to_string(result_));
  }

  Runtime& runtime_;
  const LoadSettings settings_;
  std::vector<std::unique_ptr<Flow>> flows_ = {};
  sim::LiveBroker broker_;
  const TimePoint begun_;
  LoadResult result_ = {};
  std::uint64_t next_report_ = 0;
  std::atomic<bool> over_limit_ = false;
  std::atomic<std::uint64_t> running_ = settings_.publishers;
};

}  // namespace

LoadResult run(Runtime& runtime, const LoadSettings& settings) {
  return Load(runtime, settings).run();
}

std::string to_string(const LoadResult& result) {
  return fmt::format("{}, {} MB at most", rate(result.delivered, result.took), result.most_mb);
}

}  // namespace castaway::load
