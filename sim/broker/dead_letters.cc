#include "dead_letters.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace castaway::sim {

Arrival dead_letter(const Arrival& from, const std::string& queue, const QueueArguments& arguments,
                    std::string_view why) {
  const Publication& was = *from.publication;
  Publication now = {.exchange = *arguments.dead_letter_exchange,
                     .routing_key = arguments.dead_letter_key.value_or(was.routing_key),
                     .message = was.message};
  now.message.properties.expiration.clear();
  Table& headers = now.message.properties.headers;
  if (!headers.contains("x-first-death-reason")) {
    headers["x-first-death-exchange"] = was.exchange;
    headers["x-first-death-queue"] = queue;
    headers["x-first-death-reason"] = std::string(why);
  }
  Deaths deaths = {{queue, why}};
  if (from.deaths != nullptr) {
    std::copy_if(from.deaths->begin(), from.deaths->end(), std::back_inserter(deaths),
                 [&](const Death& each) { return each != deaths.front(); });
  }
  return {.message = from.message,
          .publication = std::make_shared<const Publication>(std::move(now)),
          .deaths = std::make_shared<const Deaths>(std::move(deaths))};
}

bool goes_in_circles(const Deaths& deaths, std::string_view queue) {
  if (deaths.front().reason == reason::rejected) return false;
  const auto here = std::find_if(deaths.begin(), deaths.end(),
                                 [&](const Death& each) { return each.queue == queue; });
  return here != deaths.end() && std::none_of(deaths.begin(), here + 1, [](const Death& each) {
           return each.reason == reason::rejected;
         });
}

}  // namespace castaway::sim
