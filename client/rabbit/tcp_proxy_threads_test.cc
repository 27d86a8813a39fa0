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
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() { return acceptor_.local_endpoint().port(); }
  void cut() {
    ask([this] {
      for (const auto& weak : lines_) {
        if (const auto line = weak.lock()) line->end();
      }
      lines_.clear();
    });
  }
  void accept(bool on) {
    ask([this, on] { accepting_ = on; });
  }
  void silence(bool on) {
    ask([this, on] {
      silent_ = on;
      if (on) return;
      for (const auto& weak : lines_) {
        if (const auto line = weak.lock()) line->go_on();
      }
    });
  }

  std::atomic<int> accepted{0};
  std::atomic<std::uint64_t> carried_up{0};

 private:
  /// Two sockets, and what goes from each to the other.
  struct Line : std::enable_shared_from_this<Line> {
    Line(Impl& proxy, Tcp::socket from) : impl(proxy), client(std::move(from)), broker(proxy.io_) {}

    void begin() {
      Error error;
      broker.connect(impl.broker_, error);
      if (error) return end();
      carry(client, broker, up, &impl.carried_up);
      carry(broker, client, down, nullptr);
    }
    void carry(Tcp::socket& from, Tcp::socket& to, std::array<char, 65536>& buffer,
               std::atomic<std::uint64_t>* count) {
      auto self = shared_from_this();
      from.async_read_some(
          asio::buffer(buffer), [=, &from, &to, &buffer, this](Error error, std::size_t size) {
            if (error) return self->end();
            if (count != nullptr) *count += size;
            auto write = [=, &from, &to, &buffer, this] {
              asio::async_write(to, asio::buffer(buffer, size),
                                [=, &from, &to, &buffer, this](Error failed, std::size_t) {
                                  failed ? self->end() : carry(from, to, buffer, count);
                                });
            };
            if (impl.silent_) {
              held.emplace_back(write);
            } else {
              write();
            }
          });
    }
    void go_on() {
      for (const auto& write : std::exchange(held, {})) write();
    }
    void end() {
      Error ignored;
      held.clear();
      client.close(ignored);
      broker.close(ignored);
    }

    Impl& impl;
    Tcp::socket client, broker;
    std::array<char, 65536> up = {}, down = {};
    std::list<std::function<void()>> held = {};
  };

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
  bool accepting_ = true;
  bool silent_ = false;
  std::thread thread_;
};

TcpProxy::TcpProxy(std::uint16_t port) : impl_(std::make_unique<Impl>(port)) {}
TcpProxy::~TcpProxy() = default;
std::uint16_t TcpProxy::port() const { return impl_->port(); }
void TcpProxy::cut() { impl_->cut(); }
void TcpProxy::accept(bool on) { impl_->accept(on); }
void TcpProxy::silence(bool on) { impl_->silence(on); }
int TcpProxy::accepted() const { return impl_->accepted; }
std::uint64_t TcpProxy::carried_up() const { return impl_->carried_up; }

}  // namespace castaway::rabbit
