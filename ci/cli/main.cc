// The `castaway` program. What it does is in program.cc and in ci/verbs.

#include "program.h"

int main(int argc, char** argv) {
  return static_cast<int>(castaway::ci::program({argv + 1, argv + argc}));
}
