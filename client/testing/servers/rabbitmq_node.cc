#include "rabbitmq_node.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace castaway::rabbit {
namespace {

namespace fs = std::filesystem;

const fs::path programs = "/usr/lib/rabbitmq/bin";  // those in PATH insist on a user
constexpr std::chrono::seconds start_within(90);

/// Ports of the loopback that nobody listens on just now.
std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<std::uint16_t> ports;
  std::vector<int> sockets;
  while (ports.size() < count) {
    sockets.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(sockets.back(), generic, size) != 0 ||
        getsockname(sockets.back(), generic, &size) != 0)
      throw std::runtime_error("no free port");
    ports.push_back(ntohs(address.sin_port));
  }
  for (const int each : sockets) close(each);
  return ports;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

/// rabbitmq_node.sh, which keeps the node while we hold the other end of its standard input.
class RabbitMQNode::Guard {
 public:
  Guard(const fs::path& folder, std::uint16_t epmd_port,
        const std::vector<std::string>& environment)
      : process_({.program = "/bin/sh",
                  .arguments = {CASTAWAY_SOURCE_DIR "/client/testing/servers/rabbitmq_node.sh",
                                folder.string(), std::to_string(epmd_port)},
                  .environment = environment,
                  .in = {Stream::To::pipe},
                  .out = {Stream::To::file, (folder / "output").string()}}) {}
  ~Guard() {
    process_.close_input();
    process_.wait();  // it kills itself, with all the others
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  [[nodiscard]] bool running() const { return process_.running(); }

 private:
  Process process_;
};

RabbitMQNode::RabbitMQNode(Until until) {
  if (const char* const program = getenv("CASTAWAY_SERVE")) {
    serve(program);
    return;
  }
  if (!fs::exists(programs / "rabbitmq-server")) {
    throw std::runtime_error("rabbitmq-server is missing; ci/packages/install broker installs it");
  }
  std::string folder = (fs::temp_directory_path() / "castaway-rabbitmq-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no folder " + folder);
  folder_ = folder;
  const std::vector<std::uint16_t> ports = free_ports(4);
  port_ = ports[0];
  tls_port_ = ports[1];
  write_files();
  const auto in_folder = [&](const char* name) { return (folder_ / name).string(); };
  environment_ = {std::string("PATH=") + getenv("PATH"),
                  "LANG=C.UTF-8",
                  "HOME=" + folder_.string(),  // where Erlang keeps its cookie
                  "ERL_EPMD_ADDRESS=127.0.0.1",
                  "ERL_EPMD_PORT=" + std::to_string(ports[3]),
                  "RABBITMQ_ALLOW_INPUT=true",  // no shell between the guard and what it has to end
                  "RABBITMQ_SERVER_START_ARGS=-noinput",
                  "RABBITMQ_NODENAME=castaway-" + std::to_string(getpid()) + "@localhost",
                  "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
                  "RABBITMQ_NODE_PORT=" + std::to_string(port_),
                  "RABBITMQ_DIST_PORT=" + std::to_string(ports[2]),
                  "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
                  "RABBITMQ_MNESIA_BASE=" + in_folder("mnesia"),
                  "RABBITMQ_LOG_BASE=" + in_folder("log"),
                  "RABBITMQ_PID_FILE=" + in_folder("pid"),
                  "RABBITMQ_SCHEMA_DIR=" + in_folder("schema"),
                  "RABBITMQ_GENERATED_CONFIG_DIR=" + in_folder("config"),
                  "RABBITMQ_CONFIG_FILE=" + in_folder("rabbitmq.conf"),
                  "RABBITMQ_ADVANCED_CONFIG_FILE=" + in_folder("none.config"),
                  "RABBITMQ_CONF_ENV_FILE=" + in_folder("none.env"),
                  "RABBITMQ_ENABLED_PLUGINS_FILE=" + in_folder("plugins")};
  guard_ = std::make_unique<Guard>(folder_, ports[3], environment_);
  if (until == Until::ready) await_ready();
}

RabbitMQNode::~RabbitMQNode() = default;

void RabbitMQNode::serve(const std::string& program) {
  served_ = std::make_unique<Process>(
      ProcessSettings{.program = program,
                      .arguments = {"serve", "--listen", "127.0.0.1:0", "--ready", "json"},
                      .ends_with_us = true});
  while (served_->hear()) {
    for (const std::string& line : served_->lines()) {
      port_ = nlohmann::json::parse(line).at("port");
      return;
    }
  }
  throw std::runtime_error("castaway serve has ended: " + served_->out());
}

void RabbitMQNode::write_files() const {
  std::ofstream(folder_ / "plugins") << "[rabbitmq_auth_mechanism_ssl].\n";
  const auto tls = (folder_ / "tls").string();
  std::ofstream(folder_ / "rabbitmq.conf")
      << "listeners.ssl.1 = 127.0.0.1:" << tls_port_ << "\n"
      << "ssl_options.cacertfile = " << tls << "/ca.pem\n"
      << "ssl_options.certfile = " << tls << "/server.pem\n"
      << "ssl_options.keyfile = " << tls << "/server.key\n"
      << "ssl_options.verify = verify_peer\n"
      << "ssl_options.fail_if_no_peer_cert = false\n"
      << "auth_mechanisms.1 = PLAIN\nauth_mechanisms.2 = AMQPLAIN\nauth_mechanisms.3 = EXTERNAL\n"
      << "ssl_cert_login_from = common_name\n";
}

std::string RabbitMQNode::output() const { return text_of(folder_ / "output"); }

void RabbitMQNode::await_ready() const {
  const auto deadline = std::chrono::steady_clock::now() + start_within;
  while (std::chrono::steady_clock::now() < deadline && guard_->running()) {
    if (output().find("Starting broker... completed") != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("RabbitMQ did not start:\n" + output());
}

std::string RabbitMQNode::ctl(const std::vector<std::string>& arguments) const {
  if (served_) throw std::runtime_error("castaway serve has no rabbitmqctl");
  std::vector<std::string> all = {"--quiet"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const fs::path said = folder_ / "ctl";
  Process rabbitmqctl({.program = (programs / "rabbitmqctl").string(),
                       .arguments = all,
                       .environment = environment_,
                       .out = {Stream::To::file, said.string()}});
  if (rabbitmqctl.wait().exit_code != 0) throw std::runtime_error("rabbitmqctl: " + text_of(said));
  return text_of(said);
}

namespace {

std::unique_ptr<RabbitMQNode> the_node;

/// Ends it before the program does.
class EndTheNode final : public testing::Environment {
  void TearDown() override { the_node.reset(); }
};
const auto* const registered = testing::AddGlobalTestEnvironment(new EndTheNode);

}  // namespace

RabbitMQNode& RabbitMQNode::shared() {
  if (!the_node) the_node = std::make_unique<RabbitMQNode>();
  return *the_node;
}

}  // namespace castaway::rabbit
