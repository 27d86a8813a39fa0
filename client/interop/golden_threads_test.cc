// What oslo.messaging was recorded to say to RabbitMQ, and what profile classic says to it for the
// same calls: the same methods with the same arguments in the same order on each connection.
//
// Not compared: connection.start-ok and connection.tune-ok, by which each library introduces
// itself; the reply code of channel.close and connection.close, where py-amqp says 0, and we say
// 200 as the specification wants it; the ids, which are chance; bodies, which
// client/wire/envelope_golden_test.cc compares; and AMQP's heartbeats.
//
// Not said again: call_gzip, for ours compress nothing; idle_heartbeats, of which nothing would be
// left to compare; and what a client or server does whose peer or connection fails.

#include <fstream>
#include <list>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/testing/transport_peer.h"

#include "interop_fixture.h"
#include "servers/tcp_proxy.h"

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

std::string_view after_protocol_header(std::string_view bytes) {
  return bytes.substr(std::min(bytes.size(), amqp::protocol_header.size()));
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
    const auto lines = lines_of(after_protocol_header(bytes));
    said[process + ' ' + role_of(lines)].insert(lines);
  }
}

/// One of our processes, with a line of its own.
struct Process {
  Process(ThreadRuntime& runtime, const rabbit::TcpProxy& line, const json& config)
      : castaway(
            std::make_unique<Castaway>(runtime, Profile::classic, options(line.port(), config))) {}
  /// The options of `config` have the same names here and there: in the URL.
  static RabbitOptions options(std::uint16_t port, const json& config) {
    std::string url = url_of(port);
    for (const auto& [option, value] : config.items())
      url += (url.ends_with('/') ? '?' : '&') + option + '=' + value.dump();
    return rabbit_options(parse_transport_url(url));
  }
  std::unique_ptr<Castaway> castaway;
  std::unique_ptr<RPCServer> server = {};
};

class Golden : public ::testing::TestWithParam<const char*> {
 protected:
  Golden() {
    std::ifstream file(std::string(CASTAWAY_SOURCE_DIR "/client/golden/oslo-14.0.3/") + GetParam() +
                       ".json");
    recording_ = json::parse(file);
    clean_up();
  }
  ~Golden() override { clean_up(); }

  /// As each recording began: without the queues and exchanges that servers leave behind.
  void clean_up() {
    RabbitTransport transport(runtime_, {.hosts = {rabbit::RabbitMQNode::shared().host()}});
    castaway::testing::TransportPeer peer(runtime_, transport);
    peer.await("opened");
    for (const char* queue : {"golden", "golden.server1", "golden.server2"})
      peer.await_completed(peer.with([&](Connection& c) { return c.delete_queue(queue); }));
    if (recording_.at("config").empty()) return;
    // Other options would declare it in another way.
    rabbit::RabbitMQNode::shared().ctl(
        {"eval",
         "rabbit_exchange:delete(rabbit_misc:r(<<\"/\">>, exchange, <<\"openstack\">>), false, "
         "<<\"test\">>)."});
  }
  std::unique_ptr<RPCServer> serve(Castaway& process, const std::string& name) {
    std::map<std::string, Method> methods = {
        {"echo", [](const Object&, const Object& args) { return args.json(); }},
        {"add",
         [](const Object&, const Object& args) {
           return json(args.json().at("a").get<int>() + args.json().at("b").get<int>());
         }},
        {"blob",
         [](const Object&, const Object& args) {
           return json(std::string(args.json().at("size").get<std::size_t>(), 'x'));
         }},
        {"slow",
         [this](const Object&, const Object&) {
           await_heartbeats();
           return json("done");
         }},
        {"note", [this](const Object&, const Object&) {
           ++noted_;
           return json();
         }}};
    for (const char* name : {"allowed", "builtin", "expected", "kwargs", "private"}) {
      methods.emplace(std::string("fail_") + name, [](const Object&, const Object&) -> json {
        throw EndpointError({.class_name = "Error", .module = "golden", .message = "no"});
      });
    }
    auto server = std::make_unique<RPCServer>(
        process.transport, Target{.topic = "golden", .server = name},
        std::vector{Endpoint{.methods = methods},
                    Endpoint{.namespace_ = "inventory", .version = "2.1", .methods = methods}});
    server->start();
    return server;
  }

  /// Waits: until a call was kept alive three times, as in the recording; a fourth would follow a
  /// second later.
  void await_heartbeats() {
    const auto publications = [this] {
      int count = 0;
      for (const std::string& bytes : server_line_->said())
        for (const std::string& line : lines_of(after_protocol_header(bytes)))
          count += line.starts_with("basic.publish") ? 1 : 0;
      return count;
    };
    const TimePoint deadline = runtime_.now() + 20s;
    while (publications() < 3 && runtime_.now() < deadline)
      runtime_.sleep_until(runtime_.now() + 20ms);
    // The link is free for the reply once the last of them is confirmed.
    runtime_.sleep_until(runtime_.now() + 300ms);
  }

  /// What the recording says of an error: "" for none. Of what a server raised nothing but that:
  /// for its type there are other tests.
  static std::string error_of(const json& outcome) {
    if (!outcome.contains("exception")) return "";
    const std::string name = outcome.at("exception").at("class");
    return name.starts_with("Message") || name.starts_with("Messaging") ? name : "remote";
  }
  /// The same of ours.
  static std::string call_as_recorded(RPCTransport& transport, const json& step) {
    const json target = step.value("target", json::object());
    const RPCClient client(transport, {.target = {.exchange = target.value("exchange", ""),
                                                  .topic = "golden",
                                                  .namespace_ = target.value("namespace", ""),
                                                  .version = target.value("version", ""),
                                                  .server = target.value("server", ""),
                                                  .fanout = target.value("fanout", false)},
                                       .timeout = std::chrono::seconds(step.value("timeout", 10)),
                                       .call_monitor_timeout = monitor_of(step),
                                       .mandatory = step.value("mandatory", false)});
    const auto args = Object(step.value("args", json::object()));
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
    } catch (const RemoteError&) {
      return "remote";
    }
    return "";
  }

  static std::optional<Duration> monitor_of(const json& step) {
    if (!step.contains("call_monitor_timeout")) return std::nullopt;
    return std::chrono::seconds(step.at("call_monitor_timeout").get<int>());
  }

  /// Everything that `recording` says was done, by us.
  Said said_by_ours(const json& recording) {
    const json& config = recording.at("config");
    std::list<rabbit::TcpProxy> lines;
    std::list<Process> servers;
    const std::uint16_t port = rabbit::RabbitMQNode::shared().port();
    const int count = recording.at("servers");
    for (int i = 1; i <= count; ++i) {
      server_line_ = &lines.emplace_back(port);
      Process& process = servers.emplace_back(runtime_, *server_line_, config);
      process.server = serve(*process.castaway, "server" + std::to_string(i));
    }
    rabbit::TcpProxy line(port);
    int casts = 0;
    {
      Process client(runtime_, line, config);
      std::size_t outcome = 0;
      for (const json& step : recording.at("calls")) {
        if (step.contains("sleep")) continue;
        const json recorded = recording.at("outcomes").at(outcome++);
        EXPECT_EQ(call_as_recorded(client.castaway->transport, step), error_of(recorded));
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

  json recording_;
  ThreadRuntime runtime_;
  const rabbit::TcpProxy* server_line_ = nullptr;
  std::atomic<int> noted_ = 0;
};

INSTANTIATE_TEST_SUITE_P(
    Oslo1403, Golden,
    ::testing::Values("call_result", "call_result_none", "call_twice", "call_specific_server",
                      "cast", "cast_specific_server", "cast_fanout", "call_namespace_version",
                      "call_timeout_no_server", "call_mandatory_unroutable", "call_durable_queues",
                      "call_auto_delete", "call_quorum_queues", "call_prefetch",
                      "call_exception_allowed", "call_exception_allowed_kwargs",
                      "call_exception_builtin", "call_exception_expected",
                      "call_exception_not_allowed", "call_no_such_method",
                      "call_unsupported_version", "call_unsupported_namespace",
                      "call_monitor_heartbeats", "call_split_body"),
    [](const auto& test) { return std::string(test.param); });

TEST_P(Golden, ClassicSaysTheSame) {
  const Said oslo = said_by_oslo(recording_), ours = said_by_ours(recording_);
  for (const auto& [who, connections] : oslo) {
    const auto found = ours.find(who);
    ASSERT_NE(found, ours.end()) << who;
    EXPECT_EQ(found->second, connections) << who;
  }
  EXPECT_EQ(ours.size(), oslo.size());
}

}  // namespace
}  // namespace castaway::interop
