#include "castaway/scenario/json.h"

#include "verbs.h"

namespace castaway::ci {

ExitCode schema(const SchemaCommand& /*command*/, Console& console) {
  const std::string_view text = scenario::schema();
  console.say(text);
  if (!text.ends_with('\n')) console.say("\n");
  return ExitCode::fine;
}

}  // namespace castaway::ci
