#include "loopback.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>
#include <tuple>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace castaway::virtual_time {
namespace {

/// Of a socket of either family; an IPv4 address is in the first four bytes.
bool addresses(int socket, sockaddr_in6& local, sockaddr_in6& remote, int& family) {
  const auto ask = [&](auto* function, sockaddr_in6& to) {
    sockaddr_storage found{};
    socklen_t size = sizeof found;
    if (function(socket, reinterpret_cast<sockaddr*>(&found), &size) != 0) return false;
    family = found.ss_family;
    if (family == AF_INET) {
      const auto& four = reinterpret_cast<const sockaddr_in&>(found);
      to.sin6_port = four.sin_port;
      std::memcpy(&to.sin6_addr, &four.sin_addr, sizeof four.sin_addr);
    } else if (family == AF_INET6) {
      to = reinterpret_cast<const sockaddr_in6&>(found);
    }
    return family == AF_INET || family == AF_INET6;
  };
  return ask(getsockname, local) && ask(getpeername, remote);
}

/// A message about a route to this machine itself.
class LoopbackRoute {
 public:
  /// `length`: how many bits of the address count.
  LoopbackRoute(unsigned short type, unsigned short flags, int family, const void* address,
                unsigned char length) {
    request_.head.nlmsg_type = type;
    request_.head.nlmsg_flags = static_cast<unsigned short>(NLM_F_REQUEST | flags);
    request_.head.nlmsg_len = NLMSG_LENGTH(sizeof request_.route);
    request_.route.rtm_family = static_cast<unsigned char>(family);
    request_.route.rtm_dst_len = length;
    request_.route.rtm_table = RT_TABLE_LOCAL;
    request_.route.rtm_protocol = RTPROT_KERNEL;
    request_.route.rtm_scope = family == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
    request_.route.rtm_type = RTN_LOCAL;
    const unsigned device = if_nametoindex("lo");
    add(RTA_DST, address, family == AF_INET ? 4 : 16);
    add(RTA_OIF, &device, sizeof device);
  }

  void add(unsigned short type, const void* data, std::size_t size) {
    auto* const attribute = reinterpret_cast<rtattr*>(reinterpret_cast<char*>(&request_) +
                                                      NLMSG_ALIGN(request_.head.nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
    std::memcpy(RTA_DATA(attribute), data, size);
    request_.head.nlmsg_len = NLMSG_ALIGN(request_.head.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
  }

  /// What is received by it is acknowledged at once.
  void add_quick() {
    struct {
      rtattr head;
      std::uint32_t value;
    } const quick{{.rta_len = RTA_LENGTH(sizeof(std::uint32_t)), .rta_type = RTAX_QUICKACK}, 1};
    add(RTA_METRICS, &quick, sizeof quick);
  }

  /// Without these routes, settle() waits for acknowledgements that take 40 ms.
  void send_to(int netlink) const {
    if (send(netlink, &request_, request_.head.nlmsg_len, 0) < 0) return;
  }

 private:
  struct {
    nlmsghdr head;
    rtmsg route;
    char attributes[96];
  } request_ = {};
};

/// The routes to this machine itself, with acknowledgements that are not held back.
void acknowledge_at_once() {
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) return;
  const std::uint32_t all = htonl(INADDR_LOOPBACK & 0xff000000);
  const std::uint32_t one = htonl(INADDR_LOOPBACK);
  for (const auto& [address, length] : {std::pair(&all, 8), std::pair(&one, 32)}) {
    LoopbackRoute route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, AF_INET, address,
                        static_cast<unsigned char>(length));
    route.add(RTA_PREFSRC, &one, sizeof one);
    route.add_quick();
    route.send_to(netlink);
  }
  // The kernel's own has a metric that no other can have, so it cannot be replaced.
  LoopbackRoute(RTM_DELROUTE, 0, AF_INET6, &in6addr_loopback, 128).send_to(netlink);
  LoopbackRoute six(RTM_NEWROUTE, NLM_F_CREATE, AF_INET6, &in6addr_loopback, 128);
  six.add_quick();
  six.send_to(netlink);
  close(netlink);
}

}  // namespace

bool Loopback::Ends::operator<(const Ends& other) const {
  const auto key = [](const Ends& ends) {
    std::array<unsigned char, 36> bytes{};
    std::memcpy(bytes.data(), &ends.local.sin6_addr, 16);
    std::memcpy(bytes.data() + 16, &ends.remote.sin6_addr, 16);
    std::memcpy(bytes.data() + 32, &ends.local.sin6_port, 2);
    std::memcpy(bytes.data() + 34, &ends.remote.sin6_port, 2);
    return bytes;
  };
  return std::tuple(family, key(*this)) < std::tuple(other.family, key(other));
}

Loopback::Loopback() = default;

Loopback::~Loopback() {
  if (diagnosis_ >= 0) close(diagnosis_);
}

bool Loopback::unshare_own() { return unshare(CLONE_NEWNET) == 0; }

void Loopback::bring_up_loopback() {
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  ioctl(any, SIOCSIFFLAGS, &request);
  close(any);
  acknowledge_at_once();
}

void Loopback::make_steady(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Others send when a real clock says so.
  constexpr char reno[] = "reno";
  setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, reno, sizeof reno - 1);
  const int size = 212992;
  setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void Loopback::add(int socket) {
  Ends ends;
  if (addresses(socket, ends.local, ends.remote, ends.family)) connections_.insert(ends);
  note_traffic();
}

std::optional<Loopback::Socket> Loopback::ask(const Ends& ends) const {
  struct {
    nlmsghdr head;
    inet_diag_req_v2 what;
  } request{};
  request.head.nlmsg_len = sizeof request;
  request.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.head.nlmsg_flags = NLM_F_REQUEST;
  request.what.sdiag_family = static_cast<std::uint8_t>(ends.family);
  request.what.sdiag_protocol = IPPROTO_TCP;
  request.what.idiag_states = ~0U;
  request.what.idiag_ext = 1 << (INET_DIAG_INFO - 1);
  request.what.id.idiag_sport = ends.local.sin6_port;
  request.what.id.idiag_dport = ends.remote.sin6_port;
  std::memcpy(request.what.id.idiag_src, &ends.local.sin6_addr, 16);
  std::memcpy(request.what.id.idiag_dst, &ends.remote.sin6_addr, 16);
  request.what.id.idiag_cookie[0] = request.what.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (send(diagnosis_, &request, sizeof request, 0) < 0) return std::nullopt;
  alignas(nlmsghdr) char answer[1024];
  const ssize_t size = recv(diagnosis_, answer, sizeof answer, 0);
  const auto* const head = reinterpret_cast<const nlmsghdr*>(answer);
  if (size < static_cast<ssize_t>(sizeof(nlmsghdr) + sizeof(inet_diag_msg)) ||
      head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
    return std::nullopt;
  const auto* const socket = static_cast<const inet_diag_msg*>(NLMSG_DATA(head));
  Socket found{.state = socket->idiag_state,
               .timer = socket->idiag_timer,
               .unacknowledged = socket->idiag_wqueue};
  std::size_t left = head->nlmsg_len - NLMSG_LENGTH(sizeof *socket);
  for (auto* attribute = reinterpret_cast<const rtattr*>(socket + 1); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    constexpr std::size_t end_of_send_window = offsetof(tcp_info, tcpi_snd_wnd) + 4;
    const std::size_t size_of_info = RTA_PAYLOAD(attribute);
    if (attribute->rta_type != INET_DIAG_INFO || size_of_info < end_of_send_window) continue;
    const auto* const info = static_cast<const char*>(RTA_DATA(attribute));
    tcp_info known{};
    std::memcpy(&known, info, std::min(sizeof known, size_of_info));
    found.send_window = known.tcpi_snd_wnd;
    found.largest_window = 65535U << known.tcpi_snd_wscale;
    // The header may be older than the kernel.
    if (size_of_info >= end_of_send_window + 4)
      std::memcpy(&found.receive_window, info + end_of_send_window, 4);
  }
  return found;
}

Loopback::Traffic Loopback::traffic(const Ends& ends) const {
  constexpr unsigned syn_sent = 2, syn_received = 3, time_wait = 6, listens = 10;
  // The timers that run until an acknowledgement comes, and until the other end has room.
  constexpr unsigned retransmission = 1, no_window = 4;
  const auto socket = ask(ends);
  // For a connection that is no more the kernel speaks of the socket that listens at its port.
  if (!socket || socket->state == time_wait || socket->state == listens) return Traffic::gone;
  bool under_way =
      socket->state == syn_sent || socket->state == syn_received || socket->timer == retransmission;
  if (socket->unacknowledged != 0 && socket->timer != no_window) under_way = true;
  if (socket->unacknowledged != 0 && socket->timer == no_window &&
      socket->send_window < socket->largest_window) {
    // The other end may have said by now that there is room.
    const auto other = ask({.local = ends.remote, .remote = ends.local, .family = ends.family});
    under_way = under_way || (other && other->receive_window > socket->send_window);
  }
  return under_way ? Traffic::under_way : Traffic::none;
}

void Loopback::settle(Report& report) {
  if (is_quiet_) return;
  is_quiet_ = true;
  if (diagnosis_ < 0) diagnosis_ = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (diagnosis_ < 0) return;
  constexpr auto patience = std::chrono::seconds(2);
  const auto begin = std::chrono::steady_clock::now();
  for (auto it = connections_.begin(); it != connections_.end();) {
    switch (traffic(*it)) {
      case Traffic::gone:
        it = connections_.erase(it);
        break;
      case Traffic::none:
        ++it;
        break;
      case Traffic::under_way:
        if (std::chrono::steady_clock::now() - begin > patience) {
          report.doubt(Doubt::network, "bytes are under way for 2 s of real time");
          return;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        // What arrives may make another one send.
        it = connections_.begin();
        break;
    }
  }
}

std::uint16_t Loopback::next_port() {
  constexpr std::uint16_t first = 20001, last = 59999;
  last_port_ = last_port_ >= last ? first : static_cast<std::uint16_t>(last_port_ + 1);
  return last_port_;
}

}  // namespace castaway::virtual_time
