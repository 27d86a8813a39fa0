#pragma once
// OsloPeer: a process with a real oslo.messaging in it.

#include "peer.h"

namespace castaway::interop {

class OsloPeer final : public Peer {
 public:
  /// Waits: until Python has imported what it needs.
  /// Throws: std::runtime_error when that is not installed.
  OsloPeer();

  /// The peer of this program: started by whoever asks first, ended with the last test.
  static OsloPeer& shared();
};

}  // namespace castaway::interop
