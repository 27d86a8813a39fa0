#pragma once
// Loopback: the TCP connections of a run, and whether bytes are under way on them.
//
// Loopback nearly always delivers before a send returns, but no one promises that. So descriptors
// are looked at only when everything that was sent has been acknowledged by the kernel's other end:
// what a thread finds is then no question of how fast that was.

#include <cstdint>
#include <optional>
#include <set>

#include <netinet/in.h>
#include <sys/types.h>

#include "report.h"

namespace castaway::virtual_time {

class Loopback {
 public:
  Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;
  ~Loopback();

  /// Makes what runs here and in children use a network with nothing in it but loopback.
  /// Returns false if that is not allowed.
  [[nodiscard]] static bool unshare_own();
  /// Brings loopback up, and has it acknowledge at once.
  static void bring_up_loopback();

  /// A TCP socket that is connected, or is about to be.
  void add(int socket);
  /// When a TCP socket sends, and how much, is made no question of real time: its buffers keep
  /// their size, and nothing is held back.
  static void make_steady(int socket);
  /// Something was sent, or a connection was made or closed.
  void note_traffic() { is_quiet_ = false; }

  /// Returns when nothing is under way. If that takes longer than it ever does, the report says so.
  void settle(Report& report);

  /// A port for a socket that asks for any: another one each time.
  [[nodiscard]] std::uint16_t next_port();

 private:
  struct Ends {
    sockaddr_in6 local = {};
    sockaddr_in6 remote = {};
    int family = AF_INET;
    [[nodiscard]] bool operator<(const Ends& other) const;
  };
  /// What the kernel says of a connection's end.
  struct Socket {
    unsigned state = 0;
    unsigned timer = 0;
    std::uint32_t unacknowledged = 0;  ///< bytes
    std::uint32_t send_window = 0;     ///< what the other end has told it
    std::uint32_t largest_window = 0;
    std::uint32_t receive_window = 0;  ///< what it has told; 0 if the kernel does not say
  };
  [[nodiscard]] std::optional<Socket> ask(const Ends& ends) const;
  enum class Traffic { none, under_way, gone };
  [[nodiscard]] Traffic traffic(const Ends& ends) const;

  int diagnosis_ = -1;  ///< a netlink socket that knows of TCP connections
  std::set<Ends> connections_;
  bool is_quiet_ = true;
  std::uint16_t last_port_ = 20000;
};

}  // namespace castaway::virtual_time
