#include "input_problems.h"

#include "text.h"

namespace castaway::ci {

std::string InputProblems::in_short() const {
  if (!any()) return "";
  const bool one = known_.size() == 1;
  return count(known_.size(), "input") + (one ? " is left out: it is" : " are left out: they are") +
         " named on standard error";
}

}  // namespace castaway::ci
