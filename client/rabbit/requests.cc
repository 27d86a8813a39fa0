#include "requests.h"

#include <algorithm>

#include "castaway/error.h"

namespace castaway::rabbit {
namespace {

bool is_answer(const amqp::Method& method, const Answer& answer) {
  if (method.index() != answer.method) return false;
  if (const auto* ok = std::get_if<amqp::BasicConsumeOk>(&method))
    return ok->consumer_tag == answer.consumer_tag;
  if (const auto* ok = std::get_if<amqp::BasicCancelOk>(&method))
    return ok->consumer_tag == answer.consumer_tag;
  return true;
}

}  // namespace

RequestNumber Requests::unanswered_consume() const {
  const auto consume = std::find_if(waiting_.begin(), waiting_.end(), [](const Request& request) {
    return !request.done && request.answer.method == amqp::Method(amqp::BasicConsumeOk{}).index();
  });
  if (consume == waiting_.end()) return none;
  return last_ - static_cast<RequestNumber>(waiting_.end() - consume) + 1;
}

Requests::Range Requests::answered(const amqp::Method& method) {
  const auto asked = std::find_if(waiting_.begin(), waiting_.end(), [&](const Request& request) {
    return !request.done && is_answer(method, request.answer);
  });
  if (asked == waiting_.end())
    throw DecodeError(std::string(amqp::name_of(method)) + " answers nothing that was asked");
  asked->done = true;
  Range completed = {.first = last_ - waiting_.size() + 1};
  for (; !waiting_.empty() && waiting_.front().done; waiting_.pop_front()) {
  }
  completed.last = last_ - waiting_.size();
  return completed;
}

}  // namespace castaway::rabbit
