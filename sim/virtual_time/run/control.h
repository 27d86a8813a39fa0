#pragma once
// Control: another program owns the clock. It is asked where time goes next, over a pair of pipes
// or a socket, in lines of text:
//
//   < idle NEXT THREADS     nothing can run; NEXT is the earliest deadline in nanoseconds, or -1
//   > run NOW               time is NOW; what is due goes on
//   > step NANOSECONDS      CLOCK_REALTIME is stepped by so much
//   > pause PROCESS         no thread of that process runs, until `resume PROCESS`
//   > quit                  the run is over
//
// Every `run` and the end of the run are answered: with `idle`, or with `over CODE`.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "world/virtual_time.h"

namespace castaway::virtual_time {

class Control {
 public:
  /// Reads from one descriptor and writes to the other; they may be the same. Programs do not get
  /// them.
  Control(int in, int out);

  struct Orders {
    std::function<void(Time by)> step = {};
    /// Returns false if there is no such process.
    std::function<bool(unsigned process, bool paused)> pause = {};
  };

  /// Says that nothing can run, and returns what time it is then. Nothing if the run is over: it
  /// was said so, or nobody is there any more. Throws: std::runtime_error for a line that is none
  /// of these.
  [[nodiscard]] std::optional<Time> idle(Time next, std::size_t threads, const Orders& orders);
  void over(int exit_code);

 private:
  [[nodiscard]] std::optional<std::string> line();
  void say(const std::string& line) const;

  int in_;
  int out_;
  std::string read_ = {};
};

}  // namespace castaway::virtual_time
