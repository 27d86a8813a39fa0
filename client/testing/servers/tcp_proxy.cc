#include "tcp_proxy.h"

#include <array>
#include <list>
#include <mutex>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace castaway::rabbit {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

}  // namespace

/// One thread touches everything; the others post.
class TcpProxy::Impl {
 public:
  explicit Impl(std::uint16_t port)
      : broker_(asio::ip::address_v4::loopback(), port),
        acceptor_(io_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        thread_([this] { io_.run(); }) {
    asio::post(io_, [this] { listen(); });
  }
  ~Impl() {
    io_.stop();
    thread_.join();
    end_lines();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() { return acceptor_.local_endpoint().port(); }
  void cut() {
    ask([this] { end_lines(); });
  }
  void accept(bool on) {
    ask([this, on] { accepting_ = on; });
  }
  void silence(bool Impl::*who, bool on) {
    ask([=, this] {
      this->*who = on;
      if (on) return;
      for (const auto& weak : lines_) {
        if (const auto line = weak.lock()) line->go_on();
      }
    });
  }
  std::vector<std::string> said() {
    std::vector<std::string> all;
    ask([&] {
      for (const auto& each : said_) all.push_back(*each);
    });
    return all;
  }

  AckGate acks, confirms;
  bool clients_silent = false;
  bool broker_silent = false;

  std::atomic<int> accepted{0};
  std::atomic<std::uint64_t> carried_up{0};

 private:
  /// One direction of a connection.
  struct Way {
    Tcp::socket& from;
    Tcp::socket& to;
    const bool& silent;
    std::string* said;  ///< where it is written down, if it is
    FrameFilter filter;
    std::array<char, 65536> buffer = {};
    std::string going = {};  ///< what goes on of what was read
  };

  /// Two sockets, and what goes from each to the other.
  struct Line : std::enable_shared_from_this<Line> {
    Line(Impl& proxy, Tcp::socket socket)
        : impl(proxy), client(std::move(socket)), broker(proxy.io_) {}

    void begin() {
      Error error;
      broker.connect(impl.broker_, error);
      if (error) return end();
      impl.said_.push_back(said);
      carry(up);
      carry(down);
    }
    void carry(Way& way) {
      way.from.async_read_some(asio::buffer(way.buffer), [self = shared_from_this(), &way, this](
                                                             Error error, std::size_t size) {
        if (error || ended) return end();
        if (way.said != nullptr) {
          way.said->append(way.buffer.data(), size);
          impl.carried_up += size;
        }
        pass(way, size);
      });
    }
    void pass(Way& way, std::size_t size) {
      auto self = shared_from_this();
      if (way.silent) {
        held.emplace_back([self, &way, size] { self->pass(way, size); });
        return;
      }
      way.going = way.filter.pass({way.buffer.data(), size});
      asio::async_write(way.to, asio::buffer(way.going), [self, &way](Error failed, std::size_t) {
        failed ? self->end() : self->carry(way);
      });
    }
    void go_on() {
      for (const auto& pass_on : std::exchange(held, {})) pass_on();
    }
    void end() {
      Error ignored;
      ended = true;  // what was read already is not held for a line that nobody will end again
      held.clear();
      // A child process may have inherited them: closing alone would not end them.
      client.shutdown(Tcp::socket::shutdown_both, ignored);
      broker.shutdown(Tcp::socket::shutdown_both, ignored);
      client.close(ignored);
      broker.close(ignored);
    }

    Impl& impl;
    Tcp::socket client, broker;
    const std::shared_ptr<std::string> said = std::make_shared<std::string>();
    Way up{client, broker, impl.clients_silent, said.get(),
           FrameFilter(amqp::protocol_header.size(), impl.acks)};
    Way down{broker, client, impl.broker_silent, nullptr, FrameFilter(0, impl.confirms)};
    std::list<std::function<void()>> held = {};
    bool ended = false;
  };

  void end_lines() {
    for (const auto& weak : std::exchange(lines_, {})) {
      if (const auto line = weak.lock()) line->end();
    }
  }

  void listen() {
    acceptor_.async_accept([this](Error error, Tcp::socket socket) {
      if (error) return;
      ++accepted;
      if (accepting_) {
        const auto line = std::make_shared<Line>(*this, std::move(socket));
        lines_.push_back(line);
        line->begin();
      }
      listen();
    });
  }

  /// Waits: until it is done.
  void ask(const std::function<void()>& act) {
    std::atomic<bool> done{false};
    asio::post(io_, [&] {
      act();
      done = true;
      done.notify_all();
    });
    done.wait(false);
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  const Tcp::endpoint broker_;
  Tcp::acceptor acceptor_;
  std::list<std::weak_ptr<Line>> lines_;
  std::list<std::shared_ptr<const std::string>> said_;
  bool accepting_ = true;
  std::thread thread_;
};

TcpProxy::TcpProxy(std::uint16_t port) : impl_(std::make_unique<Impl>(port)) {}
TcpProxy::~TcpProxy() = default;
std::uint16_t TcpProxy::port() const { return impl_->port(); }
void TcpProxy::cut() { impl_->cut(); }
void TcpProxy::accept(bool on) { impl_->accept(on); }
void TcpProxy::silence(bool on) {
  silence_broker(on);
  silence_clients(on);
}
void TcpProxy::silence_broker(bool on) { impl_->silence(&Impl::broker_silent, on); }
void TcpProxy::silence_clients(bool on) { impl_->silence(&Impl::clients_silent, on); }
AckGate& TcpProxy::confirms() { return impl_->confirms; }
AckGate& TcpProxy::acks() { return impl_->acks; }
std::vector<std::string> TcpProxy::said() const { return impl_->said(); }
int TcpProxy::accepted() const { return impl_->accepted; }
std::uint64_t TcpProxy::carried_up() const { return impl_->carried_up; }

}  // namespace castaway::rabbit
