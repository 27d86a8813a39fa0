#pragma once
// Outbox: what to write on a connection, in order, and how much of it has been written.
//
// It knows of which publications a byte may have left, and holds publications back while the broker
// takes none. Frames of the connection itself (the handshake, heartbeats, closing) go before all
// that has not begun.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <sys/uio.h>

namespace castaway::rabbit {

class Outbox final {
 public:
  /// `publication`: its tag, or 0 for anything else.
  void add(std::string bytes, std::uint64_t publication = 0);
  void add_first(std::string bytes);
  /// As add(), but neither this nor what is behind it goes before release(). `number` is that of
  /// the request.
  void add_held(std::string bytes, std::uint64_t number);
  /// Lets those requests go whose numbers are less.
  void release(std::uint64_t number);

  /// Until then only what was added first may go.
  void open() { open_ = true; }
  /// While blocked nothing goes from the next publication on.
  void block(bool blocked) { blocked_ = blocked; }
  /// Drops all that has not begun.
  void drop_the_rest();
  /// Drops what was added first, begun or not: the peer it was for is gone, and there will be
  /// another.
  void forget_first();

  /// What may be written now, in order: at most sixty-four pieces; none if nothing.
  [[nodiscard]] std::vector<iovec> next() const;
  /// So many bytes of that have left.
  void written(std::size_t size);
  /// A byte of the first piece may have left, though none is known to have.
  void tried();

  /// The highest tag of which a byte may have left.
  [[nodiscard]] std::uint64_t sent_through() const { return sent_through_; }
  /// Bytes that have left.
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  struct Piece {
    std::string bytes = {};
    std::uint64_t publication = 0;
    std::size_t written = 0;
    std::uint64_t held = 0;  ///< the number of a request that may not go yet; 0: it may
  };

  /// Moves the next piece to begun_, unless one is there.
  void begin();

  std::optional<Piece> begun_ = {};
  std::deque<Piece> first_ = {};
  std::deque<Piece> rest_ = {};
  bool open_ = false;
  bool blocked_ = false;
  std::uint64_t sent_through_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace castaway::rabbit
