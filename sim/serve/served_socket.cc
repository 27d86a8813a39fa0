#include "served_socket.h"

#include <utility>

#include <boost/asio/buffer.hpp>

namespace castaway::sim {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// After so many bytes of one socket the others have their turn.
constexpr std::size_t turn = 1 << 18;

bool would_block(const error_code& error) { return error == asio::error::would_block; }

}  // namespace

ServedSocket::ServedSocket(const Home& home, asio::ip::tcp::socket socket)
    : home_(home), socket_(std::move(socket)) {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  client_ = home_.broker.connect([this] { home_.changed(*this); }, home_.now());
}

void ServedSocket::begin() { read(); }

void ServedSocket::read() {
  if (is_over() || waits_to_read_ || !client_->wants_bytes()) return;
  waits_to_read_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const error_code& error) {
                       self->waits_to_read_ = false;
                       if (!error) self->on_readable();
                     });
}

void ServedSocket::on_readable() {
  std::size_t came = 0;
  while (!is_over() && client_->wants_bytes() && came < turn) {
    error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(home_.buffer), error);
    if (would_block(error)) break;
    if (error) {
      client_->ended(home_.now());
      break;
    }
    came += size;
    if (!hand_over(std::string_view(home_.buffer).substr(0, size))) break;
  }
  home_.stirred();
  home_.changed(*this);
}

bool ServedSocket::hand_over(std::string_view bytes) {
  home_.broker.advance(home_.now());
  const std::size_t taken = client_->receive(bytes, home_.now());
  unread_ = bytes.substr(taken);
  return taken == bytes.size();
}

void ServedSocket::flush() {
  if (is_over()) return;
  if (client_->was_cut()) return reset();
  if (!unread_.empty() && client_->wants_bytes()) {
    hand_over(std::exchange(unread_, {}));
    home_.stirred();
  }
  unsent_ += client_->take_output();
  write();
  if (is_over()) return;
  if (client_->over() && unsent_.empty()) return end();
  if (unread_.empty()) read();
}

void ServedSocket::write() {
  while (!unsent_.empty() && !waits_to_write_) {
    error_code error;
    const std::size_t size = socket_.write_some(asio::buffer(unsent_), error);
    if (error && !would_block(error)) {
      client_->ended(home_.now());
      return end();
    }
    unsent_.erase(0, size);
    if (!would_block(error)) continue;
    waits_to_write_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_write,
                       [self = shared_from_this()](const error_code& failed) {
                         self->waits_to_write_ = false;
                         if (!failed && !self->is_over()) self->home_.changed(*self);
                       });
  }
}

void ServedSocket::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  end();
}

void ServedSocket::end() {
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  client_.reset();
}

}  // namespace castaway::sim
