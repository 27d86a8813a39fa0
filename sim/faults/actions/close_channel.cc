#include "castaway/sim/actions/close_channel.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {
namespace {

using Code = std::pair<std::uint64_t, std::string_view>;

/// Source: AMQP 0-9-1, 1.1, constants; RabbitMQ writes them so.
constexpr Code codes[] = {
    {311, "CONTENT_TOO_LARGE"}, {312, "NO_ROUTE"},         {313, "NO_CONSUMERS"},
    {320, "CONNECTION_FORCED"}, {402, "INVALID_PATH"},     {403, "ACCESS_REFUSED"},
    {404, "NOT_FOUND"},         {405, "RESOURCE_LOCKED"},  {406, "PRECONDITION_FAILED"},
    {501, "FRAME_ERROR"},       {502, "SYNTAX_ERROR"},     {503, "COMMAND_INVALID"},
    {504, "CHANNEL_ERROR"},     {505, "UNEXPECTED_FRAME"}, {506, "RESOURCE_ERROR"},
    {530, "NOT_ALLOWED"},       {540, "NOT_IMPLEMENTED"},  {541, "INTERNAL_ERROR"}};

const Code* find(std::uint64_t code) {
  const auto found = std::ranges::find(codes, code, &Code::first);
  return found == std::end(codes) ? nullptr : &*found;
}

}  // namespace

std::string CloseChannel::wrong(const On&) const {
  if (who.empty()) return "\"close_channel\" does not say whose.";
  if (find(code) != nullptr) return "";
  return fmt::format(
      "AMQP has no reply code {}: a channel is closed with 311, 403, 404, 405 or "
      "406, a connection with 320, 402, 501 to 506, 530, 540 or 541.",
      code);
}

void CloseChannel::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  const Code* const known = find(code);
  const std::string_view words = known == nullptr ? "" : known->second;
  world.network().close_channels(*this, text.empty() ? std::string(words) : text, cause);
}

}  // namespace castaway::sim
