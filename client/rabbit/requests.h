#pragma once
// Requests: which request an answer is for, and up to which one all are done.
//
// RabbitMQ answers most requests in their order. But it is the queue that answers a consume and a
// cancel, and so they may come after the answers to what was asked later. A request counts as
// completed when all before it are done too.

#include <cstddef>
#include <deque>
#include <limits>
#include <string>

#include "castaway/amqp/method.h"
#include "castaway/transport.h"

namespace castaway::rabbit {

/// What will say that a request was carried out.
struct Answer {
  std::size_t method = 0;         ///< which alternative of amqp::Method
  std::string consumer_tag = {};  ///< of a consume-ok or cancel-ok
};

class Requests final {
 public:
  RequestNumber add(Answer answer) {
    waiting_.push_back({.answer = std::move(answer)});
    return ++last_;
  }

  static constexpr RequestNumber none = std::numeric_limits<RequestNumber>::max();
  /// The first consume whose answer is still to come; none if there is none.
  [[nodiscard]] RequestNumber unanswered_consume() const;

  /// Empty if `last` is less than `first`.
  struct Range {
    RequestNumber first = 1;
    RequestNumber last = 0;
  };
  /// The requests that are completed by this.
  /// Throws: DecodeError if it answers none.
  Range answered(const amqp::Method& method);

 private:
  struct Request {
    Answer answer = {};
    bool done = false;
  };
  std::deque<Request> waiting_ = {};
  RequestNumber last_ = 0;
};

}  // namespace castaway::rabbit
