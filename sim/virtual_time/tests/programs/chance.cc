// Chance: what a program may draw from, each as hexadecimal digits.

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/random.h>

#include "observe.h"

using namespace observe;

namespace {

void say_bytes(const char* what, const unsigned char* bytes) {
  std::string digits;
  for (int i = 0; i < 16; ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", bytes[i]);
    digits += two;
  }
  say("%s: %s", what, digits.c_str());
}

void say_file(const char* path) {
  unsigned char bytes[16] = {};
  const int file = open(path, O_RDONLY);
  if (read(file, bytes, sizeof bytes) == 16) say_bytes(path, bytes);
  close(file);
}

}  // namespace

int main() {
  unsigned char bytes[16] = {};
  if (getrandom(bytes, sizeof bytes, 0) == 16) say_bytes("getrandom", bytes);
  if (getentropy(bytes, sizeof bytes) == 0) say_bytes("getentropy", bytes);
  say_file("/dev/urandom");
  say_file("/dev/random");
  say_bytes("AT_RANDOM", reinterpret_cast<const unsigned char*>(getauxval(AT_RANDOM)));
  const pid_t other = child([&bytes] {
    if (getrandom(bytes, sizeof bytes, 0) == 16) say_bytes("a child's", bytes);
    return 0;
  });
  wait_for(other);
}
