#include "nats_server.h"

#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <gtest/gtest.h>

#include "castaway/process.h"

namespace castaway::nats {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::runtime_error("nats-server did not start; ci/packages/install broker installs it:\n" +
                           why);
}

}  // namespace

NatsServer::NatsServer(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  start();
}

NatsServer::~NatsServer() = default;

void NatsServer::start() {
  std::vector<std::string> arguments = {"--addr", "127.0.0.1", "--port", port_};
  arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
  try {
    process_ = std::make_unique<Process>(
        ProcessSettings{.program = "nats-server", .arguments = arguments, .ends_with_us = true});
  } catch (const std::system_error& error) {
    refuse(error.what());
  }
  await_port();
}

void NatsServer::await_port() {
  const std::string listens = "Listening for client connections on 127.0.0.1:";
  const std::string& said = process_->out();
  while (process_->hear()) {
    const std::size_t line = said.find(listens);
    if (line == std::string::npos || said.find("Server is ready", line) == std::string::npos)
      continue;
    const std::size_t port = line + listens.size();
    port_ = said.substr(port, said.find('\n', port) - port);
    return;
  }
  refuse(said);
}

void NatsServer::kill() { process_.reset(); }

void NatsServer::pause() const {
  process_->signal(SIGSTOP);
  process_->wait_until_stopped();
}
void NatsServer::go_on() const { process_->signal(SIGCONT); }

std::string NatsServer::url(const std::string& credentials) const {
  return "nats://" + credentials + "127.0.0.1:" + port_;
}

}  // namespace castaway::nats
