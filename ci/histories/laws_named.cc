#include "laws_named.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "castaway/check/text.h"
#include "castaway/nearest.h"

#include "cli/usage_error.h"

namespace castaway::ci {

Option law_option(std::vector<std::string>* into) {
  return {"--law NAME", "only by this law, which may be a goal or a duty; for several, again",
          into};
}

std::vector<const check::Law*> laws_named(const std::string& verb,
                                          const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const check::Law& law : check::laws()) known.emplace_back(law.name);
  std::vector<const check::Law*> laws;
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    laws.push_back(check::find_law(name));
    if (laws.back() != nullptr) continue;
    const std::string near = nearest(name, known);
    unknown.push_back(fmt::format(
        "there is no law \"{}\"; {}", name,
        near.empty() ? "they are " + check::listed(known) : "did you mean " + near + '?'));
  }
  if (!unknown.empty()) throw UsageError(fmt::format("{}: {}", verb, fmt::join(unknown, " And ")));
  return laws;
}

}  // namespace castaway::ci
