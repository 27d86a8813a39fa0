#pragma once
// Defective: the transport of a process with a planted defect. Only tests include this.

#include <memory>
#include <string>
#include <utility>

#include "castaway/sim/sim_transport.h"
#include "castaway/sim/simulation.h"

#include "defect_fixture.h"

namespace castaway::sim {

using Defect = PlantedTransport::Defect;

/// Who has the defect; nobody if neither.
struct Plant {
  Defect client = {};
  Defect server = {};
};

/// What a defective process publishes and receives through.
class Defective final : public Transport {
 public:
  Defective(const Station& parts, Defect defect)
      : inner_(parts.network, parts.id, parts.process),
        outer_(parts.runtime, inner_, std::move(defect)) {}

  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    return outer_.connect(purpose, name, events);
  }

 private:
  SimTransport inner_;
  PlantedTransport outer_;
};

}  // namespace castaway::sim
