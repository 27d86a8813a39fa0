#pragma once
// Signals: Ctrl-C and closed pipes. The first Ctrl-C asks for an end, the second one ends.

#include <atomic>

namespace castaway::ci {

/// Makes SIGPIPE end the program quietly, whatever the parent process made of it. Opens what of
/// standard input, output and error is closed, so that no file of ours takes its place.
void prepare_process();

/// Makes SIGINT and SIGTERM set interrupted(), once; a second one ends the program at once. For
/// verbs that look at it.
void watch_for_interrupts();

[[nodiscard]] const std::atomic<bool>& interrupted();

}  // namespace castaway::ci
