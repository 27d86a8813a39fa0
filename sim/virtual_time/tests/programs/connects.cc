// Connections: TCP, Unix and UDP; refused ones, and those for which there is no room yet.

#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "observe.h"

using namespace observe;

namespace {

struct Name {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

Name loopback(int family, int port) {
  Name name;
  if (family == AF_INET) {
    auto& four = reinterpret_cast<sockaddr_in&>(name.storage);
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    four.sin_port = htons(static_cast<std::uint16_t>(port));
    name.size = sizeof four;
  } else {
    auto& six = reinterpret_cast<sockaddr_in6&>(name.storage);
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    six.sin6_port = htons(static_cast<std::uint16_t>(port));
    name.size = sizeof six;
  }
  return name;
}

Name local(const std::string& path) {
  Name name;
  auto& address = reinterpret_cast<sockaddr_un&>(name.storage);
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  name.size = static_cast<socklen_t>(sizeof(sa_family_t) + path.size());
  return name;
}

int port_of(int socket, bool of_peer = false) {
  Name name;
  if ((of_peer ? getpeername : getsockname)(socket, name.generic(), &name.size) != 0) return -1;
  return ntohs(reinterpret_cast<sockaddr_in&>(name.storage).sin_port);
}

void exchange(int client, int server) {
  char bytes[8] = {};
  if (write(client, "ping", 4) != 4 || read(server, bytes, 8) != 4) say("no ping");
  if (write(server, "pong", 4) != 4 || read(client, bytes, 8) != 4) say("no pong");
  say("%s", bytes);
}

void serve(const char* what, Name name) {
  const int family = name.storage.ss_family;
  const int listener = socket(family, SOCK_STREAM, 0);
  say("%s, bind: %s", what, outcome(bind(listener, name.generic(), name.size)).c_str());
  say("listen: %s", outcome(listen(listener, 5)).c_str());
  if (family != AF_UNIX) {
    say("port %d", port_of(listener));
    name.size = sizeof name.storage;
    getsockname(listener, name.generic(), &name.size);
  }
  std::thread client([name, family]() mutable {
    sleep_for(1);
    const int end = socket(family, SOCK_STREAM, 0);
    say("connect: %s", outcome(connect(end, name.generic(), name.size)).c_str());
    if (family != AF_UNIX) say("from %d to %d", port_of(end), port_of(end, true));
    char bytes[8] = {};
    sleep_for(1);
    if (write(end, "ping", 4) == 4 && read(end, bytes, sizeof bytes) == 4) say("%s", bytes);
    sleep_for(1);
    close(end);
  });
  const int end = accept(listener, nullptr, nullptr);
  say("accepted");
  char bytes[8] = {};
  say("read: %ld", static_cast<long>(read(end, bytes, sizeof bytes)));
  if (write(end, "pong", 4) != 4) say("no pong");
  say("at the end: %ld", static_cast<long>(read(end, bytes, sizeof bytes)));
  client.join();
  const timeval timeout = timeval_of(2);
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  say("accept, SO_RCVTIMEO: %s", outcome(accept(listener, nullptr, nullptr)).c_str());
  close(end);
  close(listener);
}

void refused() {
  for (const int family : {AF_INET, AF_INET6}) {
    const int end = socket(family, SOCK_STREAM, 0);
    Name name = loopback(family, 7);
    say("refused: %s", outcome(connect(end, name.generic(), name.size)).c_str());
    close(end);
  }
  const int end = socket(AF_UNIX, SOCK_STREAM, 0);
  Name name = local("/nowhere/at/all");
  say("no such path: %s", outcome(connect(end, name.generic(), name.size)).c_str());
  name = local(std::string("\0nobody", 7));
  say("nobody's name: %s", outcome(connect(end, name.generic(), name.size)).c_str());
  close(end);
  const int busy = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  name = loopback(AF_INET, 7);
  say("refused, nonblocking: %s", outcome(connect(busy, name.generic(), name.size)).c_str());
  close(busy);
}

/// A Unix socket holds one connection more than it was told to.
void full_unix() {
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  Name name = local(std::string("\0full", 5));
  bind(listener, name.generic(), name.size);
  listen(listener, 1);
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([i, name]() mutable {
      const int end = socket(AF_UNIX, SOCK_STREAM, 0);
      say("client %d: %s", i, outcome(connect(end, name.generic(), name.size)).c_str());
      sleep_for(60);
      close(end);
    });
  }
  for (int i = 0; i < 4; ++i) {
    sleep_for(1);
    accept(listener, nullptr, nullptr);
  }
  for (std::thread& client : clients) client.join();
  close(listener);
}

void packets(int family) {
  const int server = socket(family, SOCK_DGRAM, 0);
  Name name = loopback(family, 0);
  bind(server, name.generic(), name.size);
  say("UDP port %d", port_of(server));
  getsockname(server, name.generic(), &name.size);
  std::thread client([name, family]() mutable {
    sleep_for(1);
    const int end = socket(family, SOCK_DGRAM, 0);
    if (sendto(end, "ping", 4, 0, name.generic(), name.size) != 4) say("no ping");
    char bytes[8] = {};
    say("answer: %s", outcome(recv(end, bytes, sizeof bytes, 0)).c_str());
    const int other = socket(family, SOCK_DGRAM, 0);
    say("connect: %s", outcome(connect(other, name.generic(), name.size)).c_str());
    say("from %d", port_of(other));
    say("and from %d", port_of(end));
    close(other);
    close(end);
  });
  char bytes[8] = {};
  Name from;
  say("recvfrom: %s",
      outcome(recvfrom(server, bytes, sizeof bytes, 0, from.generic(), &from.size)).c_str());
  say("of port %d", static_cast<int>(ntohs(reinterpret_cast<sockaddr_in&>(from.storage).sin_port)));
  sleep_for(1);
  sendto(server, "pong", 4, 0, from.generic(), from.size);
  client.join();
  close(server);
}

}  // namespace

int main(int, char** words) {
  serve("TCP", loopback(AF_INET, 0));
  serve("TCP, IPv6", loopback(AF_INET6, 0));
  serve("TCP, its own port", loopback(AF_INET, 8080));
  const std::string path = std::string(words[1]) + "/socket";
  serve("Unix path", local(path));
  unlink(path.c_str());
  serve("abstract", local(std::string("\0name", 5)));
  refused();
  full_unix();
  packets(AF_INET);
  packets(AF_INET6);
  int pair[2];
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair);
  exchange(pair[0], pair[1]);
}
