#include "castaway/sim/broker_listener.h"

#include <algorithm>
#include <list>
#include <set>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "served_socket.h"

namespace castaway::sim {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// How often it looks whether it is over, and whether the broker is up again.
constexpr Duration look = 50ms;
constexpr std::size_t buffer_size = 1 << 16;

asio::ip::address address_of(const Endpoint& endpoint) {
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (error)
    throw std::invalid_argument(fmt::format("\"{}\" is no address of IPv4 or IPv6", endpoint.host));
  return address;
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
               : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

bool is_loopback(const Endpoint& endpoint) { return address_of(endpoint).is_loopback(); }

class BrokerListener::State final {
 public:
  State(Runtime& runtime, ServedBroker& broker, const std::vector<Endpoint>& endpoints)
      : runtime_(runtime), broker_(broker) {
    for (const Endpoint& endpoint : endpoints) {
      Door& door = doors_.emplace_back(tcp::acceptor(io_),
                                       tcp::endpoint(address_of(endpoint), endpoint.port));
      if (const error_code error = open(door)) {
        throw ListenError(
            fmt::format("cannot listen on {}: {}", to_string(endpoint), error.message()));
      }
      door.at = door.acceptor.local_endpoint();
    }
  }
  ~State() {
    for (const auto& socket : sockets_) socket->reset();
    // Handlers that are left hold sockets.
    sockets_.clear();
    io_.restart();
    for (Door& door : doors_) door.acceptor.close();
    io_.poll();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] std::vector<Endpoint> endpoints() const {
    std::vector<Endpoint> all;
    for (const Door& door : doors_)
      all.push_back({.host = door.at.address().to_string(), .port = door.at.port()});
    return all;
  }
  [[nodiscard]] std::size_t connections() const { return sockets_.size(); }
  [[nodiscard]] Duration idle() const { return now() - last_stir_; }

  void run(const std::function<bool()>& over) {
    last_stir_ = now();
    while (!over()) {
      settle();
      for (Door& door : doors_) keep(door);
      asio::steady_timer timer(io_, until_next());
      timer.async_wait([](const error_code&) {});
      io_.restart();
      io_.run_one();
      while (io_.poll_one() > 0) {
      }
    }
    settle();
  }

 private:
  struct Door {
    Door(tcp::acceptor with, tcp::endpoint where)
        : acceptor(std::move(with)), at(std::move(where)) {}
    tcp::acceptor acceptor;
    tcp::endpoint at;
    bool waits = false;
    TimePoint rests_until = {};
  };

  /// Since it began to listen.
  [[nodiscard]] TimePoint now() const { return TimePoint(runtime_.now() - start_); }

  [[nodiscard]] static error_code open(Door& door) {
    error_code error;
    tcp::acceptor& acceptor = door.acceptor;
    acceptor.open(door.at.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && door.at.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(door.at, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) acceptor.non_blocking(true, error);
    return error;
  }

  /// Listens there while the broker is up. What cannot be had just now is tried again.
  void keep(Door& door) {
    error_code ignored;
    if (!broker_.is_up()) {
      door.acceptor.close(ignored);
      return;
    }
    if (!door.acceptor.is_open() && open(door)) {
      door.acceptor.close(ignored);
      return;
    }
    if (door.rests_until > now() || std::exchange(door.waits, true)) return;
    door.acceptor.async_wait(tcp::acceptor::wait_read, [this, &door](const error_code& error) {
      door.waits = false;
      if (!error) accept(door);
    });
  }

  void accept(Door& door) {
    for (;;) {
      error_code error;
      tcp::socket socket = door.acceptor.accept(error);
      // Who cannot be had for want of descriptors or memory waits, and is not asked for at once.
      if (error && error != asio::error::would_block) door.rests_until = now() + look;
      if (error) return;
      broker_.advance(now());
      sockets_.push_back(std::make_shared<ServedSocket>(home_, std::move(socket)));
      sockets_.back()->begin();
      last_stir_ = now();
    }
  }

  /// Until nothing is left to do at once.
  void settle() {
    bool any_over = false;
    do {
      broker_.advance(now());
      for (const auto& socket : std::exchange(changed_, {})) {
        socket->is_changed = false;
        socket->flush();
        any_over = any_over || socket->is_over();
      }
    } while (!changed_.empty() || broker_.next() <= now());
    if (any_over) std::erase_if(sockets_, [](const auto& socket) { return socket->is_over(); });
  }

  [[nodiscard]] Duration until_next() const {
    return std::clamp<Duration>(broker_.next() == never ? look : broker_.next() - now(),
                                Duration::zero(), look);
  }

  Runtime& runtime_;
  ServedBroker& broker_;
  const TimePoint start_ = runtime_.now();
  asio::io_context io_{1};
  std::list<Door> doors_ = {};
  std::string buffer_ = std::string(buffer_size, '\0');
  std::list<std::shared_ptr<ServedSocket>> sockets_ = {};
  std::vector<std::shared_ptr<ServedSocket>> changed_ = {};
  TimePoint last_stir_ = {};
  const ServedSocket::Home home_ = {.broker = broker_,
                                    .now = [this] { return now(); },
                                    .changed =
                                        [this](ServedSocket& socket) {
                                          if (!std::exchange(socket.is_changed, true))
                                            changed_.push_back(socket.shared_from_this());
                                        },
                                    .stirred = [this] { last_stir_ = now(); },
                                    .buffer = buffer_};
};

BrokerListener::BrokerListener(Runtime& runtime, ServedBroker& broker,
                               const std::vector<Endpoint>& endpoints)
    : state_(std::make_unique<State>(runtime, broker, endpoints)) {}

BrokerListener::~BrokerListener() = default;

std::vector<Endpoint> BrokerListener::endpoints() const { return state_->endpoints(); }
std::size_t BrokerListener::connections() const { return state_->connections(); }
Duration BrokerListener::idle() const { return state_->idle(); }
void BrokerListener::run(const std::function<bool()>& over) { state_->run(over); }

}  // namespace castaway::sim
