#include "tls.h"

#include <array>
#include <stdexcept>
#include <string>

#include <openssl/err.h>

namespace castaway::rabbit {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& file) {
  throw std::runtime_error("TLS: " + what + " " + file + " cannot be used: " + tls_error());
}

}  // namespace

std::string tls_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  std::array<char, 256> text = {};
  ERR_error_string_n(code, text.data(), text.size());
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : text.data();
}

TlsContext::TlsContext(const TlsSettings& settings)
    : context_(SSL_CTX_new(TLS_client_method())), verify_(settings.verify) {
  if (!context_) throw std::runtime_error("TLS: " + tls_error());
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (settings.ca_file.empty()) {
    if (settings.verify && SSL_CTX_set_default_verify_paths(context) != 1)
      refuse("the system's authorities", "");
  } else if (SSL_CTX_load_verify_locations(context, settings.ca_file.c_str(), nullptr) != 1) {
    refuse("ca_file", settings.ca_file);
  }
  if (settings.cert_file.empty()) return;
  if (SSL_CTX_use_certificate_chain_file(context, settings.cert_file.c_str()) != 1)
    refuse("cert_file", settings.cert_file);
  const std::string& key = settings.key_file.empty() ? settings.cert_file : settings.key_file;
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    refuse("key_file", key);
}

}  // namespace castaway::rabbit
