#include "library_observer.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/sim/json_digest.h"

namespace castaway::sim {

using check::Detail;
using check::EventKind;
using check::OperationKind;

namespace {

OperationKind kind_of(const Invocation& invocation) {
  if (invocation.call) return OperationKind::call;
  return invocation.target.fanout ? OperationKind::fanout : OperationKind::cast;
}

/// A request that was sent again under a new unique_id is still known by its msg_id.
OperationRef request_of(const Execution& execution) {
  return {.ids = {execution.unique_id, execution.msg_id}};
}

}  // namespace

LibraryObserver::LibraryObserver(std::string process, const ExecutionContext& context,
                                 EventSink& sink, Classifier& classifier, Reports& reports)
    : process_(std::move(process)),
      context_(context),
      sink_(sink),
      classifier_(classifier),
      reports_(reports) {}

void LibraryObserver::invoked(const Invocation& invocation) {
  if (is_gone()) return;
  const std::string& task = context_.current_task();
  reports_.invoked(process_, {.op = classifier_.next_name(task, invocation.method),
                              .unique_id = invocation.unique_id,
                              .msg_id = invocation.msg_id,
                              .task = task,
                              .kind = kind_of(invocation),
                              .method = invocation.method,
                              .topic = invocation.target.topic,
                              .exchange = invocation.target.exchange,
                              .digest = request_digest(invocation.method, invocation.args.json()),
                              .deadline = invocation.deadline,
                              .monitor = invocation.call_monitor_timeout.value_or(Duration::zero()),
                              .retry = std::max(invocation.retry.value_or(-1), -1),
                              .process = context_.current_process()});
}

void LibraryObserver::completed(std::string_view unique_id, const Completion& completion) {
  if (is_gone()) return;
  CompleteReport report{.of = {.ids = {unique_id}}};
  if (completion.remote != nullptr) {
    report.outcome = EventKind::error;
    report.digest = failure_digest(*completion.remote);
    const bool allowed = !completion.raised.empty() && completion.raised != "RemoteError";
    report.class_name = allowed ? completion.raised : completion.remote->class_name;
  } else if (completion.timeout || completion.failure) {
    report.outcome = completion.timeout ? EventKind::timeout : EventKind::failure;
    report.effect = completion.effect;
    report.text = completion.what;
  } else if (completion.result != nullptr) {
    report.answered = true;
    report.digest = json_digest(*completion.result);
  }
  reports_.completed(process_, report);
}

void LibraryObserver::closing() {
  if (is_gone()) return;
  sink_.add(
      {.kind = EventKind::process, .detail = Detail::closing, .actor = sink_.intern(process_)});
}

void LibraryObserver::executing(const Execution& execution) {
  if (is_gone()) return;
  const std::uint64_t run = runs_[context_.current_task()] = ++last_run_;
  reports_.executing(process_, {.of = request_of(execution),
                                .run = run,
                                .settled = execution.settled,
                                .method = execution.method,
                                .digest = request_digest(execution.method, execution.args.json())});
}

void LibraryObserver::executed(const Execution& execution, const nlohmann::json* result,
                               const Failure* failure) {
  if (is_gone()) return;
  const auto run = runs_.extract(context_.current_task());
  reports_.executed(process_, {.of = request_of(execution),
                               .run = run.empty() ? 0 : run.mapped(),
                               .error = failure != nullptr,
                               .digest = failure != nullptr  ? failure_digest(*failure)
                                         : result != nullptr ? json_digest(*result)
                                                             : 0});
}

void LibraryObserver::refused(const Execution& execution, const Failure& failure) {
  if (is_gone()) return;
  reports_.refused(process_, {.of = request_of(execution),
                              .settled = execution.settled,
                              .class_name = failure.class_name});
}

void LibraryObserver::swallowed_error(std::string_view where, std::string_view what) {
  if (is_gone()) return;
  const std::string text = std::string(where) + ": " + std::string(what);
  sink_.add({.kind = EventKind::note, .actor = sink_.intern(process_), .text = sink_.intern(text)});
}

}  // namespace castaway::sim
