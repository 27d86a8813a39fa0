#pragma once
// ProcessNames: which process a connection belongs to. Rules, laws and decisions go by its name, so
// it holds nothing that a client draws by chance: the same programs have the same names again.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace castaway::sim {

class ProcessNames final {
 public:
  /// The process of a connection that its client calls so. One without a name has its number.
  ///
  /// Connections of oslo.messaging are called "program:process id:UUID", and belong to "program";
  /// the next process of that program is "program#2". Of other names each id becomes one *, as in
  /// mask_ids(), and the next name that differs only in that is "worker *#2".
  [[nodiscard]] std::string name_of(const std::string& connection_name);

  /// How many connections had no name: their numbers are those of their arrival.
  [[nodiscard]] std::size_t unnamed() const { return unnamed_; }

 private:
  std::size_t unnamed_ = 0;
  std::map<std::string, std::vector<std::string>> known_ = {};  ///< by name without ids
};

}  // namespace castaway::sim
