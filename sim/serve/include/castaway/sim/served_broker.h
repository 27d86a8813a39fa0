#pragma once
// ServedBroker: the simulated broker, its faults and its judge, for clients that live in real time
// and are other programs.
//
//     ServedBroker broker({.faults = {...}});
//     auto client = broker.connect(note_output, now);   // a socket was opened
//     client->receive(bytes_from_the_socket, now);
//     broker.advance(now);
//     send_to_the_socket(client->take_output());
//     wake_at(broker.next());                           // and then broker.advance(now)
//     const Judgement judgement = broker.finish();
//
// It knows no socket and no clock; a BrokerListener has both. Times count from its beginning. The
// seed decides what happens, and the clients when.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/check/laws.h"
#include "castaway/check/verdict.h"
#include "castaway/sim/fault_plan.h"
#include "castaway/sim/network.h"
#include "castaway/sim/session.h"

namespace castaway::sim {

/// What a user may do in a virtual host.
struct Permission {
  std::string user = {};
  std::string virtual_host = "/";
  Rights rights = {};
};

struct ServeSettings {
  std::uint64_t seed = 1;
  FaultPlan faults = {};
  NetworkSettings network = {.latency = {}};  ///< only faults delay anything
  SessionSettings session = {};
  std::vector<Permission> permissions = {};  ///< a user without any may do all
  /// Where the history is written as JSON lines, event by event; nowhere if null. Must outlive it.
  /// That it cannot be written is the stream's to know.
  std::ostream* history = nullptr;
  std::size_t window = 100'000;              ///< events that are judged together
  std::vector<const check::Law*> laws = {};  ///< those of check::judge_all() if empty
};

/// What laws and rules say at the end.
struct Judgement {
  std::vector<check::Verdict> verdicts = {};
  std::vector<std::string> unfired = {};  ///< why rules never fired, a sentence for each
  std::size_t events = 0;
  std::size_t unnamed = 0;      ///< connections without a name
  check::History history = {};  ///< its end
};

/// One connection of a client, as a Session has it.
class ServedClient {
 public:
  virtual ~ServedClient() = default;
  virtual std::size_t receive(std::string_view bytes, TimePoint now) = 0;
  virtual void ended(TimePoint now) = 0;
  [[nodiscard]] virtual bool wants_bytes() const = 0;
  [[nodiscard]] virtual std::string take_output() = 0;
  [[nodiscard]] virtual bool over() const = 0;
  [[nodiscard]] virtual bool was_cut() const = 0;
};

class ServedBroker final {
 public:
  /// Throws: std::invalid_argument for a rule about a process or a clock, and for a right that is
  /// no regular expression.
  explicit ServedBroker(ServeSettings settings);
  /// Requires: all clients are gone.
  ~ServedBroker();
  ServedBroker(const ServedBroker&) = delete;
  ServedBroker& operator=(const ServedBroker&) = delete;

  /// `changed` is called as Session's has_output is, and must not call back.
  [[nodiscard]] std::unique_ptr<ServedClient> connect(std::function<void()> changed, TimePoint now);
  /// Lets all happen that is due by now.
  void advance(TimePoint now);
  /// When to call advance(); `never` if nothing is due.
  [[nodiscard]] TimePoint next() const;
  /// False while the broker is down: nobody listens then.
  [[nodiscard]] bool is_up() const;
  [[nodiscard]] std::size_t events() const;
  /// Hands the history so far to its stream, of which 64 KiB may wait otherwise.
  void flush();

  /// Ends it, and says what there is to say. Nothing is to be called after it.
  [[nodiscard]] Judgement finish();

 private:
  class State;
  class Client;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
