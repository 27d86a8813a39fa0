#pragma once
// Ledger: what was asked of the servers, how often they ran it, and what the callers were told. It
// knows where these contradict each other.
//
// A byte for each operation, all of them allocated at the start: a soak that looks for leaks must
// not grow by itself.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "castaway/guarded.h"
#include "castaway/runtime.h"

namespace castaway::soak {

enum class Kind : std::uint8_t { call, cast, fanout };

/// What the caller knows. unknown is what it still is while the operation is under way.
enum class Told : std::uint8_t {
  unknown,  ///< it may have run, or may still run
  done,     ///< a value came back, or the broker took the cast
  refused,  ///< no server has executed it, and none will
};

/// What became of all operations so far.
struct Account {
  std::uint64_t calls = 0, casts = 0, fanouts = 0;
  std::uint64_t done = 0, in_doubt = 0, refused = 0;  ///< of those that have ended
  std::uint64_t ran_twice = 0;                        ///< by all servers; a fanout: by one of them
  std::uint64_t ran_though_refused = 0;
  std::uint64_t answered_though_it_never_ran = 0;  ///< calls
  friend bool operator==(const Account&, const Account&) = default;
};

class Ledger final {
 public:
  static constexpr std::size_t servers = 2;
  /// Of a strict server. Source: client/server/rpc_server.cc.
  static constexpr std::uint64_t remembered_by_each = 65'536;
  using Id = std::size_t;

  Ledger(Runtime& runtime, std::size_t capacity);

  /// None once it is full.
  std::optional<Id> begin(Kind kind);
  void ran(Id id, std::size_t server);
  /// The operation has ended.
  void told(Id id, Told told);

  /// How many ids the servers remember, to know a repeat when it comes: so many each, at most.
  [[nodiscard]] std::uint64_t remembered_ids();
  /// Waits: for nobody; but it looks at every operation.
  [[nodiscard]] Account account();

 private:
  struct Entry {
    Kind kind : 2 = Kind::call;
    Told told : 2 = Told::unknown;
    std::uint8_t first : 2 = 0;  ///< how often the first server ran it; 3 is "three times or more"
    std::uint8_t second : 2 = 0;
  };
  static_assert(sizeof(Entry) == 1);
  struct State {
    std::vector<Entry> entries = {};
    std::size_t begun = 0;
    std::size_t ended = 0;
    std::array<std::uint64_t, servers> runs = {};
  };
  static void count(const Entry& entry, Account& account);

  Guarded<State> state_;
};

}  // namespace castaway::soak
