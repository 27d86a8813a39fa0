#pragma once
// Edges: annotations for ThreadSanitizer. It takes each fiber for a thread, and a switch from one
// to the next orders nothing. Only mutexes do, which it knows, and these annotations.

#include <sanitizer/tsan_interface.h>

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace castaway::sim::races {

/// All that this task has done so far is visible to whoever acquires the same place later.
inline void release(void* place) { __tsan_release(place); }
inline void acquire(void* place) { __tsan_acquire(place); }

inline void look_away() {
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
}
inline void look_again() {
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}

/// The simulator is at work, whose tasks are one thread in truth: nothing is looked at.
struct Unseen {
  Unseen() { look_away(); }
  ~Unseen() { look_again(); }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
};

/// Inside of it, the library is called back.
struct Seen {
  Seen() { look_again(); }
  ~Seen() { look_away(); }
  Seen(const Seen&) = delete;
  Seen& operator=(const Seen&) = delete;
};

}  // namespace castaway::sim::races
