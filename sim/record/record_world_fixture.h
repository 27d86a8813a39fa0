#pragma once
// RecordWorld: a recorder without a world: time goes on when a test says so.

#include <string>

#include "castaway/sim/recorder.h"

namespace castaway::sim {

class StillContext final : public ExecutionContext {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] ProcessId current_process() const override { return 1; }
  [[nodiscard]] const std::string& current_task() const override { return task; }
  [[nodiscard]] bool alive(ProcessId) const override { return true; }

  std::string task = "c1/main";

 private:
  TimePoint now_ = {};
};

struct RecordWorld {
  StillContext context = {};
  Recorder recorder{context};

  [[nodiscard]] const check::Event& event(check::EventIndex index) {
    return recorder.history()[index - recorder.sink().forgotten()];
  }
  [[nodiscard]] std::string text(check::Symbol symbol) {
    return std::string(recorder.history().text(symbol));
  }
  /// The whole way of a request that nobody reports, to the server `to`. Returns its delivery.
  check::EventIndex carry(const Classified& message, const std::string& from,
                          const std::string& to) {
    recorder.published(message, from);
    const check::EventIndex accepted = recorder.accepted(message, 1);
    return recorder.arrived(message, to, false, accepted);
  }
};

}  // namespace castaway::sim
