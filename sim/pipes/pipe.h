#pragma once
// Pipe: the bytes between one link of a process and the session of the broker at its other end.
//
// Bytes move in pieces, each at an event of its own. How large a piece is, the decisions say; what
// is left of it comes a moment later, unless the pipe breaks meanwhile.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "castaway/sim/session.h"
#include "castaway/sim/simulation.h"

namespace castaway::sim {

class Pipe final {
 public:
  /// `name` is the stem of the decisions about it.
  Pipe(const Station& station, std::string name, std::function<void()> changed);
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  // The client's end.

  /// How many bytes it takes now.
  [[nodiscard]] std::size_t room() const { return closed_ || ended_ ? 0 : width - up_.size(); }
  void write(std::string_view bytes);
  /// What has arrived and was not read yet.
  [[nodiscard]] std::string& arrived() { return arrived_; }
  /// Nothing comes any more, and nothing is taken.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Nobody has anything of it any more.
  [[nodiscard]] bool is_over() const { return closed_ && ended_; }
  /// What was written still goes up, and then the session hears that it is over.
  void close();

 private:
  static constexpr std::size_t width = 64 * 1024;

  void move_up();
  void move_down();
  /// How many of `size` bytes move now.
  [[nodiscard]] std::size_t piece(const char* direction, std::uint64_t& pieces, std::size_t size);
  void advance();
  /// Sees to it that the session is told what time it is when it wants to know.
  void wake();
  [[nodiscard]] TimePoint next_piece() const;
  /// Does `act` then, unless it is to be done already.
  void schedule(Scheduler::EventId& event, TimePoint when, void (Pipe::*act)());
  void end();

  const Station station_;
  const std::string name_;
  const std::function<void()> changed_;
  std::string up_ = {};       ///< written, and on its way
  std::string down_ = {};     ///< said by the session, and on its way
  std::string arrived_ = {};  ///< for the client to read
  std::uint64_t pieces_up_ = 0;
  std::uint64_t pieces_down_ = 0;
  Scheduler::EventId moves_up_ = 0;    ///< 0 while there is nothing to move
  Scheduler::EventId moves_down_ = 0;  ///< the same
  Scheduler::EventId advances_ = 0;
  bool full_ = false;    ///< the session did not take all; it says when it wants more
  bool closed_ = false;  ///< by the client
  bool ended_ = false;   ///< by the session, or because the link was cut
  std::unique_ptr<Session> session_;
};

}  // namespace castaway::sim
