#pragma once
// goodbye: runs what a destructor has to do if that may wait.
//
// A simulated process can be killed while it says goodbye: its task is then thrown out of the wait,
// and a destructor may let nothing out. What is caught here is thrown again out of the task's next
// wait.

namespace castaway {

template <class Act>
void goodbye(Act act) noexcept {
  try {
    act();
  } catch (...) {
  }
}

}  // namespace castaway
