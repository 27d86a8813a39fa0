#include "dead_letters.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "words/erlang_values.h"

namespace castaway::sim {
namespace {

constexpr const char* x_death = "x-death";

/// Whether an entry of x-death has this text.
bool says(const amqp::FieldValue& death, std::string_view field, std::string_view text) {
  const auto* const table = death.get<amqp::FieldTable>();
  const amqp::FieldValue* const value = table == nullptr ? nullptr : table->find(field);
  const auto* const found = value == nullptr ? nullptr : value->get<std::string>();
  return found != nullptr && *found == text;
}

const amqp::FieldArray* deaths_in(const amqp::FieldTable& headers) {
  const amqp::FieldValue* const deaths = headers.find(x_death);
  return deaths == nullptr ? nullptr : deaths->get<amqp::FieldArray>();
}

amqp::FieldTable death(const amqp::Publication& was, const std::string& queue, std::string_view why,
                       TimePoint now) {
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  amqp::FieldTable table = {{"count", std::int64_t{1}},
                            {"reason", std::string(why)},
                            {"queue", queue},
                            {"time", amqp::Timestamp{static_cast<std::uint64_t>(since.count())}},
                            {"exchange", was.exchange},
                            {"routing-keys", readable_keys(was)}};
  const auto& expiration = was.message.properties.expiration;
  if (expiration.has_value()) table.append("original-expiration", *expiration);
  return table;
}

/// One more than it was; the rest stays.
amqp::FieldTable counted_again(amqp::FieldTable table) {
  const amqp::FieldValue* const count = table.find("count");
  const std::int64_t before = count == nullptr ? 0 : count->integer().value_or(0);
  table.set("count", before + 1);
  return table;
}

void note(amqp::FieldTable& headers, const amqp::Publication& was, const std::string& queue,
          std::string_view why, TimePoint now) {
  const amqp::FieldArray* const before = deaths_in(headers);
  if (!headers.contains(x_death)) {
    headers.set("x-first-death-reason", std::string(why));
    headers.set("x-first-death-queue", queue);
    headers.set("x-first-death-exchange", was.exchange);
  }
  amqp::FieldArray deaths;
  amqp::FieldTable latest = death(was, queue, why, now);
  if (before != nullptr) {
    for (const amqp::FieldValue& each : *before) {
      if (says(each, "queue", queue) && says(each, "reason", why)) {
        latest = counted_again(*each.get<amqp::FieldTable>());
      } else {
        deaths.push_back(each);
      }
    }
    latest = erlang::sorted(latest);
  }
  deaths.insert(deaths.begin(), std::move(latest));
  headers.set(x_death, std::move(deaths));
}

}  // namespace

Arrival dead_letter(const Arrival& from, const std::string& queue, const QueueArguments& arguments,
                    std::string_view why, TimePoint now) {
  const amqp::Publication& was = *from.publication;
  const auto& key = arguments.dead_letter_key;
  amqp::Publication letter = {.exchange = *arguments.dead_letter_exchange,
                              .routing_key = key.value_or(was.routing_key),
                              .message = was.message};
  letter.message.properties.expiration.reset();
  if (!letter.message.properties.headers.has_value()) letter.message.properties.headers.emplace();
  amqp::FieldTable& headers = *letter.message.properties.headers;
  note(headers, was, queue, why, now);
  if (key.has_value()) headers = without(headers, "CC");
  headers = erlang::sorted(headers);
  return {.message = from.message,
          .publication = std::make_shared<const amqp::Publication>(std::move(letter)),
          .hidden = key.has_value() ? nullptr : from.hidden};
}

bool goes_in_circles(const amqp::FieldTable& headers, const std::string& queue) {
  const amqp::FieldArray* const deaths = deaths_in(headers);
  if (deaths == nullptr || says(deaths->front(), "reason", reason::rejected)) return false;
  const auto here = std::ranges::find_if(
      *deaths, [&](const amqp::FieldValue& each) { return says(each, "queue", queue); });
  return here != deaths->end() &&
         std::none_of(deaths->begin(), here + 1, [](const amqp::FieldValue& each) {
           return says(each, "reason", reason::rejected);
         });
}

}  // namespace castaway::sim
