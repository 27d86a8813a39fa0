#pragma once
// piped_transport: our own RabbitTransport in the simulation, down to its bytes. Every link is a
// pipe to a session of the simulated broker; the bytes come in pieces, and a link that is cut may
// end inside of a frame.
//
//     Simulation sim({.seed = 7, .transport = piped_transport});
//
// What a SimTransport says takes one round trip less to connect: here the channel is opened after
// the connection, as in production.

#include <memory>

#include "castaway/sim/simulation.h"
#include "castaway/transport.h"

namespace castaway::sim {

/// The transport of one incarnation of a process.
[[nodiscard]] std::unique_ptr<Transport> piped_transport(const Station& station);

}  // namespace castaway::sim
