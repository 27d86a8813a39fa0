#pragma once
// Signals: Ctrl-C, closed terminals and closed pipes. The first Ctrl-C asks for an end, the second
// one ends.

#include <atomic>

namespace castaway::ci {

/// Makes writing to a closed pipe an error instead of an end, whatever the parent process made of
/// it. Opens what of standard input, output and error is closed, so that no file of ours takes its
/// place.
void prepare_process();

/// Makes SIGINT, SIGTERM and SIGHUP set interrupted(), once; a second one ends the program at once.
/// SIGHUP, which a closed terminal sends, stays ignored where nohup ignores it. For verbs that look
/// at interrupted().
void watch_for_interrupts();

/// Sets interrupted(), as a signal does: nobody reads the output any more.
void interrupt();

[[nodiscard]] const std::atomic<bool>& interrupted();

}  // namespace castaway::ci
