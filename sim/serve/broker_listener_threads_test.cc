// What a client sees of a BrokerListener below AMQP: its sockets.

#include "castaway/sim/broker_listener.h"

#include <array>
#include <chrono>
#include <functional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/amqp/frame.h"

#include "served_world_fixture.h"

namespace castaway::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Socket {
 public:
  explicit Socket(std::uint16_t port) {
    socket_.connect({asio::ip::address_v4::loopback(), port}, error_);
  }
  [[nodiscard]] const error_code& error() const { return error_; }
  void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes), error_); }
  /// All that comes until the other side ends it; error() says how.
  std::string rest() {
    std::string bytes;
    asio::read(socket_, asio::dynamic_buffer(bytes), error_);
    return bytes;
  }

 private:
  asio::io_context io_;
  tcp::socket socket_{io_};
  error_code error_;
};

TEST(Endpoint, IsWrittenAsPeopleDo) {
  EXPECT_EQ(to_string(Endpoint{.host = "127.0.0.1", .port = 5672}), "127.0.0.1:5672");
  EXPECT_EQ(to_string(Endpoint{.host = "::1", .port = 1}), "[::1]:1");
  EXPECT_TRUE(is_loopback({.host = "127.7.7.7"}));
  EXPECT_TRUE(is_loopback({.host = "::1"}));
  EXPECT_FALSE(is_loopback({.host = "0.0.0.0"}));
  EXPECT_THROW(static_cast<void>(is_loopback({.host = "rabbit"})), std::invalid_argument);
}

TEST(BrokerListener, SaysWhichProtocolItSpeaks) {
  const ServedWorld world;
  Socket socket(world.port());
  socket.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(socket.rest(), std::string(amqp::protocol_header));
  EXPECT_EQ(socket.error(), asio::error::eof);
}

TEST(BrokerListener, GivesUpWhoSaysNothing) {
  const ServedWorld world({.session = {.handshake_timeout = 100ms}});
  Socket silent(world.port());
  EXPECT_EQ(silent.rest(), "");
  Socket slow(world.port());
  slow.send("AMQP");
  EXPECT_EQ(slow.rest(), "");
}

TEST(BrokerListener, IsNotThereWhileTheBrokerIsDown) {
  const ServedWorld world({.faults = {{.id = "down",
                                       .on = {.edge = Edge::broker},
                                       .when = {.at = 200ms},
                                       .action = RestartBroker{.for_ = 500ms}}}});
  const auto tries = [&](const std::function<bool(const error_code&)>& until) {
    for (int i = 0; i < 500; ++i) {
      if (until(Socket(world.port()).error())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  };
  EXPECT_FALSE(Socket(world.port()).error());
  EXPECT_TRUE(tries([](const error_code& e) { return e == asio::error::connection_refused; }));
  EXPECT_TRUE(tries([](const error_code& e) { return !e; }));
}

TEST(BrokerListener, SaysWhereItCannotListen) {
  const ServedWorld world;
  ThreadRuntime runtime;
  ServedBroker broker({});
  try {
    const BrokerListener second(runtime, broker, {{.port = world.port()}});
    FAIL() << "two listen on one port";
  } catch (const ListenError& error) {
    EXPECT_EQ(error.what(), "cannot listen on 127.0.0.1:" + std::to_string(world.port()) +
                                ": Address already in use");
  }
}

}  // namespace
}  // namespace castaway::sim
