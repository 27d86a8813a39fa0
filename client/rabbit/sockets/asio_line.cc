#include "asio_line.h"

#include <chrono>
#include <stdexcept>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "stream.h"

namespace castaway::rabbit {

namespace asio = boost::asio;

AsioLine::AsioLine(asio::io_context& io, std::shared_ptr<const TlsContext> tls, Duration patience)
    : tls_(std::move(tls)),
      patience_(patience),
      strand_(asio::make_strand(io)),
      resolver_(strand_),
      socket_(strand_),
      timer_(strand_) {}

void AsioLine::post(Handler handler) { asio::post(strand_, std::move(handler)); }

void AsioLine::connect(const RabbitHost& host, std::function<void(Connected)> done) {
  hostname_ = host.hostname;
  const std::string port = std::to_string(host.port);
  Error no_address;
  const auto address = asio::ip::make_address(hostname_, no_address);
  if (!no_address) {
    const Tcp::endpoint endpoint(address, host.port);
    return connect_to(Tcp::resolver::results_type::create(endpoint, hostname_, port),
                      std::move(done));
  }
  resolver_.async_resolve(
      hostname_, port,
      unless_closed([this, done = std::move(done)](const Error& error,
                                                   const Tcp::resolver::results_type& addresses) {
        error ? done({.why_not = error.message()}) : connect_to(addresses, done);
      }));
}

void AsioLine::connect_to(const Tcp::resolver::results_type& addresses,
                          std::function<void(Connected)> done) {
  asio::async_connect(
      socket_, addresses,
      unless_closed([this, done = std::move(done)](const Error& error, const auto&) {
        done(error ? Connected{.why_not = error.message()} : connected());
      }));
}

Line::Connected AsioLine::connected() {
  Error error;
  socket_.set_option(Tcp::no_delay(true), error);
  if (!error) socket_.native_non_blocking(true, error);
  if (error) return {.why_not = error.message()};
  const int socket = socket_.native_handle();
  // A child process would hold the connection open after us.
  fcntl(socket, F_SETFD, FD_CLOEXEC);
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(patience_);
  const auto milliseconds = static_cast<unsigned>(patience.count());
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  if (!tls_) return {.stream = plain_stream(socket)};
  try {
    return {.stream = tls_stream(socket, *tls_, hostname_)};
  } catch (const std::runtime_error& no_tls) {
    return {.why_not = no_tls.what()};
  }
}

void AsioLine::wait_readable(Handler handler) {
  socket_.async_wait(Tcp::socket::wait_read,
                     unless_closed([handler = std::move(handler)](const Error& error) {
                       if (!error) handler();
                     }));
}

void AsioLine::wait_writable(Handler handler) {
  socket_.async_wait(Tcp::socket::wait_write,
                     unless_closed([handler = std::move(handler)](const Error& error) {
                       if (!error) handler();
                     }));
}

void AsioLine::close() {
  ++closed_;
  Error ignored;
  socket_.close(ignored);
  resolver_.cancel();
}

void AsioLine::start_timer(Duration length, Handler handler) {
  timer_.expires_after(length);
  timer_.async_wait(
      asio::bind_executor(strand_, [handler = std::move(handler)](const Error& error) {
        if (!error) handler();
      }));
}

void AsioLine::cancel_timer() { timer_.cancel(); }

}  // namespace castaway::rabbit
