#include "dead_letters.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace castaway::sim {

Arrival dead_letter(const Arrival& from, const std::string& queue, const QueueArguments& arguments,
                    std::string_view why) {
  const amqp::Publication& was = *from.publication;
  amqp::Publication now = {.exchange = *arguments.dead_letter_exchange,
                           .routing_key = arguments.dead_letter_key.value_or(was.routing_key),
                           .message = was.message};
  now.message.properties.expiration.reset();
  if (!now.message.properties.headers.has_value()) now.message.properties.headers.emplace();
  amqp::FieldTable& headers = *now.message.properties.headers;
  if (!headers.contains("x-first-death-reason")) {
    headers.set("x-first-death-exchange", was.exchange);
    headers.set("x-first-death-queue", queue);
    headers.set("x-first-death-reason", std::string(why));
  }
  Deaths deaths = {{queue, why}};
  if (from.deaths != nullptr) {
    std::copy_if(from.deaths->begin(), from.deaths->end(), std::back_inserter(deaths),
                 [&](const Death& each) { return each != deaths.front(); });
  }
  return {.message = from.message,
          .publication = std::make_shared<const amqp::Publication>(std::move(now)),
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
