#pragma once
// AsioLine: one connection's strand, its socket and its timer.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "castaway/rabbit_net.h"

#include "tls.h"

namespace castaway::rabbit {

class AsioLine final : public Line {
 public:
  /// `tls`: null without TLS. `patience`: how long what was sent may go unacknowledged by the
  /// peer's machine; 0: as long as the system says.
  AsioLine(boost::asio::io_context& io, std::shared_ptr<const TlsContext> tls, Duration patience);

  void post(Handler handler) override;
  [[nodiscard]] bool inside() const override { return strand_.running_in_this_thread(); }
  void connect(const RabbitHost& host, std::function<void(Connected)> done) override;
  void wait_readable(Handler handler) override;
  void wait_writable(Handler handler) override;
  void close() override;
  void start_timer(Duration length, Handler handler) override;
  void cancel_timer() override;

 private:
  using Tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  void connect_to(const Tcp::resolver::results_type& addresses,
                  std::function<void(Connected)> done);
  [[nodiscard]] Connected connected();

  /// A handler that runs on the strand, unless the line was closed meanwhile.
  template <class Act>
  auto unless_closed(Act act) {
    return boost::asio::bind_executor(strand_, [this, closed = closed_, act = std::move(act)](
                                                   const Error& error, const auto&... results) {
      if (closed_ == closed) act(error, results...);
    });
  }

  const std::shared_ptr<const TlsContext> tls_;
  const Duration patience_;
  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  Tcp::resolver resolver_;
  Tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::string hostname_ = {};
  std::uint64_t closed_ = 0;  ///< times
};

}  // namespace castaway::rabbit
