#pragma once
// Classifier: says whose a message is: which operation it belongs to, whether it is a request or a
// reply, and what the decisions about it are called.
//
// Operations that were reported are found by the ids in their messages. A request that nobody has
// reported makes an operation of its own. Names of decisions about it hold nothing that a client
// draws by chance: process, exchange, routing key, a digest of the body with ids masked, and which
// of several such it is.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/amqp/message.h"
#include "castaway/sim/operation.h"
#include "castaway/transport.h"

namespace castaway::sim {

struct Seen;

/// What a history needs to know of a publication.
struct Classified {
  bool request = false;    ///< else a reply
  bool heartbeat = false;  ///< a reply that only says that its call is still running
  OperationPtr op = {};    ///< null for a reply to nothing that is known
  /// Which request, reply or heartbeat of its operation this is, from 1.
  std::uint32_t attempt = 0;
  std::string name = {};  ///< "ping#3/request/1": the stem of all decisions about it

  [[nodiscard]] std::string_view operation() const { return op ? op->name : std::string_view(); }
  [[nodiscard]] std::string_view method() const { return op ? op->method : std::string_view(); }
  [[nodiscard]] std::string_view topic() const { return op ? op->topic : std::string_view(); }
};

class Classifier final {
 public:
  /// Says which operation this message belongs to; counts the attempt.
  [[nodiscard]] Classified classify(const amqp::Publication& publication,
                                    const std::string& process);
  /// The same of what a Transport is to publish.
  [[nodiscard]] Classified classify(const Publication& publication, const std::string& process);

  /// Names the next operation of task `task` `op`. Others are named by method and number: "ping#0".
  void name_next(const std::string& task, std::string op) { next_names_[task] = std::move(op); }
  /// The name of an operation that `task` begins now. `task` is empty for one that no task of ours
  /// began.
  [[nodiscard]] std::string next_name(const std::string& task, const std::string& stem);
  /// The operation of that name, which is made if there is none yet.
  [[nodiscard]] const OperationPtr& named(std::string_view name);
  /// The same; null if there is none.
  [[nodiscard]] OperationPtr find_named(std::string_view name) const;

  /// From now on messages with this id are the operation's. An id that is empty, very long or
  /// another operation's already is ignored.
  void know(std::string_view id, const OperationPtr& op);
  /// The operation of a unique_id, a msg_id or another id; null if it is not known.
  [[nodiscard]] OperationPtr find(std::string_view id) const;
  /// The operation whose message has this correlation_id or message_id. Two clients may use the
  /// same, so it is one that waits in `process` or is its own; null if it is not known.
  [[nodiscard]] OperationPtr find_bare(std::string_view id, std::string_view process) const;
  /// From now on the operation is found by this name as well.
  void also_named(std::string_view name, const OperationPtr& op) {
    aliases_[std::string(name)] = op->name;
  }
  /// From now on the ids in `body`, damaged or not, are this message's too.
  void damaged(const Classified& message, std::string_view body);

  /// All that are known, in the order in which they became so.
  [[nodiscard]] std::vector<OperationPtr> operations() const;
  /// Forgets operations whose latest event is older than `first` and of which no message is left.
  /// Looks only if there are many.
  void forget_before(check::EventIndex first);

 private:
  using Operations = std::map<std::string, OperationPtr, std::less<>>;
  using Counts = std::map<std::string, std::uint64_t>;

  [[nodiscard]] Classified classify(const Seen& seen);
  [[nodiscard]] OperationPtr find_by_body(std::string_view body) const;
  /// Of a message whose body names no operation. Null for a reply to nothing that is known.
  [[nodiscard]] OperationPtr stranger(const Seen& seen, bool& request);
  void learn_msg_id(const Seen& seen, const Operation& op);
  /// The n-th message of a process that says the same to the same place, ids apart.
  [[nodiscard]] std::string name_of_stranger(const Seen& seen);

  static constexpr std::size_t few_operations = 16;
  static constexpr std::size_t longest_id = 1024;
  static constexpr std::size_t most_ids = 64;        ///< of one operation
  static constexpr std::size_t most_stems = 10'000;  ///< then strangers are all called "message"

  Operations by_name_;
  Operations by_id_;
  std::multimap<std::string, OperationPtr, std::less<>> by_bare_id_;
  std::map<std::string, std::string, std::less<>> aliases_;  ///< names of operations, by others
  bool has_odd_ids_ = false;                                 ///< some are not like the library's
  std::size_t many_operations_ = few_operations;
  std::uint64_t made_ = 0;                         ///< how many operations have become known
  std::map<std::string, std::string> next_names_;  ///< by task
  Counts named_;                                   ///< by stem: how many names it gave
  Counts strangers_;                               ///< by what they say, and where: how many came
  Counts old_strangers_;  ///< as well; not heard of since events were last forgotten
};

}  // namespace castaway::sim
