#pragma once
// LibraryObserver: reports what our library does in one process.
//
// The library calls it on the task that does the work, so an execution ends on the task on which it
// began.

#include <cstdint>
#include <map>
#include <string>

#include "castaway/observer.h"
#include "castaway/sim/execution_context.h"
#include "castaway/sim/reports.h"

namespace castaway::sim {

class LibraryObserver final : public Observer {
 public:
  LibraryObserver(std::string process, const ExecutionContext& context, EventSink& sink,
                  Classifier& classifier, Reports& reports);

  void invoked(const Invocation& invocation) override;
  void completed(std::string_view unique_id, const Completion& completion) override;
  void closing() override;
  void executing(const Execution& execution) override;
  void executed(const Execution& execution, const nlohmann::json* result,
                const Failure* failure) override;
  void refused(const Execution& execution, const Failure& failure) override;
  void swallowed_error(std::string_view where, std::string_view what) override;

 private:
  /// A task that stood at a checkpoint when its process was killed goes on to its next wait. Nobody
  /// hears of what it does until then.
  [[nodiscard]] bool is_gone() const { return !context_.alive(context_.current_process()); }

  const std::string process_;
  const ExecutionContext& context_;
  EventSink& sink_;
  Classifier& classifier_;
  Reports& reports_;
  std::map<std::string, std::uint64_t> runs_;  ///< by worker: the execution that has not ended
  std::uint64_t last_run_ = 0;
};

}  // namespace castaway::sim
