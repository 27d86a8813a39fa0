#include "option.h"

namespace castaway::ci {

std::string name_of(const Option& option) { return option.name.substr(0, option.name.find(' ')); }

std::string value_of(const Option& option) {
  const std::size_t space = option.name.find(' ');
  return space == std::string::npos ? "" : option.name.substr(space + 1);
}

bool is_positional(const Option& option) { return !option.name.starts_with('-'); }

bool takes_several(const Option& option) {
  return std::holds_alternative<std::vector<std::string>*>(option.into) ||
         std::holds_alternative<std::vector<scenario::Explore::How>*>(option.into);
}

}  // namespace castaway::ci
