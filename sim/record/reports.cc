#include "castaway/sim/reports.h"

#include <algorithm>
#include <utility>

namespace castaway::sim {

using check::Detail;
using check::Event;
using check::EventIndex;
using check::EventKind;
using check::no_event;

void Reports::invoked(std::string_view process, const InvokeReport& report) {
  // Its message may have been quicker than the report.
  OperationPtr op = find({.ids = {report.unique_id, report.msg_id}}, process);
  if (op && op->origin == Origin::wire && op->client == process && op->invoke == no_event) {
    if (op->name != report.op) classifier_.also_named(report.op, op);
  } else {
    op = classifier_.named(report.op);
    op->origin = Origin::reported;
  }
  op->client = process;
  op->kind = report.kind;
  op->method = report.method;
  op->topic = report.topic;
  op->process = report.process;
  op->deadline = report.deadline;
  op->unique_id = report.unique_id;
  op->msg_id = report.msg_id;
  classifier_.know(report.unique_id, op);
  if (!report.msg_id.empty()) classifier_.know(report.msg_id, op);
  op->invoke = sink_.add(op, {.kind = EventKind::invoke,
                              .operation = report.kind,
                              .actor = sink_.intern(process),
                              .task = sink_.intern(report.task),
                              .method = sink_.intern(report.method),
                              .topic = sink_.intern(report.topic),
                              .name = sink_.intern(report.exchange),
                              .digest = report.digest,
                              .deadline = report.deadline,
                              .monitor = report.monitor,
                              .retry = report.retry});
}

void Reports::completed(std::string_view process, const CompleteReport& report) {
  const OperationPtr op = find(report.of, process);
  Event event{.kind = report.outcome,
              .effect = report.effect,
              .actor = sink_.intern(process),
              .name = sink_.intern(report.class_name),
              .text = sink_.intern(report.text),
              .digest = report.digest};
  if (op) {
    event.cause = op->invoke;
    if (report.outcome == EventKind::error) event.cause = op->reply_arrive;
    if (report.outcome == EventKind::returned)
      event.cause = report.answered ? op->reply_arrive : op->confirm;
  }
  const EventIndex index = sink_.add(op, event);
  if (op) op->complete = index;
}

void Reports::executing(std::string_view process, const ExecuteReport& report) {
  const OperationPtr op = find_executed(report.of, process);
  Event event{.kind = EventKind::execute,
              .actor = sink_.intern(process),
              .method = sink_.intern(report.method),
              .digest = report.digest};
  if (op) {
    event.copy = ++op->executions;
    event.cause = op->begin(process, report.settled);
  }
  const EventIndex index = sink_.add(op, event);
  if (op) op->execute = index;
  running_[{std::string(process), report.run}] = {op, event.copy, index};
}

void Reports::executed(std::string_view process, const DoneReport& report) {
  const auto found = running_.extract({std::string(process), report.run});
  const Running running = found.empty() ? Running{.op = find(report.of, process)} : found.mapped();
  const EventIndex index =
      sink_.add(running.op, {.kind = EventKind::done,
                             .detail = report.error ? Detail::error : Detail::returned,
                             .actor = sink_.intern(process),
                             .copy = running.copy,
                             .cause = running.execute,
                             .digest = report.digest});
  if (running.op) running.op->done = index;
}

void Reports::refused(std::string_view process, const RefuseReport& report) {
  const OperationPtr op = find_executed(report.of, process);
  if (op == nullptr) return;
  sink_.add(op, {.kind = EventKind::refuse,
                 .actor = sink_.intern(process),
                 .name = sink_.intern(report.class_name),
                 .cause = op->begin(process, report.settled)});
}

void Reports::arrived(const OperationPtr& op, std::string_view process, EventIndex delivery) {
  if (op == nullptr) return;
  op->waiting.push_back({.process = std::string(process), .delivery = delivery});
  if (op->ids.empty()) nameless_[std::string(process)].push_back({op, delivery});
}

void Reports::is(Waiting::Is now, const OperationPtr& op, EventIndex delivery) {
  if (op == nullptr) return;
  const auto waiting = std::ranges::find(op->waiting, delivery, &Waiting::delivery);
  if (waiting != op->waiting.end()) waiting->is = now;
}

void Reports::given_back(const OperationPtr& op, EventIndex delivery) {
  if (op == nullptr) return;
  std::erase_if(op->waiting, [&](const Waiting& each) { return each.delivery == delivery; });
}

OperationPtr Reports::find(const OperationRef& of, std::string_view process) const {
  if (!of.op.empty()) return classifier_.find_named(of.op);
  for (const std::string_view id : of.ids) {
    if (OperationPtr op = classifier_.find_bare(id, process)) return op;
    if (OperationPtr op = classifier_.find(id)) return op;
  }
  return nullptr;
}

OperationPtr Reports::find_executed(const OperationRef& of, std::string_view process) {
  const bool names_it = !of.op.empty() || !of.ids[0].empty() || !of.ids[1].empty();
  if (names_it) return find(of, process);
  const auto here = nameless_.find(process);
  if (here == nameless_.end()) return nullptr;
  std::deque<Nameless>& waiting = here->second;
  while (!waiting.empty() && !waiting.front().op->awaits(waiting.front().delivery))
    waiting.pop_front();
  return waiting.empty() ? nullptr : waiting.front().op;
}

void Reports::forget_before(EventIndex first) {
  const auto is_old = [first](EventIndex event) { return is_before(event, first); };
  std::erase_if(running_, [&](const auto& entry) { return is_old(entry.second.execute); });
  for (auto& [process, waiting] : nameless_)
    std::erase_if(waiting, [&](const Nameless& each) { return is_old(each.delivery); });
  std::erase_if(nameless_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace castaway::sim
