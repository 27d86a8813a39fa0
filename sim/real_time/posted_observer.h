#pragma once
// PostedObserver: hands what one process's library reports, on any thread, over to the recorder of
// a FaultyWorld. It hands over copies, because the library's values do not last.

#include <string>
#include <string_view>

#include "castaway/observer.h"

#include "faulty_state.h"

namespace castaway::sim {

class PostedObserver final : public Observer {
 public:
  PostedObserver(FaultyWorld::State& world, std::string process);

  void invoked(const Invocation& invocation) override;
  void completed(std::string_view unique_id, const Completion& completion) override;
  void closing() override;
  void executing(const Execution& execution) override;
  void refused(const Execution& execution, const Failure& failure) override;
  void executed(const Execution& execution, const nlohmann::json* result,
                const Failure* failure) override;
  void swallowed_error(std::string_view where, std::string_view what) override;

 private:
  /// The recorder's own; asked for on the world's task alone.
  [[nodiscard]] Observer& recorded() { return world_.recorder().observer(process_); }

  FaultyWorld::State& world_;
  const std::string process_;
};

}  // namespace castaway::sim
