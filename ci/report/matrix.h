#pragma once
// Matrix: a line a section, a column a profile, a letter a scenario.
//
//           strict      classic      strict+claims
//     AMO   ......      ..xx.x         ...
//     BAS   ....        ....

#include <map>
#include <string>
#include <vector>

#include "campaign/campaign.h"

namespace castaway::ci {

class Matrix {
 public:
  explicit Matrix(const std::vector<Item>& items);

  /// The profiles; nothing if there is but one.
  [[nodiscard]] std::string head() const;

  /// Takes a result; once its section is complete, that section's lines, else nothing.
  [[nodiscard]] std::string add(const ItemResult& result);

 private:
  struct Section {
    std::vector<const Selected*> scenarios = {};
    std::map<std::pair<const Selected*, scenario::SubjectProfile>, Mark> marks = {};
    std::size_t missing = 0;
  };

  [[nodiscard]] std::string lines(const std::string& name, const Section& section) const;

  std::map<std::string, Section> sections_;
  std::vector<scenario::SubjectProfile> profiles_;
  std::size_t name_width_ = 0;
  std::size_t count_width_ = 0;
  std::size_t column_width_ = 0;
};

}  // namespace castaway::ci
