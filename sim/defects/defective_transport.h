#pragma once
// DefectiveTransport: a Transport over another one, with one defect of defect.h switched on.

#include <memory>
#include <string>

#include "castaway/runtime.h"
#include "castaway/transport.h"

namespace castaway::sim {

class DefectiveTransport final : public Transport {
 public:
  /// `defect` is its name; healthy if it is empty.
  /// Throws: std::invalid_argument if there is none of that name.
  DefectiveTransport(Runtime& runtime, Transport& transport, std::string defect);

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;
  [[nodiscard]] Capabilities capabilities() const override { return transport_.capabilities(); }

 private:
  Runtime& runtime_;
  Transport& transport_;
  const std::string defect_;
};

}  // namespace castaway::sim
