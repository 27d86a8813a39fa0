#include "posted_observer.h"

#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace castaway::sim {
namespace {

template <class T>
std::optional<T> copy_of(const T* value) {
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

template <class T>
const T* pointer_to(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

/// An Execution that owns what it says.
struct OwnedExecution {
  explicit OwnedExecution(const Execution& told)
      : unique_id(told.unique_id),
        msg_id(told.msg_id),
        server(told.server),
        method(told.method),
        args(told.args),
        settled(told.settled),
        expected(told.expected) {}
  [[nodiscard]] Execution view() const {
    return {.unique_id = unique_id,
            .msg_id = msg_id,
            .server = server,
            .method = method,
            .args = args,
            .settled = settled,
            .expected = expected};
  }
  std::string unique_id, msg_id, server, method;
  Object args;
  bool settled;
  bool expected;
};

}  // namespace

PostedObserver::PostedObserver(FaultyWorld::State& world, std::string process)
    : world_(world), process_(std::move(process)) {}

void PostedObserver::invoked(const Invocation& told) {
  // Times of the history count from the world's beginning.
  const TimePoint deadline =
      told.deadline == never ? never : TimePoint(told.deadline - world_.task().start());
  world_.post_told([this, unique_id = told.unique_id, msg_id = told.msg_id, target = told.target,
                    method = told.method, args = told.args, call = told.call, deadline,
                    monitor = told.call_monitor_timeout, retry = told.retry] {
    recorded().invoked({.unique_id = unique_id,
                        .msg_id = msg_id,
                        .target = target,
                        .method = method,
                        .args = args,
                        .call = call,
                        .deadline = deadline,
                        .call_monitor_timeout = monitor,
                        .retry = retry});
  });
}

void PostedObserver::completed(std::string_view unique_id, const Completion& told) {
  world_.post_told([this, id = std::string(unique_id), result = copy_of(told.result),
                    remote = copy_of(told.remote), timeout = told.timeout, failure = told.failure,
                    effect = told.effect, what = std::string(told.what),
                    raised = std::string(told.raised)] {
    recorded().completed(id, {.result = pointer_to(result),
                              .remote = pointer_to(remote),
                              .timeout = timeout,
                              .failure = failure,
                              .effect = effect,
                              .what = what,
                              .raised = raised});
  });
}

void PostedObserver::closing() {
  world_.post_told([this] { recorded().closing(); });
}

void PostedObserver::executing(const Execution& told) {
  world_.post_told(
      [this, execution = OwnedExecution(told)] { recorded().executing(execution.view()); });
}

void PostedObserver::executed(const Execution& told, const nlohmann::json* result,
                              const Failure* failure) {
  world_.post_told([this, execution = OwnedExecution(told), result = copy_of(result),
                    failure = copy_of(failure)] {
    recorded().executed(execution.view(), pointer_to(result), pointer_to(failure));
  });
}

void PostedObserver::refused(const Execution& told, const Failure& failure) {
  world_.post_told([this, execution = OwnedExecution(told), failure] {
    recorded().refused(execution.view(), failure);
  });
}

void PostedObserver::swallowed_error(std::string_view where, std::string_view what) {
  world_.post_told([this, where = std::string(where), what = std::string(what)] {
    recorded().swallowed_error(where, what);
  });
}

}  // namespace castaway::sim
