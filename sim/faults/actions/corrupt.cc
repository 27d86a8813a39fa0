#include "castaway/sim/actions/corrupt.h"

#include "faults/flip_bits.h"

namespace castaway::sim {

void Corrupt::damage(std::string& body, const Chance& chance) const {
  flip_bits(body, *this, chance.decisions, std::string(chance.name));
}

}  // namespace castaway::sim
