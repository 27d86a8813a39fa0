#include "castaway/sim/claim_service.h"

#include <algorithm>
#include <optional>

namespace castaway::sim {

/// On its way, and its answer too. Whoever asked may be gone meanwhile.
struct ClaimService::Question {
  std::string id = {};
  OperationPtr op = {};    ///< null if it is not known
  std::string asker = {};  ///< the process
  std::string name = {};   ///< the stem of the decisions about it
  std::optional<Claim> answer = {};
  std::unique_ptr<Signal> changed = {};
};

namespace {

std::string_view name_of(const OperationPtr& op) { return op ? op->name : std::string_view(); }

}  // namespace

Claim ClaimService::claim(const std::string& id, TimePoint deadline) {
  const auto question = std::make_shared<Question>();
  question->id = id;
  // An id is "<unique_id>@<queue>".
  question->op = recorder_.classifier().find(std::string_view(id).substr(0, id.find('@')));
  const std::string& task = runtime_.current_task();
  question->asker = task.substr(0, task.find_first_of("@/"));
  const std::string op = question->op ? question->op->name : "message";
  const std::uint64_t which = ++asked_[{op, question->asker}];
  question->name = op + "/claim/" + question->asker + "/" + std::to_string(which);
  question->changed = runtime_.make_signal("claim");
  send(question, Hop::publish, [this, question] { decide(question); });
  for (;;) {
    const Signal::Ticket ticket = question->changed->ticket();
    if (question->answer) return *question->answer;
    if (!question->changed->wait(ticket, deadline)) return Claim::doubt;
  }
}

void ClaimService::decide(const QuestionPtr& question) {
  const Claim answer = granted_.insert(question->id).second ? Claim::granted : Claim::taken;
  recorder_.claimed(name_of(question->op), question->asker, answer == Claim::granted);
  send(question, Hop::deliver, [question, answer] {
    question->answer = answer;
    question->changed->notify();
  });
}

void ClaimService::send(const QuestionPtr& question, Hop hop, std::function<void()> then) {
  const bool asks = hop == Hop::publish;
  const std::string name = question->name + (asks ? "/question" : "/answer");
  HandOver hand_over{.edge = Edge::claim,
                     .hop = hop,
                     .op = name_of(question->op),
                     .method = question->op ? question->op->method : std::string_view(),
                     .name = name};
  if (asks) {
    hand_over.from = question->asker;
  } else {
    hand_over.to = {question->asker};
  }
  TimePoint due = scheduler_.now();
  for (const Firing& firing : faults_.fire(hand_over)) {
    const std::string by = name + "/" + firing.rule->id + "/by";
    const Fate fate = fate_of(firing.rule->action, {.decisions = decisions_, .name = by});
    if (fate.lost) return;
    due = deadline_after(due, fate.late.value_or(Duration()));
  }
  due = std::min(due, std::max(settings_.quiet, scheduler_.now()));
  scheduler_.at(deadline_after(due, settings_.latency), EventClass::message, 0, std::move(then));
}

}  // namespace castaway::sim
