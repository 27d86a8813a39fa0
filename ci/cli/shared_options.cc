#include "shared_options.h"

#include <fmt/format.h>

namespace castaway::ci {

Option scenarios_option(const std::string& name, std::vector<std::string>* into) {
  return {name, "a scenario file, or a folder of them", into};
}

Option profile_option(std::optional<scenario::SubjectProfile>* into, const std::string& what) {
  return {"--profile PROFILE", what, into};
}

Option seed_option(Field into, const std::string& what) { return {"--seed N", what, into}; }

Option runs_option(std::uint64_t* into, const std::string& what) {
  return {"--runs N", what, into, 1};
}

Option jobs_option(std::uint64_t* into, const std::string& of_what) {
  return {"--jobs N", of_what + "; as many as there are cores if not given", into, 1};
}

Option out_option(std::string* into) {
  return {"--out DIR", fmt::format("where findings go; {} if not given", default_out), into};
}

Option results_option(std::string* into, const std::string& what) {
  return {"--results FILE", what, into};
}

Option history_option(std::string* into, const std::string& whose) {
  return {"--history FILE", fmt::format("write {} history to this file", whose), into};
}

Option timeline_option(bool* into, const std::string& of_what) {
  return {"--timeline", fmt::format("draw {}, an event a line", of_what), into};
}

Option verbose_option(bool* into, const std::string& what) { return {"-v,--verbose", what, into}; }

}  // namespace castaway::ci
