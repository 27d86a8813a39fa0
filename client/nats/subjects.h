#pragma once
// Subjects: which NATS subjects stand for exchanges, bindings and queues.
//
//     queue q, and exchange "" with key q      castaway.queue.q
//     topic exchange x with key k              castaway.topic.x.k    ("direct" likewise)
//     fanout exchange x with any key           castaway.fanout.x
//
// The server stores no subjects. Both sides compute them, so a connection needs only its own
// declarations. A consumer subscribes to its queue's subjects, with the queue's name as its queue
// group: one member gets each message.

#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "castaway/transport.h"

namespace castaway::nats {

/// What an AMQP broker would close the connection for.
class Refused final : public std::runtime_error {
 public:
  Refused(std::uint16_t code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] std::uint16_t code() const { return code_; }

 private:
  std::uint16_t code_;
};

class Subjects final {
 public:
  /// Throws: Refused with 540 for what core NATS has not got, 404 for asking after something that
  /// was not declared here.
  void declare(const ExchangeDeclaration& exchange);
  void declare(const QueueDeclaration& queue);
  void bind(const std::string& queue, const std::string& exchange, const std::string& routing_key);
  void forget(const std::string& queue) { queues_.erase(queue); }

  /// All that a consumer of `queue` subscribes to.
  [[nodiscard]] std::set<std::string> of_queue(const std::string& queue) const;

  /// Throws: Refused with 404 for an exchange that was not declared here.
  [[nodiscard]] std::string of_publication(const std::string& exchange,
                                           const std::string& routing_key) const;

 private:
  std::map<std::string, std::string> exchanges_ = {};         ///< name -> type
  std::map<std::string, std::set<std::string>> queues_ = {};  ///< name -> subjects of bindings
};

}  // namespace castaway::nats
