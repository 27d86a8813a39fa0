#include "left_connections.h"

#include <cstdint>
#include <vector>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace castaway::virtual_time {
namespace {

struct Request {
  nlmsghdr head = {};
  inet_diag_req_v2 what = {};
};

Request request_for(int type, int flags, int family) {
  Request request;
  request.head.nlmsg_len = sizeof request;
  request.head.nlmsg_type = static_cast<std::uint16_t>(type);
  request.head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  request.what.sdiag_family = static_cast<std::uint8_t>(family);
  request.what.sdiag_protocol = IPPROTO_TCP;
  request.what.idiag_states = ~0U;
  return request;
}

/// All that there are.
std::vector<inet_diag_sockid> connections(int netlink, int family) {
  std::vector<inet_diag_sockid> found;
  const Request request = request_for(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family);
  if (send(netlink, &request, sizeof request, 0) < 0) return found;
  alignas(nlmsghdr) char answer[16384];
  for (;;) {
    const ssize_t size = recv(netlink, answer, sizeof answer, 0);
    if (size <= 0) return found;
    auto left = static_cast<unsigned>(size);
    for (auto* head = reinterpret_cast<const nlmsghdr*>(answer); NLMSG_OK(head, left);
         head = NLMSG_NEXT(head, left)) {
      if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY) return found;  // the end, or an error
      found.push_back(static_cast<const inet_diag_msg*>(NLMSG_DATA(head))->id);
    }
  }
}

}  // namespace

bool end_left_connections() {
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0) return false;
  bool are_left = false;
  for (const int family : {AF_INET, AF_INET6}) {
    for (const inet_diag_sockid& id : connections(netlink, family)) {
      Request request = request_for(SOCK_DESTROY, NLM_F_ACK, family);
      request.what.id = id;
      char answer[1024];
      if (send(netlink, &request, sizeof request, 0) < 0 ||
          recv(netlink, answer, sizeof answer, 0) < 0)
        break;
    }
    are_left = are_left || !connections(netlink, family).empty();
  }
  close(netlink);
  return !are_left;
}

}  // namespace castaway::virtual_time
