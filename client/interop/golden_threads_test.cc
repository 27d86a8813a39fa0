// What oslo.messaging was recorded to say to RabbitMQ, and what profile classic says to it for the
// same calls: the same methods with the same arguments in the same order on each connection.
//
// Not compared: connection.start-ok and connection.tune-ok, by which each library introduces
// itself; the reply code of channel.close and connection.close, where py-amqp says 0, and we say
// 200 as the specification wants it; the ids, which are chance; bodies, which
// client/envelope_golden_test.cc compares; and heartbeats.

#include <fstream>
#include <list>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/testing/transport_peer.h"

#include "interop_fixture.h"
#include "tcp_proxy.h"

namespace castaway::interop {
namespace {

using nlohmann::json;

/// "client listen", and what each connection of that kind said.
using Said = std::map<std::string, std::multiset<std::vector<std::string>>>;

/// Printable, and with each id the same.
std::string without_ids(const std::string& bytes) {
  static const std::regex id("[0-9a-f]{32}");
  return ::testing::PrintToString(std::regex_replace(bytes, id, std::string(32, '#')));
}

/// The methods and headers of what one side of a connection said, after the protocol header.
std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  amqp::FrameReader reader(1 << 20);
  while (!bytes.empty()) {
    const auto space = reader.space();
    const std::size_t size = std::min(space.size(), bytes.size());
    std::copy_n(bytes.begin(), size, space.begin());
    reader.commit(size);
    bytes.remove_prefix(size);
    while (const auto frame = reader.next()) {
      const std::string payload(frame->payload);
      if (frame->type == amqp::FrameType::method) {
        const std::string name = amqp::name_of(amqp::decode_method(payload));
        if (name == "connection.start-ok" || name == "connection.tune-ok") continue;
        const bool closes = name == "channel.close" || name == "connection.close";
        lines.push_back(closes ? name : name + ' ' + without_ids(payload));
      } else if (frame->type == amqp::FrameType::header) {
        lines.push_back("header " + ::testing::PrintToString(payload.substr(12)));
      }
    }
  }
  return lines;
}

std::string role_of(const std::vector<std::string>& lines) {
  const bool listens = std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.starts_with("basic.consume");
  });
  return listens ? "listen" : "send";
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

Said said_by_oslo(const json& recording) {
  std::map<int, std::string> bytes;
  for (const json& frame : recording.at("frames")) {
    if (frame.at("from") == "client" && frame.at("type") != "eof" &&
        frame.at("type") != "protocol-header")
      bytes[frame.at("conn")] += from_hex(frame.at("hex"));
  }
  Said said;
  for (const json& connection : recording.at("connections")) {
    const std::vector<std::string> lines = lines_of(bytes[connection.at("id")]);
    said[connection.at("process").get<std::string>() + ' ' + role_of(lines)].insert(lines);
  }
  return said;
}

void add(Said& said, const std::string& process, const rabbit::TcpProxy& line) {
  for (const std::string& bytes : line.said()) {
    const auto lines = lines_of(std::string_view(bytes).substr(amqp::protocol_header.size()));
    said[process + ' ' + role_of(lines)].insert(lines);
  }
}

/// One of our processes, with a line of its own.
struct Process {
  Process(ThreadRuntime& runtime, rabbit::TcpProxy& line)
      : castaway(std::make_unique<Castaway>(runtime, Profile::classic, line.port())) {}
  std::unique_ptr<Castaway> castaway;
  std::unique_ptr<RPCServer> server = {};
};

class Golden : public ::testing::TestWithParam<const char*> {
 protected:
  /// As each recording began: without the queues that servers leave behind.
  Golden() {
    RabbitTransport transport(runtime_, {.hosts = {rabbit::RabbitMQNode::shared().host()}});
    castaway::testing::TransportPeer peer(runtime_, transport);
    peer.await("opened");
    for (const char* queue : {"golden", "golden.server1", "golden.server2"})
      peer.await_completed(peer.with([&](Connection& c) { return c.delete_queue(queue); }));
  }
  std::unique_ptr<RPCServer> serve(Castaway& process, const std::string& name) {
    const std::map<std::string, Method> methods = {
        {"echo", [](const Object&, const Object& args) { return args.json(); }},
        {"add",
         [](const Object&, const Object& args) {
           return json(args.json().at("a").get<int>() + args.json().at("b").get<int>());
         }},
        {"note", [this](const Object&, const Object&) {
           ++noted_;
           return json();
         }}};
    auto server = std::make_unique<RPCServer>(
        process.transport, Target{.topic = "golden", .server = name},
        std::vector{Endpoint{.methods = methods},
                    Endpoint{.namespace_ = "inventory", .version = "2.1", .methods = methods}});
    server->start();
    return server;
  }

  /// "" or the class of the error.
  static std::string call_as_recorded(RPCTransport& transport, const json& step) {
    const json target = step.value("target", json::object());
    const RPCClient client(transport, {.target = {.exchange = target.value("exchange", ""),
                                                  .topic = "golden",
                                                  .namespace_ = target.value("namespace", ""),
                                                  .version = target.value("version", ""),
                                                  .server = target.value("server", ""),
                                                  .fanout = target.value("fanout", false)},
                                       .timeout = std::chrono::seconds(step.value("timeout", 10)),
                                       .mandatory = step.value("mandatory", false)});
    const auto args = Object(json(step.at("args")));
    try {
      if (step.at("do") == "cast") {
        client.cast({}, step.at("method"), args);
      } else {
        client.call({}, step.at("method"), args);
      }
    } catch (const MessagingTimeout&) {
      return "MessagingTimeout";
    } catch (const MessageUndeliverable&) {
      return "MessageUndeliverable";
    }
    return "";
  }

  /// Everything that `recording` says was done, by us.
  Said said_by_ours(const json& recording) {
    std::list<rabbit::TcpProxy> lines;
    std::list<Process> servers;
    const std::uint16_t port = rabbit::RabbitMQNode::shared().port();
    const int count = recording.at("servers");
    for (int i = 1; i <= count; ++i) {
      Process& process = servers.emplace_back(runtime_, lines.emplace_back(port));
      process.server = serve(*process.castaway, "server" + std::to_string(i));
    }
    rabbit::TcpProxy line(port);
    int casts = 0;
    {
      Process client(runtime_, line);
      std::size_t outcome = 0;
      for (const json& step : recording.at("calls")) {
        if (step.contains("sleep")) continue;
        const json recorded = recording.at("outcomes").at(outcome++);
        EXPECT_EQ(call_as_recorded(client.castaway->transport, step),
                  recorded.contains("exception") ? recorded.at("exception").at("class") : "");
        // The server's link is free for the next reply once the last one is confirmed.
        runtime_.sleep_until(runtime_.now() + 100ms);
        if (step.at("method") == "note" && count > 0)
          casts += step.value("target", json::object()).value("fanout", false) ? count : 1;
      }
      while (noted_ < casts) runtime_.sleep_until(runtime_.now() + 5ms);
    }
    servers.clear();
    Said said;
    add(said, "client", line);
    for (const rabbit::TcpProxy& each : lines) add(said, "server", each);
    return said;
  }

  ThreadRuntime runtime_;
  std::atomic<int> noted_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Oslo1403, Golden,
                         ::testing::Values("call_result", "call_result_none", "call_twice",
                                           "call_specific_server", "cast", "cast_specific_server",
                                           "cast_fanout", "call_namespace_version",
                                           "call_timeout_no_server", "call_mandatory_unroutable"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(Golden, ClassicSaysTheSame) {
  std::ifstream file(std::string(CASTAWAY_SOURCE_DIR "/client/golden/oslo-14.0.3/") + GetParam() +
                     ".json");
  const auto recording = json::parse(file);
  const Said oslo = said_by_oslo(recording), ours = said_by_ours(recording);
  for (const auto& [who, connections] : oslo) {
    const auto found = ours.find(who);
    ASSERT_NE(found, ours.end()) << who;
    EXPECT_EQ(found->second, connections) << who;
  }
  EXPECT_EQ(ours.size(), oslo.size());
}

}  // namespace
}  // namespace castaway::interop
