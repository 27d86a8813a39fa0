#include "castaway/sim/operation.h"

#include <algorithm>
#include <iterator>

namespace castaway::sim {

using check::EventIndex;

bool Operation::awaits(EventIndex delivery) const {
  return std::ranges::find(waiting, delivery, &Waiting::delivery) != waiting.end();
}

bool Operation::waits_in(std::string_view process) const {
  return std::ranges::find(waiting, process, &Waiting::process) != waiting.end();
}

void Operation::forget_before(EventIndex first) {
  std::erase_if(waiting, [first](const Waiting& each) { return is_before(each.delivery, first); });
}

// Of the copies that a server acknowledged before it executed the first, its filter lets the first
// one pass; after that, the latest. A server that acknowledges later takes them one by one, and so
// does everybody where no id tells copies apart.
EventIndex Operation::begin(std::string_view process, bool settled) {
  using Is = Waiting::Is;
  const auto is_here = [process](const Waiting& each) { return each.process == process; };
  const auto is_taken = [&](const Waiting& each) {
    return is_here(each) && (settled ? each.is == Is::settled : each.is != Is::delivered);
  };
  auto chosen = std::ranges::find_if(waiting, is_taken);
  const bool any_taken = chosen != waiting.end();
  const bool filters = any_taken && !ids.empty();
  if (filters && executions > 1)
    chosen = std::prev(std::find_if(waiting.rbegin(), waiting.rend(), is_taken).base());
  if (!any_taken) chosen = std::ranges::find_if(waiting, is_here);
  if (chosen == waiting.end()) return deliver;
  const EventIndex delivery = chosen->delivery;
  std::erase_if(waiting, [&](const Waiting& each) {
    return each.delivery == delivery ||
           (filters && is_here(each) && each.is != Is::delivered && each.delivery < delivery);
  });
  return delivery;
}

}  // namespace castaway::sim
