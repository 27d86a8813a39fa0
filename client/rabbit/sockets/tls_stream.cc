#include <algorithm>
#include <cerrno>
#include <limits>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "stream.h"

namespace castaway::rabbit {
namespace {

bool is_address(const std::string& host) {
  in6_addr address = {};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

class TlsStream final : public Stream {
 public:
  TlsStream(int socket, const TlsContext& context, const std::string& hostname)
      : ssl_(SSL_new(context.get())) {
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::runtime_error(tls_error());
    SSL_set_connect_state(ssl_.get());
    const bool address = is_address(hostname);
    if (!address) SSL_set_tlsext_host_name(ssl_.get(), hostname.c_str());
    if (!context.verify()) return;
    const int set =
        address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), hostname.c_str())
                : SSL_set1_host(ssl_.get(), hostname.c_str());
    if (set != 1) throw std::runtime_error("TLS: " + hostname + " is no name to verify");
  }

  Result shake_hands() override {
    ERR_clear_error();
    Result result = of(SSL_do_handshake(ssl_.get()), "the handshake failed: ");
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (result.state == State::over && verdict != X509_V_OK)
      result.why = "TLS: its certificate is not trusted: " +
                   std::string(X509_verify_cert_error_string(verdict));
    return result;
  }

  Result read(std::span<char> to) override {
    ERR_clear_error();
    Result result = of(SSL_read(ssl_.get(), to.data(), length(to.size())), "");
    result.more = result.state == State::ok;
    return result;
  }

  /// One piece at a time: what OpenSSL has made a record of, it wants to see again.
  Result write(std::span<const iovec> pieces) override {
    ERR_clear_error();
    Result result = of(SSL_write(ssl_.get(), pieces[0].iov_base, length(pieces[0].iov_len)), "");
    result.tried = result.state != State::ok;
    return result;
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  static int length(std::size_t size) {
    return static_cast<int>(
        std::min<std::size_t>(size, std::size_t{std::numeric_limits<int>::max()}));
  }

  Result of(int moved, const std::string& what) {
    if (moved > 0) return {.size = static_cast<std::size_t>(moved)};
    const int number = errno;
    switch (SSL_get_error(ssl_.get(), moved)) {
      case SSL_ERROR_WANT_READ:
        return {.state = State::wait_readable};
      case SSL_ERROR_WANT_WRITE:
        return {.state = State::wait_writable};
      case SSL_ERROR_ZERO_RETURN:
        return {.state = State::over, .why = "the connection was closed by the peer"};
      case SSL_ERROR_SYSCALL:
        if (ERR_peek_error() == 0) {
          return {.state = State::over,
                  .why = number == 0 ? "the connection was closed by the peer"
                                     : std::generic_category().message(number)};
        }
        [[fallthrough]];
      default:
        return {.state = State::over, .why = "TLS: " + what + tls_error()};
    }
  }

  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace

std::unique_ptr<Stream> tls_stream(int socket, const TlsContext& context,
                                   const std::string& hostname) {
  return std::make_unique<TlsStream>(socket, context, hostname);
}

}  // namespace castaway::rabbit
