#pragma once
// Folder: the files below a folder that may be scenarios.

#include <string>
#include <vector>

#include "cli/input_problems.h"

namespace castaway::ci {

/// The files below a folder whose names end in .json, by name. Left out are hidden folders and
/// files, links to folders, so that no circle of links is followed, and what is no file, such as a
/// pipe. A folder that cannot be read is a problem, and the others go on.
[[nodiscard]] std::vector<std::string> json_files_below(const std::string& folder,
                                                        InputProblems& problems);

}  // namespace castaway::ci
