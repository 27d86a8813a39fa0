// What the library tells the recorder of its operations and executions.

#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/sim/json_digest.h"
#include "castaway/sim/recorder.h"

namespace castaway::sim {

using check::Event;
using check::EventIndex;
using check::EventKind;
using check::no_event;
using check::OperationKind;
using check::Symbol;

namespace {

OperationKind kind_of(const Invocation& invocation) {
  if (invocation.call) return OperationKind::call;
  return invocation.target.fanout ? OperationKind::fanout : OperationKind::cast;
}

}  // namespace

/// Turns what the library of one process tells into events of that actor.
class Recorder::ProcessObserver final : public Observer {
 public:
  ProcessObserver(Recorder& recorder, std::string_view actor)
      : recorder_(recorder), actor_(recorder.history_.intern(actor)) {}

  void invoked(const Invocation& invocation) override {
    if (is_gone()) return;
    const Symbol op = recorder_.name_of(invocation);
    Trail& trail = recorder_.trail(op);
    trail.unique_id = &recorder_.ops_.emplace(invocation.unique_id, op).first->first;
    if (!invocation.msg_id.empty())
      trail.msg_id = &recorder_.ops_.emplace(invocation.msg_id, op).first->first;
    trail.kind = kind_of(invocation);
    trail.process = recorder_.context_.current_process();
    trail.invoke =
        recorder_.add({.kind = EventKind::invoke,
                       .operation = trail.kind,
                       .actor = actor_,
                       .task = recorder_.history_.intern(recorder_.context_.current_task()),
                       .op = op,
                       .method = recorder_.history_.intern(invocation.method),
                       .topic = recorder_.history_.intern(invocation.target.topic),
                       .digest = request_digest(invocation.method, invocation.args.json()),
                       .deadline = invocation.deadline,
                       .monitor = invocation.call_monitor_timeout.value_or(Duration::zero())});
  }

  void completed(std::string_view unique_id, const Completion& completion) override {
    if (is_gone()) return;
    const Symbol op = recorder_.op_of(unique_id);
    Trail& trail = recorder_.trail(op);
    Event event{.actor = actor_, .op = op, .cause = trail.invoke};
    if (completion.remote != nullptr) {
      event.kind = EventKind::error;
      event.digest = failure_digest(*completion.remote);
      event.cause = trail.reply_arrive;
      event.name = recorder_.history_.intern(completion.remote->class_name);
    } else if (completion.timeout || completion.failure) {
      event.kind = completion.timeout ? EventKind::timeout : EventKind::failure;
      event.effect = completion.effect;
      event.text = recorder_.history_.intern(completion.what);
    } else {
      event.kind = EventKind::returned;
      event.digest = completion.result != nullptr ? json_digest(*completion.result) : 0;
      event.cause = completion.result != nullptr ? trail.reply_arrive : trail.confirm;
    }
    trail.complete = recorder_.add(event);
  }

  void executing(const Execution& execution) override {
    if (is_gone()) return;
    Symbol op = op_of(execution);
    if (op == 0) op = recorder_.nameless_op(actor_);
    Trail& trail = recorder_.trail(op);
    trail.execute =
        recorder_.add({.kind = EventKind::execute,
                       .actor = actor_,
                       .op = op,
                       .method = recorder_.history_.intern(execution.method),
                       .copy = ++trail.executions,
                       .cause = recorder_.delivery_of(op, actor_),
                       .digest = request_digest(execution.method, execution.args.json())});
    running_[recorder_.context_.current_task()] = {op, trail.executions, trail.execute};
  }

  void executed(const Execution& execution, const nlohmann::json* result,
                const Failure* failure) override {
    if (is_gone()) return;
    const auto found = running_.extract(recorder_.context_.current_task());
    const Running running = found.empty() ? Running{.op = op_of(execution)} : found.mapped();
    Trail& trail = recorder_.trail(running.op);
    trail.done = recorder_.add(
        {.kind = EventKind::done,
         .detail = failure != nullptr ? check::Detail::error : check::Detail::returned,
         .actor = actor_,
         .op = running.op,
         .copy = running.copy,
         .cause = running.execute,
         .digest = failure != nullptr  ? failure_digest(*failure)
                   : result != nullptr ? json_digest(*result)
                                       : 0});
  }

  void refused(const Execution& execution, const Failure& failure) override {
    if (is_gone()) return;
    Symbol op = op_of(execution);
    if (op == 0) op = recorder_.nameless_op(actor_);
    if (op == 0) return;
    recorder_.add({.kind = EventKind::refuse,
                   .actor = actor_,
                   .op = op,
                   .name = recorder_.history_.intern(failure.class_name),
                   .cause = recorder_.delivery_of(op, actor_)});
  }

  void swallowed_error(std::string_view where, std::string_view what) override {
    if (is_gone()) return;
    recorder_.note(std::string(recorder_.text(actor_)),
                   {.text = std::string(where) + ": " + std::string(what)});
  }

 private:
  /// A task that stood at a checkpoint when its process was killed goes on to its next wait. Nobody
  /// hears of what it does until then.
  [[nodiscard]] bool is_gone() const {
    return !recorder_.context_.alive(recorder_.context_.current_process());
  }

  /// A request that was sent again under a new unique_id is still known by its msg_id.
  [[nodiscard]] Symbol op_of(const Execution& execution) const {
    const Symbol op = recorder_.op_of(execution.unique_id);
    return op != 0 ? op : recorder_.op_of(execution.msg_id);
  }

  Recorder& recorder_;
  Symbol actor_;
  /// An execution that has not ended yet.
  struct Running {
    Symbol op = 0;
    std::uint32_t copy = 0;  ///< which execution of it
    EventIndex execute = no_event;
  };
  std::map<std::string, Running> running_;  ///< by worker
};

Observer& Recorder::observer(const std::string& actor) {
  std::unique_ptr<Observer>& observer = observers_[actor];
  if (!observer) observer = std::make_unique<ProcessObserver>(*this, actor);
  return *observer;
}

void Recorder::name_next(const std::string& task, std::string op) {
  next_names_[task] = std::move(op);
}

Symbol Recorder::name_of(const Invocation& invocation) {
  if (auto named = next_names_.extract(context_.current_task()); !named.empty())
    return history_.intern(named.mapped());
  return history_.intern(invocation.method + "#" + std::to_string(unnamed_[invocation.method]++));
}

}  // namespace castaway::sim
