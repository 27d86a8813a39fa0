// Warms up, and then says what may differ from run to run. With a word, it does so in another way:
// "never" does not fork, "threads" has two threads when it does, "beside" uses another port.

#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "observe.h"

using namespace observe;

namespace {

/// A port that a connection keeps for a minute after its end: in a run that begins after it, too.
void use_a_port(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  say("bind: %s", outcome(bind(listener, place, sizeof address)).c_str());
  listen(listener, 1);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  say("connect: %s", outcome(connect(client, place, sizeof address)).c_str());
  const int server = accept(listener, nullptr, nullptr);
  socklen_t size = sizeof address;
  getsockname(client, place, &size);
  say("from port %d", ntohs(address.sin_port));
  close(server);
  close(client);
}

}  // namespace

int main(int, char** arguments) {
  const std::string how = arguments[1] == nullptr ? "" : arguments[1];
  if (how == "threads") std::thread([] { sleep_for(1e6); }).detach();
  const int file = open("/castaway/warm", O_RDONLY);
  if (file >= 0) {
    close(file);
    if (how == "never") return 0;
    fork();
  }

  say("process %d of %d", getpid(), getppid());
  unsigned char byte = 0;
  if (getrandom(&byte, 1, 0) == 1) say("random %02x", byte);
  use_a_port(how == "beside" ? 5673 : 5672);
  const pid_t other = child([] {
    say("child %d", getpid());
    return 0;
  });
  say("child: %s", wait_for(other).c_str());
  // It is still there when the run ends.
  child([] {
    sleep_for(1e6);
    return 0;
  });
  std::thread([] { sleep_for(3600); }).join();
  say("real time %.0f", reading(CLOCK_REALTIME));
  return byte < 128 ? 0 : 7;
}
