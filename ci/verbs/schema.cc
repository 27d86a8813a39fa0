// schema: prints the JSON Schema of scenario files.

#include "castaway/scenario/json.h"

#include "cli/verb.h"

namespace castaway::ci {

namespace {

class Schema final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {.name = "schema",
            .summary = "Prints the JSON Schema (draft-07) of a scenario file.",
            .text = "Editors complete and check scenario files with it.",
            .examples = {
                {"castaway schema > scenario.schema.json", "keep it where the editor finds it"},
                {"castaway schema | less", "read it"}}};
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const std::string_view text = scenario::schema();
    console.say(text);
    if (!text.ends_with('\n')) console.say("\n");
    return ExitCode::fine;
  }
};

}  // namespace

std::unique_ptr<Verb> make_schema() { return std::make_unique<Schema>(); }

}  // namespace castaway::ci
