// What goes into a generated script that no library of ours would send: messages made by hand,
// right and wrong, and arguments that cannot be sent.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

const char* const nobodys_id = "00000000000040008000000000000001";

Inject request(const Dice& dice, const Scenario& scenario) {
  const Server& server = dice.one_of("server", scenario.servers);
  Inject inject{.topic = server.topic};
  if (dice.happens("named-server", {1, 2})) inject.server = server.target_name();
  switch (dice.below("request", 6)) {
    case 0:
      inject.message = Object({{"method", "echo"}});
      break;
    case 1:
      inject.message = Object({{"method", "echo"}, {"_unique_id", nobodys_id}, {"odd", 1}});
      break;
    case 2:
      inject.message = Object({{"args", nullptr}, {"_msg_id", nobodys_id}});
      break;
    case 3:
      inject.message = Object({{"method", "echo"}});
      inject.envelope = "3.0";
      break;
    case 4:
      inject.text = "{";
      break;
    default:
      inject.text = R"({"method": "echo", "args": {"n": 1}, "_reply_q": "nowhere"})";
  }
  return inject;
}

Inject reply(const Dice& dice, const std::string& client) {
  Inject inject{.replies_of = client};
  switch (dice.below("reply", 4)) {
    case 0:
      inject.message =
          Object({{"result", 7}, {"failure", nullptr}, {"ending", true}, {"_msg_id", nobodys_id}});
      break;
    case 1:
      inject.message = Object({{"result", 7}, {"failure", nullptr}, {"ending", true}});
      break;
    case 2:
      inject.message = Object({{"failure", 0}, {"_msg_id", nobodys_id}});
      break;
    default:
      inject.text = "no envelope";
  }
  return inject;
}

bool is_call(const ScriptStep& step) {
  const auto* operation = std::get_if<Operation>(&step);
  return operation != nullptr && operation->kind == Operation::Kind::call;
}

}  // namespace

void generate_hand_made(const Dice& dice, const Scenario& scenario, Script& script) {
  if (!dice.happens("by-hand", {1, 12})) return;
  // A client has a reply queue from its first call on.
  const auto call = std::ranges::find_if(script.steps, is_call);
  const bool replies = call != script.steps.end() && dice.happens("replies", {1, 2});
  Inject inject = replies ? reply(dice, script.client) : request(dice, scenario);
  inject.as = script.client + "-" + script.task + "-by-hand";
  const auto place = replies ? call + 1 : script.steps.begin();
  const auto behind = static_cast<std::uint64_t>(script.steps.end() - place);
  script.steps.insert(place + static_cast<std::ptrdiff_t>(dice.below("place", behind + 1)),
                      std::move(inject));
}

}  // namespace castaway::scenario
