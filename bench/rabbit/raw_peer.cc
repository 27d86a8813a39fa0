// raw_peer: what is the least that RPC over this broker can cost? rabbitmq-c in a loop, a
// connection for each thread, and of the envelope no more than is needed: the request is text with
// two ids in it, and the server looks for them.
//
// It says on the wire what oslo.messaging says, so each side of it may have another's other side.

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "peer.h"
#include "raw_connection.h"

namespace castaway::bench {
namespace {

constexpr const char* control_exchange = "openstack";

/// 32 hex digits.
std::string id_of(int thread, std::uint64_t n) { return fmt::format("{:016x}{:016x}", thread, n); }

/// The text of a value in an inner object: what is between `key` and the next comma or brace,
/// without quotation marks and spaces.
std::string value_of(std::string_view body, std::string_view key) {
  std::size_t at = body.find(key);
  if (at == std::string_view::npos) return {};
  std::string value;
  for (at += key.size(); at < body.size() && body[at] != ',' && body[at] != '}'; ++at) {
    if (std::string_view(" :\\\"").find(body[at]) == std::string_view::npos) value += body[at];
  }
  return value;
}

std::string request(int n, const std::string& unique_id, const std::string& of_a_call) {
  return fmt::format(
      R"({{"oslo.version": "2.0", "oslo.message": "{{\"method\": \"echo\", \"args\": {{\"n\": {}}}, )"
      R"({}\"_unique_id\": \"{}\"}}"}})",
      n, of_a_call, unique_id);
}

class RawClient final : public Client {
 public:
  explicit RawClient(const PeerArguments& arguments)
      : port_(arguments.port()), topic_(arguments.at("topic")) {}

  void prepare(int threads) override {
    while (lines_.size() < static_cast<std::size_t>(threads)) {
      auto line = std::make_unique<Line>(port_);
      line->reply_q = fmt::format("reply_{}", id_of(static_cast<int>(lines_.size()), 0)) + topic_;
      line->connection.declare_exchange(control_exchange, "topic", false);
      line->connection.consume(line->reply_q, "", "");
      lines_.push_back(std::move(line));
    }
  }

  void call(int thread, int n) override {
    Line& line = *lines_[static_cast<std::size_t>(thread)];
    const std::string id = id_of(thread, ++line.requests);
    const std::string of_a_call = fmt::format(
        R"(\"_msg_id\": \"{}\", \"_reply_q\": \"{}\", \"_timeout\": null, )", id, line.reply_q);
    line.connection.publish(control_exchange, topic_, request(n, id, of_a_call), false, true);
    const RawDelivery reply = line.connection.next();
    line.connection.acknowledge(reply.tag);
    if (value_of(reply.body, "_msg_id") != id ||
        value_of(reply.body, "result") != std::to_string(n))
      throw std::runtime_error("another's answer: " + reply.body);
  }
  void cast(int thread, int n) override { send(thread, n, control_exchange, topic_); }
  void fanout(int thread, int n) override { send(thread, n, topic_ + "_fanout", ""); }

 private:
  struct Line {
    explicit Line(std::uint16_t port) : connection(port) {}
    RawConnection connection;
    std::string reply_q = {};
    std::uint64_t requests = 0;
  };

  void send(int thread, int n, const std::string& exchange, const std::string& routing_key) {
    Line& line = *lines_[static_cast<std::size_t>(thread)];
    const std::string id = id_of(thread, ++line.requests);
    line.connection.publish(exchange, routing_key, request(n, id, ""), false, false);
  }

  const std::uint16_t port_;
  const std::string topic_;
  std::vector<std::unique_ptr<Line>> lines_;
};

/// One thread of the server: its own connection, its own place in the topic's queue.
class RawServer final {
 public:
  RawServer(const PeerArguments& arguments, int thread, std::atomic<std::uint64_t>& handled)
      : connection_(arguments.port()),
        topic_(arguments.at("topic")),
        with_barrier_(arguments.at("barrier") == "yes"),
        handled_(handled) {
    connection_.prefetch(64);
    connection_.declare_exchange(control_exchange, "topic", false);
    connection_.consume(topic_, control_exchange, topic_);
    if (thread != 0) return;
    connection_.declare_exchange(topic_ + "_fanout", "fanout", true);
    connection_.consume(topic_ + "_fanout_" + arguments.at("name"), topic_ + "_fanout", topic_);
  }

  [[noreturn]] void serve() {
    for (std::uint64_t n = 0;; ++n) {
      const RawDelivery request = connection_.next();
      connection_.acknowledge(request.tag);
      if (with_barrier_) connection_.barrier(topic_);
      ++handled_;
      const std::string msg_id = value_of(request.body, "_msg_id");
      if (msg_id.empty()) continue;
      const std::string reply = fmt::format(
          R"({{"oslo.version": "2.0", "oslo.message": "{{\"result\": {}, \"failure\": null, )"
          R"(\"ending\": true, \"_msg_id\": \"{}\", \"_unique_id\": \"{}\"}}"}})",
          value_of(request.body, R"(\"n\")"), msg_id, id_of(0, n));
      connection_.publish("", value_of(request.body, "_reply_q"), reply, true, false);
    }
  }

 private:
  RawConnection connection_;
  const std::string topic_;
  const bool with_barrier_;
  std::atomic<std::uint64_t>& handled_;
};

[[noreturn]] void fail(const std::exception& error) {
  std::cerr << "raw_peer: " << error.what() << std::endl;
  std::_Exit(1);
}

/// Its threads serve until the process ends.
[[noreturn]] void serve(const PeerArguments& arguments) {
  static std::atomic<std::uint64_t> handled = 0;
  for (int thread = 0; thread < std::stoi(arguments.at("threads")); ++thread) {
    auto server = std::make_unique<RawServer>(arguments, thread, handled);
    std::thread([server = std::move(server)] {
      try {
        server->serve();
      } catch (const std::exception& error) {
        fail(error);
      }
    }).detach();
  }
  run_server([] { return handled.load(); });
  std::_Exit(0);
}

void run(const PeerArguments& arguments) {
  if (arguments.role == "server") serve(arguments);
  RawClient client(arguments);
  run_client(client);
}

}  // namespace
}  // namespace castaway::bench

int main(int argc, char** argv) {
  try {
    castaway::bench::run(castaway::bench::peer_arguments(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    castaway::bench::fail(error);
  }
}
