#include "castaway/sim/claim_service.h"

#include <memory>
#include <optional>

namespace castaway::sim {

/// On its way, and its answer too. Whoever asked may be gone meanwhile.
struct ClaimService::Question {
  std::string id = {};
  check::Symbol op = 0;
  std::string name = {};  ///< the stem of the decisions about it
  std::optional<Claim> answer = {};
  std::unique_ptr<Signal> changed = {};
};

Claim ClaimService::claim(const std::string& id, TimePoint deadline) {
  const auto question = std::make_shared<Question>();
  question->id = id;
  question->op = op_of(id);
  const std::string op = question->op == 0 ? "message" : std::string(recorder_.text(question->op));
  question->name = op + "/claim/" + std::to_string(++asked_[question->op]);
  question->changed = runtime_.make_signal("claim");
  scheduler_.at(deadline_after(scheduler_.now(), settings_.latency), EventClass::message, 0,
                [this, question] { arrive(question); });
  for (;;) {
    const Signal::Ticket ticket = question->changed->ticket();
    if (question->answer) return *question->answer;
    if (!question->changed->wait(ticket, deadline)) return Claim::doubt;
  }
}

void ClaimService::arrive(const std::shared_ptr<Question>& question) {
  Claim answer = Claim::doubt;
  if (decisions_.happens(question->name + "/refuse", settings_.refuse)) {
    recorder_.fault("claims", question->op, "is in doubt");
  } else {
    answer = granted_.insert(question->id).second ? Claim::granted : Claim::taken;
    if (decisions_.happens(question->name + "/lose", settings_.lose)) {
      recorder_.fault("claims", question->op, "the answer is lost");
      return;
    }
  }
  scheduler_.at(deadline_after(scheduler_.now(), settings_.latency), EventClass::message, 0,
                [question, answer] {
                  question->answer = answer;
                  question->changed->notify();
                });
}

/// An id is "<unique_id>@<queue>".
check::Symbol ClaimService::op_of(const std::string& id) const {
  return recorder_.op_of(std::string_view(id).substr(0, id.find('@')));
}

}  // namespace castaway::sim
