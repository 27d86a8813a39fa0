// Whatever is sent reads back as it was, and whatever arrives is read or refused.

#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/sim/decisions.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

using nlohmann::json;

/// Answers from one seed, each under a number of its own.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t bits() { return sim::keyed_hash(seed_, std::to_string(thrown_++)); }
  std::uint64_t below(std::uint64_t bound) { return sim::scaled(bits(), bound); }
  bool one_in(std::uint64_t bound) { return below(bound) == 0; }

 private:
  std::uint64_t seed_;
  std::uint64_t thrown_ = 0;
};

/// Letters, and what has to be escaped or takes several bytes.
std::string some_text(Dice& dice) {
  constexpr std::array<std::string_view, 10> pieces = {
      "a", "Z", "_", "\"", "\\", "\n", "\x01", "\xc3\xa9", "\xf0\x9f\x90\x99", "/"};
  std::string text;
  for (std::uint64_t length = dice.below(8); length > 0; --length) {
    const std::uint64_t piece = dice.below(pieces.size());
    text += pieces[piece];
  }
  return text;
}

json some_value(Dice& dice, int depth) {
  switch (dice.below(depth > 0 ? 9 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return dice.one_in(2);
    case 2:
      return static_cast<std::int64_t>(dice.bits());
    case 3:
      return dice.bits();
    case 4:
      return static_cast<double>(dice.below(1'000'000)) / 64;
    case 5:
      return dice.below(10);
    case 6:
      return some_text(dice);
    case 7: {
      json list = json::array();
      for (std::uint64_t size = dice.below(4); size > 0; --size)
        list.push_back(some_value(dice, depth - 1));
      return list;
    }
    default:
      break;
  }
  json object = json::object();
  for (std::uint64_t size = dice.below(4); size > 0; --size) {
    const std::string key = some_text(dice);
    object[key] = some_value(dice, depth - 1);
  }
  return object;
}

Object some_object(Dice& dice) {
  json object = json::object();
  for (std::uint64_t size = dice.below(4); size > 0; --size) {
    const std::string key = some_text(dice);
    object[key] = some_value(dice, 3);
  }
  return Object(std::move(object));
}

std::string some_id(Dice& dice) {
  const std::uint64_t high = dice.bits();
  return make_id(high, dice.bits());
}

Request some_request(Dice& dice) {
  Request request{.method = some_text(dice) + "m"};
  request.args = some_object(dice);
  request.context = some_object(dice);
  if (dice.one_in(2)) request.namespace_ = some_text(dice);
  if (dice.one_in(2)) request.version = "1." + std::to_string(dice.below(100));
  if (!dice.one_in(4)) request.unique_id = some_id(dice);
  if (dice.one_in(3)) return request;
  request.msg_id = some_id(dice);
  request.reply_q = "reply_" + some_id(dice);
  if (dice.one_in(2)) request.call_monitor_timeout = std::chrono::milliseconds(dice.below(1 << 20));
  return request;
}

Reply some_reply(Dice& dice) {
  Reply reply{.ending = !dice.one_in(4)};
  if (dice.one_in(3)) {
    Failure failure{.class_name = "ValueError", .module = "builtins"};
    failure.message = some_text(dice);
    failure.traceback = {"line " + some_text(dice)};
    reply.failure = std::move(failure);
  } else {
    reply.result = std::make_shared<const json>(some_value(dice, 3));
  }
  reply.msg_id = some_id(dice);
  reply.unique_id = some_id(dice);
  return reply;
}

/// Cuts, flips, repeats or swaps a few bytes.
std::string spoiled(std::string body, Dice& dice) {
  for (std::uint64_t times = 1 + dice.below(3); times > 0 && !body.empty(); --times) {
    const std::uint64_t at = dice.below(body.size());
    switch (dice.below(4)) {
      case 0:
        body.resize(at);
        break;
      case 1:
        body[at] = static_cast<char>(dice.bits());
        break;
      case 2:
        body.insert(at, body.substr(at, 1 + dice.below(8)));
        break;
      default:
        std::swap(body[at], body[dice.below(body.size())]);
    }
  }
  return body;
}

TEST(Envelope, ARequestReadsBackAsItWas) {
  for_all_seeds("envelope-request", [](std::uint64_t seed) -> Judgement {
    Dice dice(seed);
    const Request request = some_request(dice);
    const Message message = encode(request, {});
    if (decode_request(message) == request) return {.judged = 1};
    return {.wrong = "It reads back as another request: " + message.body};
  });
}

TEST(Envelope, AReplyReadsBackAsItWas) {
  for_all_seeds("envelope-reply", [](std::uint64_t seed) -> Judgement {
    Dice dice(seed);
    const Reply reply = some_reply(dice);
    const Message message = encode(reply);
    if (decode_reply(message) == reply) return {.judged = 1};
    return {.wrong = "It reads back as another reply: " + message.body};
  });
}

/// Either it is refused, or it is a request, and then a whole one: it can be sent on, and read.
TEST(Envelope, WhatWasSpoiledOnItsWayIsReadOrRefused) {
  std::size_t refused = 0;
  for_all_seeds(
      "envelope-spoiled",
      [&](std::uint64_t seed) -> Judgement {
        Dice dice(seed);
        Message message = encode(some_request(dice), {});
        message.body = spoiled(std::move(message.body), dice);
        try {
          const Request request = decode_request(message);
          if (decode_request(encode(request, {})) == request) return {.judged = 1};
        } catch (const DecodeError&) {
          ++refused;
          return {.judged = 1};
        }
        return {.wrong = "It was read, and cannot be sent on: " + message.body};
      },
      4000);
  EXPECT_GT(refused, 0U) << "what was spoiled was never noticed";
}

}  // namespace
}  // namespace castaway::property
