#pragma once
// SharedOptions: options that several verbs have, so that a name means the same in all of them.
//
// `what` is the line of the help, or the words of it that differ from verb to verb.

#include <cstdint>
#include <string>
#include <string_view>

#include "option.h"

namespace castaway::ci {

/// The folder of findings, if --out does not say another.
inline constexpr std::string_view default_out = "castaway-out";

[[nodiscard]] Option scenarios_option(const std::string& name, std::vector<std::string>* into);
[[nodiscard]] Option profile_option(std::optional<scenario::SubjectProfile>* into,
                                    const std::string& what);
[[nodiscard]] Option seed_option(Field into, const std::string& what);
[[nodiscard]] Option runs_option(std::uint64_t* into, const std::string& what);
/// Of what there are so many at once; 0 if not given, which stands for the number of cores.
[[nodiscard]] Option jobs_option(std::uint64_t* into, const std::string& of_what);
[[nodiscard]] Option out_option(std::string* into);
[[nodiscard]] Option results_option(std::string* into, const std::string& what);
/// `whose` is "the run's".
[[nodiscard]] Option history_option(std::string* into, const std::string& whose);
/// `of_what` is "the run".
[[nodiscard]] Option timeline_option(bool* into, const std::string& of_what);
[[nodiscard]] Option verbose_option(bool* into, const std::string& what);

}  // namespace castaway::ci
