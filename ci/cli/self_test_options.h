#pragma once
// SelfTestOptions: the flags of `self-test`.

#include <string>
#include <vector>

#include "options.h"

namespace CLI {
class App;
}

namespace castaway::ci {

class SelfTestOptions {
 public:
  /// The flags, which write to this.
  void add(CLI::App& app);
  /// Once they are read. Throws: UsageError.
  [[nodiscard]] SelfTestCommand command();

 private:
  SelfTestCommand self_test_;
  std::vector<std::string> strategies_;
  std::string time_, runs_, seed_, jobs_;
};

}  // namespace castaway::ci
