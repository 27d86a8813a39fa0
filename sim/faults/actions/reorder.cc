#include "castaway/sim/actions/reorder.h"

namespace castaway::sim {

std::string Reorder::wrong(const On&) const {
  if ((window == 0) == (overtake == 0)) {
    return "\"reorder\" says either how large the window is, or how many messages are overtaken.";
  }
  return window == 1 ? "In a window of 1 message there is nothing to reorder." : "";
}

std::string Reorder::why_not_over(const On& on, const Capabilities&) const {
  return overtake != 0 && on.edge != Edge::confirm
             ? "a message that has come to its consumer overtakes nobody any more"
             : "";
}

void Reorder::befall(Fate& fate, const Chance& chance) const {
  fate.out_of_order = true;
  if (overtake != 0) {
    fate.overtakes = overtake;
  } else {
    fate.places =
        chance.decisions.decide({.name = chance.name, .bound = window, .about = Choice::order});
  }
}

}  // namespace castaway::sim
