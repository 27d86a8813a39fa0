#pragma once
// AsioNet: the system's network, on the AsioReactor of a runtime.

#include <cstdint>
#include <memory>

#include "castaway/rabbit_net.h"
#include "castaway/thread_runtime.h"

namespace castaway::rabbit {

class AsioReactor;
class TlsContext;

class AsioNet final : public Net {
 public:
  /// Throws: std::runtime_error for certificates that cannot be read; std::system_error without a
  /// descriptor or a thread for it.
  AsioNet(ThreadRuntime& runtime, const RabbitSettings& settings);
  ~AsioNet() override;
  AsioNet(const AsioNet&) = delete;
  AsioNet& operator=(const AsioNet&) = delete;

  [[nodiscard]] std::unique_ptr<Line> make_line() override;
  [[nodiscard]] std::int64_t process_id() const override;

 private:
  const std::shared_ptr<const TlsContext> tls_;  ///< null without TLS
  const Duration patience_;
  const std::shared_ptr<AsioReactor> reactor_;
};

}  // namespace castaway::rabbit
