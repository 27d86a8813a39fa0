// Link, from the first host to the open channel.

#include <boost/asio/connect.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "castaway/amqp/codec.h"
#include "castaway/envelope.h"

#include "link.h"

namespace castaway::rabbit {

namespace asio = boost::asio;

const RabbitHost& Link::host() const {
  const auto& hosts = shared_->settings.hosts;
  return hosts[(first_host_ + tried_) % hosts.size()];
}

std::string Link::host_name() const {
  const std::string& name = host().hostname;
  const bool bare_ipv6 = name.find(':') != std::string::npos;
  return (bare_ipv6 ? "[" + name + "]" : name) + ":" + std::to_string(host().port);
}

void Link::try_next_host() {
  ++attempt_;
  after(shared_->settings.connect_timeout, &Link::no_answer);
  const std::string port = std::to_string(host().port);
  Error no_address;
  const auto address = asio::ip::make_address(host().hostname, no_address);
  if (!no_address) {
    const Tcp::endpoint endpoint(address, host().port);
    return connect_to(Tcp::resolver::results_type::create(endpoint, host().hostname, port));
  }
  resolver_.async_resolve(
      host().hostname, port,
      on_strand([this](const Error& error, const Tcp::resolver::results_type& addresses) {
        error ? host_failed(error.message()) : connect_to(addresses);
      }));
}

void Link::connect_to(const Tcp::resolver::results_type& addresses) {
  asio::async_connect(socket_, addresses, on_strand([this](const Error& error, const auto&) {
                        error ? host_failed(error.message()) : connected();
                      }));
}

void Link::connected() {
  Error error;
  socket_.set_option(Tcp::no_delay(true), error);
  if (!error) socket_.native_non_blocking(true, error);
  if (error) return host_failed(error.message());
  const int socket = socket_.native_handle();
  // A child process would hold the connection open after us.
  fcntl(socket, F_SETFD, FD_CLOEXEC);
  // What was sent and is never acknowledged by the peer's machine counts as its silence.
  const auto patience =
      std::chrono::ceil<std::chrono::milliseconds>(shared_->settings.heartbeat_timeout_threshold);
  const auto milliseconds = static_cast<unsigned>(patience.count());
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  if (!shared_->tls) {
    stream_ = plain_stream(socket);
    return introduce();
  }
  try {
    stream_ = tls_stream(socket, *shared_->tls, host().hostname);
  } catch (const std::runtime_error& no_tls) {
    return host_failed(no_tls.what());
  }
  shake_tls_hands();
}

void Link::shake_tls_hands() {
  const Stream::Result result = stream_->shake_hands();
  if (result.state == Stream::State::ok) return introduce();
  if (result.state == Stream::State::over) return host_failed(result.why);
  const auto what = result.state == Stream::State::wait_readable ? Tcp::socket::wait_read
                                                                 : Tcp::socket::wait_write;
  socket_.async_wait(what, on_strand([this](const Error& error) {
                       if (!error) shake_tls_hands();
                     }));
}

void Link::introduce() {
  const std::uint64_t high = shared_->runtime.random_bits("connection name");
  const std::uint64_t low = shared_->runtime.random_bits("connection name");
  handshake_.emplace(shared_->settings, host(),
                     name_ + ":" + std::to_string(getpid()) + ":" + make_id(high, low));
  reader_.emplace(longest_frame);
  inbox_.emplace(shared_->settings.longest_body);
  {
    auto out = out_.lock();
    out->stream = stream_.get();
    out->outbox.add_first(std::string(amqp::protocol_header));
    flush(*out);
  }
  wait_readable();
}

void Link::take_handshake(const amqp::Method& method) {
  const Handshake::Step step = handshake_->take(method);
  for (const amqp::Method& answer : step.answers) say_first(answer);
  if (step.refused) return host_failed(step.refused->text, step.refused->code);
  if (step.open) opened();
}

void Link::opened() {
  shared_->preferred_host = (first_host_ + tried_) % shared_->settings.hosts.size();
  heartbeat_ = handshake_->heartbeat();
  frame_max_ = handshake_->frame_max();
  reader_->limit(handshake_->frame_max());
  handshake_.reset();
  opened_ = true;
  begin_heartbeats();
  {
    auto out = out_.lock();
    out->open = true;
    out->outbox.open();
    flush(*out);
  }
  listening_.tell([](ConnectionEvents& events) { events.opened(); });
}

void Link::no_answer() {
  if (opened_) return;
  host_failed("no answer within " + to_string(shared_->settings.connect_timeout));
}

void Link::host_failed(const std::string& why, std::uint16_t code) {
  failures_ += (failures_.empty() ? "" : "; ") + host_name() + ": " + why;
  last_code_ = code;
  handshake_.reset();
  drop_stream();
  out_.lock()->outbox.forget_first();
  ++tried_;
  shared_->preferred_host = (first_host_ + tried_) % shared_->settings.hosts.size();
  if (tried_ < shared_->settings.hosts.size()) return try_next_host();
  finish({.code = last_code_, .text = failures_});
}

}  // namespace castaway::rabbit
