#include "castaway/check/breach.h"

#include "words.h"

namespace castaway::check {

std::string to_string(const Breach& breach) {
  std::string text(breach.kind.word());
  std::string_view before = ": ";
  const auto add = [&](std::string_view word) {
    text += before;
    text += word;
    before = ", ";
  };
  if (breach.first != EventKind::note) add(to_string(breach.first));
  if (breach.second != EventKind::note) add(to_string(breach.second));
  if (breach.other != OperationKind::none) add(word(breach.other));
  if (breach.detail != Detail::none) add(to_string(breach.detail));
  return text;
}

}  // namespace castaway::check
