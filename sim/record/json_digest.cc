#include "castaway/sim/json_digest.h"

#include <bit>

#include <nlohmann/json.hpp>

#include "castaway/check/history.h"

namespace castaway::sim {
namespace {

/// Order matters: mix(mix(0, a), b) is not mix(mix(0, b), a).
std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9e3779b97f4a7c15U;
  return state ^ (state >> 32U);
}

}  // namespace

std::uint64_t json_digest(const nlohmann::json& value) {
  const auto tag = [](std::uint64_t kind) { return mix(0x63617374, kind); };
  switch (value.type()) {
    case nlohmann::json::value_t::boolean:
      return mix(tag(1), value.get<bool>() ? 1 : 0);
    case nlohmann::json::value_t::number_integer:
    case nlohmann::json::value_t::number_unsigned:
      return mix(tag(2), value.get<std::uint64_t>());
    case nlohmann::json::value_t::number_float:
      return mix(tag(3), std::bit_cast<std::uint64_t>(value.get<double>()));
    case nlohmann::json::value_t::string:
      return mix(tag(4), check::digest(value.get_ref<const std::string&>()));
    case nlohmann::json::value_t::array: {
      std::uint64_t state = tag(5);
      for (const auto& item : value) state = mix(state, json_digest(item));
      return state;
    }
    case nlohmann::json::value_t::object: {
      std::uint64_t state = tag(6);
      for (const auto& [key, item] : value.items())
        state = mix(mix(state, check::digest(key)), json_digest(item));
      return state;
    }
    default:
      return tag(0);
  }
}

std::uint64_t request_digest(std::string_view method, const nlohmann::json& args) {
  return mix(check::digest(method), json_digest(args));
}

std::uint64_t failure_digest(const Failure& failure) {
  return mix(mix(check::digest(failure.class_name), check::digest(failure.module)),
             check::digest(failure.message));
}

}  // namespace castaway::sim
