#include "crossings.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "castaway/thread_runtime.h"

#include "campaign/in_order.h"
#include "campaign/jobs.h"
#include "cli/signals.h"

namespace castaway::ci {

namespace {

using scenario::Crossing;

constexpr std::uint64_t usual_jobs = 4;

class Crossings {
 public:
  Crossings(std::vector<CrossingRow>& rows, const std::vector<RealBroker>& brokers,
            const CrossingSettings& settings, Console& console)
      : rows_(rows), brokers_(brokers), settings_(settings), console_(console) {}

  void run() {
    std::uint64_t cell = 0;
    crossings_.run(
        job_count(settings_.jobs != 0 ? settings_.jobs : usual_jobs, cells()), cells(),
        [this](std::size_t number) { return cross(number); },
        [&](Crossing crossing) {
          row_of(cell).crossings[cell % brokers_.size()] = std::move(crossing);
          ++cell;
        });
  }

 private:
  [[nodiscard]] std::uint64_t cells() const { return rows_.size() * brokers_.size(); }
  [[nodiscard]] CrossingRow& row_of(std::uint64_t cell) const {
    return rows_[cell / brokers_.size()];
  }

  [[nodiscard]] Crossing cross(std::uint64_t cell) {
    const CrossingRow& row = row_of(cell);
    const RealBroker& broker = brokers_[cell % brokers_.size()];
    tell(cell, row, broker);
    return cross(row.simulated.item, broker);
  }

  [[nodiscard]] Crossing cross(const Item& item, const RealBroker& broker) {
    if (interrupted()) return {.result = Crossing::Result::interrupted};
    scenario::AcrossOptions options = settings_.across;
    options.transport = broker.name();
    options.queues = broker.queues();
    try {
      ThreadRuntime runtime;
      const std::unique_ptr<Transport> transport = broker.transport(runtime);
      return scenario::cross(item.selected->scenario, item.profile, runtime, *transport, options);
    } catch (const std::exception& error) {
      return {.result = Crossing::Result::fail,
              .reasons = {fmt::format("this is our own fault: {}", error.what())}};
    }
  }

  void tell(std::uint64_t cell, const CrossingRow& row, const RealBroker& broker) {
    if (!console_.shows_progress()) return;
    crossings_.alone([&] {
      console_.progress(fmt::format("{} of {}  {} {} over {}", cell + 1, cells(),
                                    row.simulated.item.selected->scenario.name,
                                    to_string(row.simulated.item.profile), broker.name()));
    });
  }

  std::vector<CrossingRow>& rows_;
  const std::vector<RealBroker>& brokers_;
  const CrossingSettings& settings_;
  Console& console_;
  InOrder<Crossing> crossings_;
};

}  // namespace

std::vector<CrossingRow> cross_all(const std::vector<Item>& items,
                                   const std::vector<RealBroker>& brokers,
                                   const CrossingSettings& settings, Console& console) {
  std::vector<CrossingRow> rows;
  run_all(items, settings.simulated, console, [&](const ItemResult& result) {
    rows.push_back({.simulated = result, .crossings = std::vector<Crossing>(brokers.size())});
  });
  Crossings(rows, brokers, settings, console).run();
  return rows;
}

ExitCode exit_code(const std::vector<CrossingRow>& rows) {
  ExitCode code = ExitCode::fine;
  for (const CrossingRow& row : rows) {
    code = worse(code, exit_code(row.simulated.mark));
    for (const Crossing& crossing : row.crossings) {
      if (crossing.result == Crossing::Result::fail) code = worse(code, ExitCode::failed);
      if (crossing.result == Crossing::Result::not_shown) code = worse(code, ExitCode::undecided);
      if (crossing.result == Crossing::Result::interrupted)
        code = worse(code, ExitCode::interrupted);
    }
  }
  return code;
}

}  // namespace castaway::ci
