#include "nats_server.h"

#include <csignal>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace castaway::nats {

NatsServer::NatsServer(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  start();
}

NatsServer::~NatsServer() { kill(); }

void NatsServer::start() {
  std::vector<std::string> words = {"nats-server", "--addr", "127.0.0.1", "--port", port_};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  output_ = ends[0];
  await_port();
}

void NatsServer::await_port() {
  const std::string listens = "Listening for client connections on 127.0.0.1:";
  std::string said;
  for (;;) {
    const std::size_t line = said.find(listens);
    if (line != std::string::npos && said.find("Server is ready", line) != std::string::npos) {
      const std::size_t port = line + listens.size();
      port_ = said.substr(port, said.find('\n', port) - port);
      return;
    }
    char more[4096];
    const ssize_t size = read(output_, more, sizeof more);
    if (size <= 0) {
      kill();
      throw std::runtime_error("nats-server did not start; ci/packages/install broker installs it" +
                               (said.empty() ? said : ":\n" + said));
    }
    said.append(more, static_cast<std::size_t>(size));
  }
}

void NatsServer::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  close(output_);
  process_ = 0;
}

void NatsServer::pause() const {
  ::kill(process_, SIGSTOP);
  waitpid(process_, nullptr, WUNTRACED);  // until all its threads have stopped
}
void NatsServer::go_on() const { ::kill(process_, SIGCONT); }

std::string NatsServer::url(const std::string& credentials) const {
  return "nats://" + credentials + "127.0.0.1:" + port_;
}

}  // namespace castaway::nats
