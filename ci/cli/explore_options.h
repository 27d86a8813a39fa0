#pragma once
// ExploreOptions: the flags of `explore` and of `merge`.

#include <string>

#include "options.h"

namespace CLI {
class App;
}

namespace castaway::ci {

class ExploreOptions {
 public:
  /// The flags, which write to this.
  void add(CLI::App& app);
  /// Once they are read. Throws: UsageError.
  [[nodiscard]] ExploreCommand command();

 private:
  ExploreCommand explore_;
  std::string profile_, strategy_, runs_, time_, seed_, size_, faults_, orders_, jobs_, shard_;
};

class MergeOptions {
 public:
  void add(CLI::App& app);
  /// Throws: UsageError.
  [[nodiscard]] MergeCommand command();

 private:
  MergeCommand merge_;
};

}  // namespace castaway::ci
