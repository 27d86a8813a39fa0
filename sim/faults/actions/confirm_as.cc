#include "castaway/sim/actions/confirm_as.h"

namespace castaway::sim {

std::string ConfirmAs::why_not_over(const On&, const Capabilities&) const {
  if (how != How::multiple) return "";
  return "the broker is real, and confirms several publications at once when it likes";
}

}  // namespace castaway::sim
