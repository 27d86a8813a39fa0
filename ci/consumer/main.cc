// The smallest use of the installed library: name a target, and say what it is.
#include <iostream>

#include <castaway/target.h>

int main() {
  const castaway::Target target{.topic = "compute", .server = "host-1"};
  std::cout << castaway::to_string(target) << '\n';
}
