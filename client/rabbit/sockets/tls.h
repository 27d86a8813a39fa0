#pragma once
// TlsContext: what all TLS connections of a transport share: whom to trust, and who we are.

#include <memory>

#include <openssl/ssl.h>

#include "castaway/rabbit_transport.h"

namespace castaway::rabbit {

class TlsContext final {
 public:
  /// Throws: std::runtime_error for files that cannot be read.
  explicit TlsContext(const TlsSettings& settings);

  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }
  [[nodiscard]] bool verify() const { return verify_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  bool verify_;
};

/// What OpenSSL says is wrong; takes it from its queue.
[[nodiscard]] std::string tls_error();

}  // namespace castaway::rabbit
