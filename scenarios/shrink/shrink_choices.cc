// Pass of shrinking: the choices that were not the benign ones.

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "shrink_passes.h"

namespace castaway::scenario {
namespace {

/// What a choice is about: the last part of its name, its numbers left out.
std::string family_of(const sim::Deviation& deviation) {
  const std::string& name = deviation.at;
  std::string family = name.substr(name.rfind('/') + 1);
  std::erase_if(family, [](char c) { return c >= '0' && c <= '9'; });
  return family;
}

bool attempt(Trials& trials, std::vector<sim::Deviation> deviations) {
  Scenario candidate = trials.best();
  candidate.deviations = std::move(deviations);
  return trials.attempt(std::move(candidate), {.own_choices = true});
}

}  // namespace

void thin_out_deviations(Trials& trials, Parts parts) {
  if (parts == Parts::halves) {
    std::set<std::string> families;
    for (const sim::Deviation& deviation : *trials.best().deviations)
      families.insert(family_of(deviation));
    for (const std::string& family : families) {
      std::vector<sim::Deviation> left = *trials.best().deviations;
      std::erase_if(left, [&](const sim::Deviation& one) { return family_of(one) == family; });
      attempt(trials, std::move(left));
    }
  }
  const std::vector<sim::Deviation> all = *trials.best().deviations;
  thin_out(trials, all.size(), parts,
           [&](const Gone& gone) {
             std::set<std::string, std::less<>> names;
             for (std::size_t i = 0; i < all.size(); ++i) {
               if (gone[i]) names.insert(all[i].at);
             }
             Scenario scenario = trials.best();
             std::erase_if(*scenario.deviations,
                           [&](const sim::Deviation& one) { return names.contains(one.at); });
             return scenario;
           },
           {.own_choices = true});
}

}  // namespace castaway::scenario
