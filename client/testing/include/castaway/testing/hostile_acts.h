#pragma once
// Hostile acts: events that no honest broker causes, for tests that put each of them to a
// connection of a ScriptedTransport.
//
//     for (const HostileAct& act : hostile_acts()) act.on(*transport.links().front());
//
// After each of them nothing has crashed, nobody waits for ever, and what was under way goes on or
// ends with an error.

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "castaway/testing/scripted_transport.h"

namespace castaway::testing {

struct HostileAct {
  std::string name = {};
  std::function<void(ScriptedTransport::Link&)> on = {};
};

namespace hostile {

using Link = ScriptedTransport::Link;

inline constexpr std::uint64_t beyond = std::numeric_limits<std::uint64_t>::max();

inline std::uint64_t last_tag(const Link& link) { return link.published.size(); }

inline void confirm(Link& link, std::uint64_t tag, bool multiple, bool ack) {
  link.tell([=](ConnectionEvents& to) { to.confirmed(tag, multiple, ack); });
}
inline void close(Link& link) {
  link.tell([](ConnectionEvents& to) { to.closed({.code = 320, .text = "a hostile close"}); });
}
inline void complete(Link& link, RequestNumber request) {
  link.tell([=](ConnectionEvents& to) { to.completed(request); });
}
inline void deliver(Link& link, const Delivery& delivery) {
  link.tell([&](ConnectionEvents& to) { to.delivered(delivery); });
}
inline void give_back(Link& link, const Message& message) {
  link.tell([&](ConnectionEvents& to) { to.returned({.message = message}); });
}
/// The latest honest delivery, or one that nobody can read.
inline Delivery latest(const Link& link) {
  if (!link.delivered.empty()) return link.delivered.back();
  return {.consumer_tag = "1", .delivery_tag = 1, .message = {.body = "{"}};
}

}  // namespace hostile

inline std::vector<HostileAct> hostile_acts() {
  using namespace hostile;
  return {
      {"publication 0 is confirmed", [](Link& link) { confirm(link, 0, false, true); }},
      {"all through publication 0 are confirmed", [](Link& link) { confirm(link, 0, true, true); }},
      {"publication 0 is refused", [](Link& link) { confirm(link, 0, false, false); }},
      {"all through publication 0 are refused", [](Link& link) { confirm(link, 0, true, false); }},
      {"the publication before all is confirmed while others wait",
       [](Link& link) {
         confirm(link, 1, false, true);
         confirm(link, 1, false, true);
       }},
      {"a publication yet to come is confirmed",
       [](Link& link) { confirm(link, last_tag(link) + 1, false, true); }},
      {"a publication yet to come is refused",
       [](Link& link) { confirm(link, last_tag(link) + 1, false, false); }},
      {"the last possible publication is confirmed",
       [](Link& link) { confirm(link, beyond, false, true); }},
      {"the last possible publication is refused",
       [](Link& link) { confirm(link, beyond, false, false); }},
      {"all possible publications are confirmed",
       [](Link& link) { confirm(link, beyond, true, true); }},
      {"all possible publications are refused",
       [](Link& link) { confirm(link, beyond, true, false); }},
      {"the latest publication is confirmed, then refused",
       [](Link& link) {
         confirm(link, last_tag(link), false, true);
         confirm(link, last_tag(link), false, false);
       }},
      {"the latest publication is refused, then confirmed",
       [](Link& link) {
         confirm(link, last_tag(link), false, false);
         confirm(link, last_tag(link), false, true);
       }},
      {"publications are too long that do not exist",
       [](Link& link) {
         link.tell([&](ConnectionEvents& to) { to.refused(0, "too long"); });
         link.tell([&](ConnectionEvents& to) { to.refused(last_tag(link) + 1, "too long"); });
         link.tell([&](ConnectionEvents& to) { to.refused(beyond, "too long"); });
       }},
      {"a message is returned that is nobody's",
       [](Link& link) { give_back(link, {.body = "nobody's"}); }},
      {"an empty message is returned", [](Link& link) { give_back(link, {}); }},
      {"a publication is returned that was not mandatory",
       [](Link& link) {
         if (last_tag(link) > 0) give_back(link, link.published.back().message);
       }},
      {"request 0 is carried out", [](Link& link) { complete(link, 0); }},
      {"the first request is carried out again and again",
       [](Link& link) {
         complete(link, 1);
         complete(link, 1);
       }},
      {"a request is carried out before its turn, and then one before it",
       [](Link& link) {
         complete(link, link.requests);
         complete(link, 1);
       }},
      {"a delivery comes for a consumer that is not there",
       [](Link& link) {
         Delivery delivery = latest(link);
         delivery.consumer_tag = "nobody's";
         deliver(link, delivery);
       }},
      {"the latest delivery comes again",
       [](Link& link) {
         deliver(link, latest(link));
         deliver(link, latest(link));
       }},
      {"the latest delivery comes again, as delivery 0",
       [](Link& link) {
         Delivery delivery = latest(link);
         delivery.delivery_tag = 0;
         deliver(link, delivery);
       }},
      {"the latest delivery comes again, as the last possible one",
       [](Link& link) {
         Delivery delivery = latest(link);
         delivery.delivery_tag = beyond;
         deliver(link, delivery);
       }},
      {"a delivery has nothing in it", [](Link& link) { deliver(link, {}); }},
      {"a delivery has an envelope with nothing in it",
       [](Link& link) {
         Delivery delivery = latest(link);
         delivery.message.body = R"({"oslo.version":"2.0","oslo.message":"{}"})";
         deliver(link, delivery);
       }},
      {"a consumer is cancelled that is not there",
       [](Link& link) { link.tell([](ConnectionEvents& to) { to.cancelled("nobody's"); }); }},
      {"a consumer is cancelled twice",
       [](Link& link) {
         for (int i = 0; i < 2; ++i) link.tell([](ConnectionEvents& to) { to.cancelled("1"); });
       }},
      {"the connection is unblocked that was not blocked",
       [](Link& link) { link.tell([](ConnectionEvents& to) { to.unblocked(); }); }},
      {"the connection is blocked twice",
       [](Link& link) {
         for (int i = 0; i < 2; ++i) link.tell([](ConnectionEvents& to) { to.blocked("memory"); });
       }},
      {"the connection opens twice",
       [](Link& link) {
         for (int i = 0; i < 2; ++i) link.tell([](ConnectionEvents& to) { to.opened(); });
       }},
      {"the connection closes", [](Link& link) { close(link); }},
      {"the connection closes as if we had asked for it",
       [](Link& link) {
         link.tell([](ConnectionEvents& to) { to.closed({.code = 200, .by_us = true}); });
       }},
      {"the connection closes twice",
       [](Link& link) {
         close(link);
         close(link);
       }},
      {"the connection closes and goes on",
       [](Link& link) {
         close(link);
         link.tell([](ConnectionEvents& to) { to.opened(); });
         confirm(link, beyond, true, true);
         complete(link, beyond);
         deliver(link, latest(link));
         give_back(link, {.body = "nobody's"});
         link.tell([](ConnectionEvents& to) { to.cancelled("1"); });
         link.tell([](ConnectionEvents& to) { to.unblocked(); });
       }},
  };
}

}  // namespace castaway::testing
